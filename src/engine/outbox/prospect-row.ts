/**
 * A prospect as its row holds it, read back as strictly as anything from outside.
 * @module
 */
import { z } from "zod";
import { LANES } from "../model/lane.ts";
import { fieldValue } from "../model/prospect-update.ts";
import type { Prospect } from "../model/prospect.ts";
import type { SqlRow } from "../../durable/database.ts";
import { jsonOf } from "../../durable/json-column.ts";

const membership = z.object({ audience: z.number(), status: z.enum(["realized", "exited"]) });
const order = { at: z.number(), arrival: z.number(), audience: z.number().exactOptional() };
/** Fields as they wait, in a call or in a failure. */
export const waitingFields = z.record(
  z.string(),
  z.object({
    value: fieldValue,
    ...order,
    membership: membership.exactOptional(),
    from: z.string().exactOptional(),
  }),
);
export const callError = z.object({
  at: z.number(),
  status: z.number().nullable(),
  code: z.string(),
  detail: z.string(),
  pointer: z.string().nullable(),
});
const load = {
  fields: waitingFields,
  destinationId: z.string(),
  acceptedAt: z.number(),
  since: z.number().exactOptional(),
  attempts: z.number(),
  failingSince: z.number().nullable(),
  lane: z.enum(LANES).default("attribute"), // what was stored before there were lanes
  single: z.literal(true).exactOptional(),
};
const prospectRow = z.object({
  id: z.number(),
  waiting: jsonOf(z.object({ ...load, dueAt: z.number() })).nullable(),
  in_call: jsonOf(
    z.object({ ...load, startedAt: z.number(), job: z.number().exactOptional() }),
  ).nullable(),
  known: jsonOf(
    z.record(
      z.string(),
      z.object({
        ...order,
        told: z.string().nullable(),
        held: z.string().exactOptional(),
        membership: membership.exactOptional(),
        from: z.string().exactOptional(),
      }),
    ),
  ),
  last_delivery: jsonOf(z.object({ at: z.number(), fields: z.array(z.string()) })).nullable(),
  last_error: jsonOf(callError).nullable(),
});

/** What `readProspect` needs of a row. */
export const COLUMNS = `id, waiting, in_call, known, last_delivery, last_error`;

export function readProspect(row: SqlRow): Prospect {
  const { id, waiting, in_call, known, last_delivery, last_error } = prospectRow.parse(row);
  return {
    id,
    pending: waiting,
    inFlight: in_call,
    known,
    lastDelivery: last_delivery,
    lastError: last_error,
  };
}
