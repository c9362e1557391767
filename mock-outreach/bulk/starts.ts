/**
 * Which calls start a bulk job, and which prospects they name: known from the call alone, before anything is checked.
 * @module
 */
import { idOf } from "../api/write-checks.ts";
import { isObject, parseJson } from "../http/json.ts";

const STARTS = new Set([
  "/api/v2/batches/actions/prospectsBulkModify",
  "/api/v2/imports/actions/bulkUpsert",
]);

export function isJobStart(method: string, path: string): boolean {
  return method === "POST" && STARTS.has(path);
}

/** The ids in the body of such a call, each once; none where it makes no sense, or names none. */
export function prospectsNamed(body: string): readonly number[] {
  const parsed = parseJson(body);
  const data = parsed.ok && isObject(parsed.value) ? parsed.value["data"] : null;
  const attributes = isObject(data) ? data["attributes"] : null;
  if (!isObject(attributes)) return [];
  const { ids, records } = attributes;
  const named: readonly unknown[] = Array.isArray(ids)
    ? ids
    : listOf(records).map((record) => {
        const unwrapped = unwrap(record);
        return isObject(unwrapped) ? unwrapped["id"] : null;
      });
  return [...new Set(named.flatMap((id) => idOf(id) ?? []))];
}

/** Whether each record of an upsert stands in a `data` of its own is not known: both are understood. */
export function unwrap(record: unknown): unknown {
  return isObject(record) && isObject(record["data"]) ? record["data"] : record;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
