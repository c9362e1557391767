/**
 * A failure as it is stored and as it is listed, and the condition that chooses failures.
 * @module
 */
import { z } from "zod";
import type { CallError, Fields, PendingField } from "../model/prospect.ts";
import { FAILURE_ID } from "../api.ts";
import type { Failure, FailureSelection } from "../api.ts";
import type { SqlRow } from "../../durable/database.ts";
import { jsonOf } from "../../durable/json-column.ts";
import { callError, waitingFields } from "../outbox/prospect-row.ts";

const failureRow = z.object({
  id: z.number(),
  destination_id: z.string(),
  prospect_id: z.number(),
  fields: jsonOf(waitingFields),
  error: jsonOf(callError),
  attempts: z.number(),
  accepted_at: z.number(),
});

/** A failure with its values. */
export interface StoredFailure {
  readonly id: number;
  readonly destinationId: string;
  readonly prospectId: number;
  readonly fields: Fields<PendingField>;
  readonly error: CallError;
  readonly attempts: number;
  readonly acceptedAt: number;
}

export function readFailure(row: SqlRow): StoredFailure {
  const { id, destination_id, prospect_id, fields, error, attempts, accepted_at } =
    failureRow.parse(row);
  return {
    id,
    destinationId: destination_id,
    prospectId: prospect_id,
    fields,
    error,
    attempts,
    acceptedAt: accepted_at,
  };
}

/** A failure as it is listed: the names of its fields, not their values. */
export function listed(failure: StoredFailure): Failure {
  return {
    id: String(failure.id),
    prospectId: failure.prospectId,
    fields: Object.keys(failure.fields),
    error: failure.error,
    attempts: failure.attempts,
    acceptedAt: failure.acceptedAt,
  };
}

/** The condition for those that are chosen, up to an id. */
export function chosen(destinationId: string, which: FailureSelection, upTo: number) {
  const all = { where: `destination_id = ? AND id <= ?`, bindings: [destinationId, upTo] };
  if (which === null) return all;
  if ("group" in which) {
    // What is no group's key is no number, and chooses none.
    const key = isId(which.group) ? Number(which.group) : -1;
    return {
      where: `destination_id = ? AND group_key = ? AND id <= ?`,
      bindings: [destinationId, key, upTo],
    };
  }
  return {
    where: `${all.where} AND id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))`,
    bindings: [...all.bindings, JSON.stringify(which.filter(isId))],
  };
}

/** Whether it reads like the id of a failure. */
export function isId(text: string): boolean {
  return FAILURE_ID.test(text);
}
