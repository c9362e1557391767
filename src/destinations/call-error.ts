/**
 * How answers show why a call to Outreach did not bring its prospect up to date.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { isoTime, toIso } from "../http/times.ts";
import type { CallError } from "../engine/api.ts";

export const callErrorAnswer = z
  .object({
    at: isoTime,
    status: z
      .int()
      .nullable()
      .openapi({ description: "HTTP status; null where there was no answer" }),
    code: z.string().openapi({
      description: "Outreach's error id, or `timeout` or `connection_lost`",
      example: "validationError",
    }),
    detail: z.string().openapi({
      description: "Outreach's own words",
      example: "Contacts email hash has already been taken.",
    }),
    pointer: z
      .string()
      .nullable()
      .openapi({ description: "Where in the call, as Outreach points at it", example: null }),
  })
  .openapi("CallError");

export function toCallError(error: CallError): z.infer<typeof callErrorAnswer> {
  return { ...error, at: toIso(error.at) };
}
