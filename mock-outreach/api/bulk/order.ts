/**
 * What reading a call that starts a bulk job comes to.
 * @module
 */
import type { JobOrder } from "../../bulk/job.ts";
import type { ApiError } from "../errors.ts";

export type ReadOrder =
  | { readonly ok: true; readonly order: JobOrder }
  | { readonly ok: false; readonly errors: readonly [ApiError, ...ApiError[]] };

export function refused(...errors: readonly [ApiError, ...ApiError[]]): ReadOrder {
  return { ok: false, errors };
}
