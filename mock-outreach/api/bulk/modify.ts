/**
 * `POST /batches/actions/prospectsBulkModify`: the same values for many prospects.
 * @module
 */
import type { Context } from "hono";
import type { MockEnv } from "../../context.ts";
import { isObject } from "../../http/json.ts";
import type { World } from "../../world.ts";
import { directoryOf } from "../directory.ts";
import { type ApiError, tooManyRecords, validationError } from "../errors.ts";
import type { Filter } from "../query/filters.ts";
import { select } from "../query/select.ts";
import { idOf } from "../write-checks.ts";
import { type Members, readActionData, type ReadOrder, refused, straysIn } from "./order.ts";

/** What the call wants done, or what is wrong with it. */
export function readModify(
  c: Context<MockEnv>,
  document: unknown,
  filters: readonly Filter[],
): ReadOrder {
  const { world, call, user } = c.var;
  const read = readActionData(document, "batch");
  if (!read.ok) return read;
  const given = read.data["attributes"];
  if (!isObject(given)) return refused(validationError(ATTRIBUTES, "There must be 'attributes'."));
  const { ids: rawIds, ...rest } = given;
  const isSingle = "fieldName" in rest || "fieldValue" in rest;
  const mistakes = isSingle ? mistakesInSingle(rest) : null;
  if (mistakes) return refused(...mistakes);
  const attributes = isSingle ? { [String(rest["fieldName"])]: rest["fieldValue"] } : rest;
  if (Object.keys(attributes).length === 0) {
    return refused(validationError(ATTRIBUTES, "There must be a field, and its new value."));
  }
  const ids = readIds(rawIds);
  if (ids === null) {
    return refused(validationError(`${ATTRIBUTES}/ids`, "'ids' must be a list of integers."));
  }
  const items = chosen(world, ids, filters);
  const refusal = tooMany(world, items.length);
  if (refusal) return refused(refusal);
  const told = {
    action: "prospectsBulkModify",
    // Assumed: whoever is about to change every prospect there is has to say how many those are.
    confirmedCountRequired: ids.length === 0 && filters.length === 0,
  };
  const work = { kind: "modify", attributes } as const;
  return {
    ok: true,
    order: { type: "batch", userId: user.id, told, items, callId: call.id, work },
  };
}

const ATTRIBUTES = "/data/attributes";

/** Documented: one field can be given as its name and its value, too. What is wrong with that; null where nothing is. */
function mistakesInSingle(given: Members): readonly [ApiError, ...ApiError[]] | null {
  if (typeof given["fieldName"] !== "string") {
    const detail = "'fieldName' must be a field's name, beside its 'fieldValue'.";
    return [validationError(`${ATTRIBUTES}/fieldName`, detail)];
  }
  if (given["fieldValue"] === undefined) {
    const detail = "There must be a 'fieldValue'; null clears the field.";
    return [validationError(`${ATTRIBUTES}/fieldValue`, detail)];
  }
  return straysIn(given, ["fieldName", "fieldValue"], ATTRIBUTES);
}

/** Each once (assumed); null for what is no list of ids. */
function readIds(raw: unknown): readonly number[] | null {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return null;
  const ids = raw.flatMap((id) => idOf(id) ?? []);
  return ids.length === raw.length ? [...new Set(ids)] : null;
}

/**
 * Documented: without ids and filter, all there are. (That an empty list is no ids at all, and that with both a prospect
 * has to be in both, is assumed.)
 */
function chosen(
  world: World,
  ids: readonly number[],
  filters: readonly Filter[],
): readonly number[] {
  if (filters.length === 0) return ids.length > 0 ? ids : [...world.prospects.ids()];
  const directory = directoryOf(world);
  const prospects = directory("prospect");
  const selected = prospects ? select(prospects, filters, directory) : [];
  if (ids.length === 0) return selected;
  const passing = new Set(selected);
  return ids.filter((id) => passing.has(id));
}

/** Both numbers are reported; the answers are assumed. */
function tooMany({ settings, jobs }: World, items: number): ApiError | null {
  const { bulkItemsPerCall, bulkItemsPerDay } = settings;
  if (items > bulkItemsPerCall) return tooManyRecords(items, bulkItemsPerCall);
  const left = jobs.itemsLeftToday();
  if (items <= left) return null;
  const detail = `The organisation has ${left} of its ${bulkItemsPerDay} items left today.`;
  return validationError("/data", detail);
}
