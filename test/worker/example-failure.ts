/**
 * A failure as the Outreach user's object lists it.
 * @module
 */
import type { Failure } from "../../src/engine/api.ts";
import { START } from "./worker-under-test.ts";

/** @param id prospect 100 more than this */
export function failure(
  id: number,
  error: Partial<Failure["error"]>,
  fields = ["custom4"],
): Failure {
  return {
    id: String(id),
    prospectId: 100 + id,
    fields,
    error: {
      at: START,
      status: 422,
      code: "validationError",
      detail: "No.",
      pointer: null,
      ...error,
    },
    attempts: 1,
    acceptedAt: START,
  };
}
