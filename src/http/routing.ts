/**
 * What routes declare alike: what they take and which problems they answer with.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { CURSOR } from "../paging.ts";
import { PROBLEM_JSON, problemDocument } from "./problem.ts";

const PROBLEMS = {
  400: "The request could not be read.",
  401: "The token is missing or wrong.",
  403: "Not allowed.",
  404: "There is nothing of this id.",
  409: "It conflicts with what is there.",
  410: "It is gone.",
  413: "The body is too large.",
  415: "The content type is not supported.",
  422: "A field is not valid; `errors` says which and why.",
  429: "Too many wrong tokens came from the caller's network; `Retry-After` says when to try again.",
  500: "The Worker is not set up completely, or has a bug.",
  502: "Outreach refused or did not answer.",
  503: "Temporarily unavailable; `Retry-After` says when to try again.",
} as const;

type ProblemStatus = keyof typeof PROBLEMS;
interface ProblemResponse {
  description: string;
  content: { [PROBLEM_JSON]: { schema: typeof problemDocument } };
}

/** Declares the problems that a route answers with; every route may also end in a 500. */
export function problems<Status extends ProblemStatus = never>(
  ...statuses: readonly Status[]
): Record<Status | 500, ProblemResponse>;
export function problems(...statuses: readonly ProblemStatus[]) {
  const declared: Partial<Record<ProblemStatus, ProblemResponse>> = {};
  for (const status of [...statuses, 500 as const]) declared[status] = problemResponse(status);
  return declared;
}

function problemResponse(status: ProblemStatus): ProblemResponse {
  const content = { [PROBLEM_JSON]: { schema: problemDocument } } as const;
  return { description: PROBLEMS[status], content };
}

/** A successful answer in JSON. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } } as const;
}

/** A body in JSON that has to be there. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/**
 * How much of a list to answer with, and from where on.
 * @param cursor how this list's cursors read
 */
export function pageQuery(defaultLimit: number, maxLimit: number, cursor = CURSOR) {
  return z.object({
    limit: z.coerce
      .number("Must be a whole number.")
      .int("Must be a whole number.")
      .min(1, "Must be at least 1.")
      .max(maxLimit, `Must be at most ${maxLimit}.`)
      .default(defaultLimit)
      .openapi({ description: "How many entries to answer with" }),
    after: z
      .string()
      .regex(cursor, "Pass `next` of the page before as it is, or leave `after` out.")
      .optional()
      .openapi({ description: "`next` of the page before; left out: from the beginning" }),
  });
}

export const nextPage = z.string().nullable().openapi({
  description: "Pass it as `after` to go on; null on the last page",
});
