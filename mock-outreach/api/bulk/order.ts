/**
 * What reading a call that starts a bulk job comes to, and what both kinds of such calls have in common.
 * @module
 */
import type { JobOrder } from "../../bulk/job.ts";
import { isObject } from "../../http/json.ts";
import { dataOf, noData, typeMismatch } from "../checks.ts";
import { type ApiError, validationError } from "../errors.ts";
import { pointerToken } from "../write-checks.ts";

export interface Refused {
  readonly ok: false;
  readonly errors: readonly [ApiError, ...ApiError[]];
}

export type ReadOrder = { readonly ok: true; readonly order: JobOrder } | Refused;

export function refused(...errors: Refused["errors"]): Refused {
  return { ok: false, errors };
}

/** An object of the body. */
export type Members = Readonly<Record<string, unknown>>;

/** Documented beside `data` is a `type`; the others are JSON:API's. */
const OF_DOCUMENTS = ["data", "type", "meta", "jsonapi"];

/**
 * The `data` of an action, which is published with `attributes` alone, or what is wrong with it. A `type` is taken where
 * it is right. That everything else is refused is assumed: passed over, it would be a change that nobody makes, or ids
 * that nobody looks at.
 */
export function readActionData(
  document: unknown,
  type: string,
): { readonly ok: true; readonly data: Members } | Refused {
  const data = dataOf(document);
  if (!isObject(document) || !data) return refused(noData);
  const mismatch = data["type"] === undefined ? null : typeMismatch({ type }, data);
  if (mismatch) return refused(mismatch);
  const strays =
    straysIn(document, OF_DOCUMENTS, "") ?? straysIn(data, ["type", "attributes"], "/data");
  return strays ? refused(...strays) : { ok: true, data };
}

/** An error for each member besides those that are taken; null where there is none. @param at the object's pointer */
export function straysIn(
  object: Members,
  taken: readonly string[],
  at: string,
): Refused["errors"] | null {
  const strays = Object.keys(object).filter((name) => !taken.includes(name));
  const [first, ...others] = strays.map((name) => notTaken(name, at));
  return first ? [first, ...others] : null;
}

/** A member that an action does not take. @param at the pointer of the object that has it */
export function notTaken(name: string, at: string): ApiError {
  return validationError(
    `${at}/${pointerToken(name)}`,
    `'${name.slice(0, 100)}' is not taken here.`,
  );
}
