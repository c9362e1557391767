/**
 * `POST /imports/actions/bulkUpsert`: for each prospect its own values. Records are matched by their id (documented).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { UpsertRecord } from "../../bulk/job.ts";
import { unwrap } from "../../bulk/starts.ts";
import type { MockEnv } from "../../context.ts";
import { isObject } from "../../http/json.ts";
import { noData } from "../checks.ts";
import { type ApiError, tooManyRecords, validationError } from "../errors.ts";
import { idOf } from "../write-checks.ts";
import {
  notTaken,
  readActionData,
  type ReadOrder,
  refused,
  type Refused,
  straysIn,
} from "./order.ts";

/** By what becomes of a record that is there already (documented). */
const attributes = z.strictObject({
  dupeMethod: z.enum(["overwriteNoCreate", "overwrite", "skip", "missing"]),
  fileName: z.string().min(1).max(255).nullish(),
  records: z.array(z.unknown()).min(1),
});

/** What the call wants done, or what is wrong with it. @param fileSize of the body, in bytes */
export function readUpsert(c: Context<MockEnv>, document: unknown, fileSize: number): ReadOrder {
  const { world, call, user } = c.var;
  const action = readActionData(document, "import");
  if (!action.ok) return action;
  const parsed = attributes.safeParse(action.data["attributes"]);
  if (!parsed.success) return refused(...asErrors(parsed.error));
  const { dupeMethod, fileName = null, records: raw } = parsed.data;
  const { bulkUpsertRecords } = world.settings;
  if (raw.length > bulkUpsertRecords) return refused(tooManyRecords(raw.length, bulkUpsertRecords));
  const read: UpsertRecord[] = [];
  for (const [place, one] of raw.entries()) {
    const record = readRecord(one, `${ATTRIBUTES}/records/${place}`);
    if (!record.ok) return record;
    read.push(record.record);
  }
  const told = { dupeMethod, fileName, fileSize };
  const items = read.map(({ id }) => id);
  const work = { kind: "upsert", dupeMethod, records: read } as const;
  return {
    ok: true,
    order: { type: "import", userId: user.id, told, items, callId: call.id, work },
  };
}

const ATTRIBUTES = "/data/attributes";
/** Others can be upserted too (documented); they are not modelled. */
const NO_PROSPECT = "A record must be a prospect, with an integer 'id' where it has one.";

function asErrors({ issues }: z.ZodError): readonly [ApiError, ...ApiError[]] {
  const errors = issues.flatMap((issue) => {
    const at = [ATTRIBUTES, ...issue.path].join("/");
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => notTaken(key, at))
      : [validationError(at, `${issue.message}.`)];
  });
  return [errors[0] ?? noData, ...errors.slice(1)];
}

type ReadRecord = { readonly ok: true; readonly record: UpsertRecord } | Refused;

/** A whole resource object is taken, as a read answers it; its `links` and `meta` say nothing that could be written. */
const OF_RECORDS = ["type", "id", "attributes", "relationships", "links", "meta"];

/** @param at the record's pointer */
function readRecord(raw: unknown, at: string): ReadRecord {
  const record = unwrap(raw);
  if (!isObject(record) || record["type"] !== "prospect") {
    return refused(validationError(at, NO_PROSPECT));
  }
  const id = idOf(record["id"]);
  const isNew = record["id"] === undefined || record["id"] === null;
  if (id === null && !isNew) return refused(validationError(at, NO_PROSPECT));
  const isWrapped = record !== raw && isObject(raw);
  const strays =
    (isWrapped && straysIn(raw, ["data"], at)) ||
    straysIn(record, OF_RECORDS, isWrapped ? `${at}/data` : at);
  if (strays) return refused(...strays);
  const { attributes: values, relationships } = record;
  return { ok: true, record: { id, attributes: values, relationships } };
}
