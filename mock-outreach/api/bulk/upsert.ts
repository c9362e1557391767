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
import { dataOf, noData, typeMismatch } from "../checks.ts";
import { type ApiError, tooManyRecords, validationError } from "../errors.ts";
import { idOf } from "../write-checks.ts";
import { type ReadOrder, refused } from "./order.ts";

/** By what becomes of a record that is there already (documented). */
const attributes = z.object({
  dupeMethod: z.enum(["overwriteNoCreate", "overwrite", "skip", "missing"]),
  fileName: z.string().min(1).max(255).nullish(),
  records: z.array(z.unknown()).min(1),
});

/** What the call wants done, or what is wrong with it. @param fileSize of the body, in bytes */
export function readUpsert(c: Context<MockEnv>, document: unknown, fileSize: number): ReadOrder {
  const { world, call, user } = c.var;
  const data = dataOf(document);
  // Published without a `type` in `data`; where there is one, it has to be right.
  const mismatch = data?.["type"] !== undefined && typeMismatch({ type: "import" }, data);
  if (!data || mismatch) return refused(mismatch || noData);
  const parsed = attributes.safeParse(data["attributes"]);
  if (!parsed.success) return refused(...asErrors(parsed.error));
  const { dupeMethod, fileName = null, records: raw } = parsed.data;
  const { bulkUpsertRecords } = world.settings;
  if (raw.length > bulkUpsertRecords) return refused(tooManyRecords(raw.length, bulkUpsertRecords));
  const records = raw.map(readRecord);
  const odd = records.findIndex((record) => record === null);
  if (odd !== -1) return refused(validationError(`${ATTRIBUTES}/records/${odd}`, NO_PROSPECT));
  const read = records.filter((record) => record !== null);
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
  const errors = issues.map(({ path, message }) =>
    validationError([ATTRIBUTES, ...path].join("/"), `${message}.`),
  );
  return [errors[0] ?? noData, ...errors.slice(1)];
}

function readRecord(raw: unknown): UpsertRecord | null {
  const record = unwrap(raw);
  if (!isObject(record) || record["type"] !== "prospect") return null;
  const id = idOf(record["id"]);
  if (id === null && record["id"] !== undefined && record["id"] !== null) return null;
  return { id, attributes: record["attributes"], relationships: record["relationships"] };
}
