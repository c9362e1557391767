/**
 * Outreach's asynchronous ways to change many prospects in one call, and reading many back. One function a call.
 *
 * Promises: a bulk modify never leaves without ids, because without them it would change every prospect there is.
 * @module
 */
import { z } from "zod";
import type { FieldValue } from "../engine/model/prospect-update.ts";
import { call, heldAttributes } from "./client.ts";
import type { Caller, Ended, HeldAttributes } from "./client.ts";
import { readMoment } from "./times.ts";

export type BulkKind = "modify" | "upsert";

/** One prospect's values for an upsert. */
export interface BulkRecord {
  readonly id: number;
  readonly attributes: Readonly<Record<string, FieldValue>>;
}

/** A batch (of a modify) or an import (of an upsert), as Outreach tells of it. */
export interface RemoteJob {
  readonly id: string;
  readonly state: "open" | "confirming" | "finished" | "ended_otherwise";
  readonly total: number | null;
  readonly failures: number | null;
  readonly createdAt: number | null;
  /** What a batch does; null where Outreach does not tell it. How it names a modify is not documented. */
  readonly action: string | null;
}

const NOTHING_TOLD = {
  state: null,
  total: null,
  failures: null,
  createdAt: null,
  action: null,
} as const;
const words = z.string().nullish().catch(null);
const count = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .catch(null);
/** Only the id decides: what is not told in a known shape is not known. */
const resource = z.object({
  id: z.union([z.number(), z.string().min(1)]).transform(String),
  attributes: z
    .object({ state: words, total: count, failures: count, createdAt: words, action: words })
    .catch(NOTHING_TOLD),
});
const jobAnswer = z.object({ data: resource });
const list = z.object({ data: z.array(z.unknown()) });
const heldProspect = z.object({
  id: z.union([z.number(), z.string()]).transform(Number),
  attributes: z.record(z.string(), z.unknown()).catch({}),
});

/** The members of a list that can be read. */
function readList<T>(json: unknown, member: z.ZodType<T>): readonly T[] | null {
  const parsed = list.safeParse(json);
  if (!parsed.success) return null;
  return parsed.data.data.flatMap((one) => member.safeParse(one).data ?? []);
}

/** Sets the same values on many prospects: `POST /batches/actions/prospectsBulkModify`. */
export function startModify(
  caller: Caller,
  attributes: Readonly<Record<string, FieldValue>>,
  ids: readonly number[],
): Promise<Ended<RemoteJob>> {
  if (ids.length === 0) throw new Error("a bulk modify without ids would change every prospect");
  const path = "/api/v2/batches/actions/prospectsBulkModify?actionParams[skipConfirmation]=true";
  const body = JSON.stringify({ data: { type: "batch", attributes: { ...attributes, ids } } });
  return call(caller, { method: "POST", path, body }, readJob);
}

/** Sets each prospect's own values, creating none: `POST /imports/actions/bulkUpsert`. */
export function startUpsert(
  caller: Caller,
  records: readonly BulkRecord[],
  fileName: string,
): Promise<Ended<RemoteJob>> {
  const attributes = {
    dupeMethod: "overwriteNoCreate",
    fileName,
    records: records.map((record) => ({ type: "prospect", ...record })),
  };
  const body = JSON.stringify({ data: { type: "import", attributes } });
  return call(
    caller,
    { method: "POST", path: "/api/v2/imports/actions/bulkUpsert", body },
    readJob,
  );
}

/** How far a job is: `GET /batches/{id}` or `GET /imports/{id}`. */
export function pollJob(caller: Caller, kind: BulkKind, id: string): Promise<Ended<RemoteJob>> {
  return call(caller, { method: "GET", path: `/api/v2/${COLLECTION[kind]}/${id}` }, readJob);
}

/** Starts a batch that waits for a person's word: `POST /batches/{id}/actions/confirm`. */
export function confirmBatch(caller: Caller, id: string): Promise<Ended<RemoteJob>> {
  const path = `/api/v2/batches/${id}/actions/confirm`;
  return call(caller, { method: "POST", path }, readJob);
}

/** The newest bulk modifies, to find one whose answer was lost: `GET /batches`. */
export function recentBatches(caller: Caller): Promise<Ended<readonly RemoteJob[]>> {
  const path = `/api/v2/batches?sort=-createdAt&page[limit]=${RECENT_BATCHES}`;
  return call(caller, { method: "GET", path }, (json) => {
    return readList(json, resource)?.map(toRemoteJob) ?? null;
  });
}

/** What Outreach holds of up to `READ_BACK_MAX` prospects; those that it does not have are missing. */
export function readProspects(
  caller: Caller,
  ids: readonly number[],
  fields: readonly string[],
): Promise<Ended<ReadonlyMap<number, HeldAttributes>>> {
  const query = `filter[id]=${ids.join(",")}&fields[prospect]=${fields.join(",")}&page[limit]=${READ_BACK_MAX}`;
  return call(caller, { method: "GET", path: `/api/v2/prospects?${query}` }, (json) => {
    const held = readList(json, heldProspect);
    return held && new Map(held.map(({ id, attributes }) => [id, heldAttributes(attributes)]));
  });
}

/** The largest page of a list that is documented. */
const READ_BACK_MAX = 1_000;
/** More bulk actions than an organisation starts while one answer is lost. */
const RECENT_BATCHES = 100;
const COLLECTION = { modify: "batches", upsert: "imports" } as const;

/** Batches go from pending, confirming and running to finished, failed or canceled. Words of imports are not documented. */
const FINISHED_STATES = new Set(["finished", "completed", "complete", "done"]);
const ENDED_STATES = new Set(["failed", "canceled", "cancelled", "error", "aborted"]);

function readJob(json: unknown): RemoteJob | null {
  const parsed = jobAnswer.safeParse(json);
  return parsed.success ? toRemoteJob(parsed.data.data) : null;
}

function toRemoteJob({ id, attributes }: z.infer<typeof resource>): RemoteJob {
  const { state, total, failures, createdAt, action } = attributes;
  return {
    id,
    state: stateOf(state?.toLowerCase() ?? "pending"),
    total: total ?? null,
    failures: failures ?? null,
    createdAt: readMoment(createdAt ?? null, 0, 0),
    action: action ?? null,
  };
}

function stateOf(state: string): RemoteJob["state"] {
  if (state === "confirming") return "confirming";
  if (FINISHED_STATES.has(state)) return "finished";
  // A word that nobody has documented may still come to an end: a job is given up by its age, not by its state.
  return ENDED_STATES.has(state) ? "ended_otherwise" : "open";
}
