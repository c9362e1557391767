/**
 * Error answers: problem documents after RFC 9457.
 *
 * Promises: every error has a `type` that a reader can open, a `code` that a program can switch on, and a `detail` that
 * says what to do; none holds a secret or a value out of a profile.
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import { PROBLEM_TYPES, type ProblemCode, type ProblemType } from "./problem-types.ts";

export const PROBLEM_JSON = "application/problem+json";

export const fieldError = z
  .object({
    pointer: z.string().nullable().openapi({
      description: "JSON pointer (RFC 6901) to the field that is to blame, or null",
      example: "/mappings/3/target",
    }),
    code: z.string().openapi({ description: "The rule that it breaks", example: "unknown_target" }),
    detail: z.string().openapi({ description: "What is expected, in plain words" }),
  })
  .openapi("FieldError");

export const problemDocument = z
  .object({
    type: z.string().openapi({
      description: "Address of a page about this kind of problem",
      example: "/problems/invalid_request",
    }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({
      description: "The kind of problem, for programs",
      example: "invalid_request",
    }),
    detail: z.string().openapi({ description: "What happened this time, and what to do" }),
    errors: z.array(fieldError).optional(),
    received: z.int().optional().openapi({
      description: "Profiles that were looked at, where a request ended early (`work_budget`)",
    }),
    accepted: z.int().optional().openapi({ description: "Those of them that were taken" }),
  })
  .openapi("Problem", { description: "A problem document (RFC 9457)" });

export type FieldError = z.infer<typeof fieldError>;
export type ProblemDocument = z.infer<typeof problemDocument>;

export type StatusOf<Code extends ProblemCode> = (typeof PROBLEM_TYPES)[Code]["status"];

export interface ProblemParts {
  /** What happened this time; left out, the general meaning of the code has to do. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** What was done of a request that ended early. */
  readonly counts?: { readonly received: number; readonly accepted: number };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a problem. A route answers only with problems whose status it declares. */
export function problem<Code extends ProblemCode>(
  c: Context,
  code: Code,
  parts: ProblemParts = {},
): TypedResponse<ProblemDocument, StatusOf<Code>, "json"> & Response {
  const status: StatusOf<Code> = PROBLEM_TYPES[code].status;
  const headers = { ...parts.headers, "Content-Type": PROBLEM_JSON };
  return c.json(toDocument(code, parts), status, headers);
}

/** The document itself, for the few answers that carry more than a problem does. */
export function toDocument(code: ProblemCode, parts: ProblemParts = {}): ProblemDocument {
  const { status, title, meaning }: ProblemType = PROBLEM_TYPES[code];
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    detail: parts.detail ?? meaning,
    ...(parts.errors && { errors: [...parts.errors] }),
    ...parts.counts,
  };
}

/** `Retry-After` in whole seconds, at least one. */
export function retryAfter(ms: number): { "Retry-After": string } {
  return { "Retry-After": String(Math.max(1, Math.ceil(ms / 1000))) };
}
