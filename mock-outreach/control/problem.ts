/**
 * The control API's errors: problem documents (RFC 9457).
 * @module
 */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { MockEnv } from "../context.ts";
import { parseJson } from "../http/json.ts";
import { readBody } from "../http/body.ts";

interface FieldError {
  /** JSON pointer into the body, or the name of a query parameter. */
  readonly pointer: string;
  readonly detail: string;
}

export function problem(
  c: Context<MockEnv>,
  status: ContentfulStatusCode,
  title: string,
  detail: string,
  errors: readonly FieldError[] = [],
): Response {
  const document = {
    type: "about:blank",
    title,
    status,
    detail,
    ...(errors.length > 0 && { errors }),
  };
  return c.body(JSON.stringify(document), status, { "content-type": "application/problem+json" });
}

const CHANGE_AND_RESEND =
  "Change what `errors` lists and send it again; mock-outreach/README.md has examples.";

export type ReadInput<T> =
  | { readonly ok: true; readonly input: T }
  | { readonly ok: false; readonly response: Response };

/** A set of rules or settings is small; bodies of tests are too. */
const BODY_BYTES_MAX = 16 * 1_048_576;

/** The body as the schema has it; an empty one stands for `{}`. */
export async function readJson<T>(
  c: Context<MockEnv>,
  schema: z.ZodType<T>,
): Promise<ReadInput<T>> {
  const body = await readBody(c.req.raw, BODY_BYTES_MAX);
  if (body.kind === "too_large") {
    const response = problem(c, 413, "Body too large", `Send at most ${BODY_BYTES_MAX} bytes.`);
    return { ok: false, response };
  }
  const json = parseJson(body.kind === "text" ? body.text : "{}");
  if (!json.ok) {
    const response = problem(c, 400, "Not JSON", "Send a JSON document, or no body at all.");
    return { ok: false, response };
  }
  return checkInput(c, schema, json.value);
}

/** The query string as the schema has it; a parameter without a value is refused, not taken for 0. */
export function checkQuery<T>(c: Context<MockEnv>, schema: z.ZodType<T>): ReadInput<T> {
  const query = c.req.query();
  const blank = Object.keys(query).filter((name) => query[name]?.trim() === "");
  if (blank.length === 0) return checkInput(c, schema, query);
  const errors = blank.map((name) => ({
    pointer: `/${name}`,
    detail: "is empty: give it a value, or leave it out",
  }));
  return { ok: false, response: problem(c, 422, "Invalid request", CHANGE_AND_RESEND, errors) };
}

/** `input` as the schema has it. */
export function checkInput<T>(
  c: Context<MockEnv>,
  schema: z.ZodType<T>,
  input: unknown,
): ReadInput<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, input: parsed.data };
  const errors = parsed.error.issues.map((issue) => ({
    pointer: issue.path.map((part) => `/${String(part)}`).join(""),
    // Of a name that a record may not have, the schema of names knows what is wrong.
    detail: (issue.code === "invalid_key" && issue.issues[0]?.message) || issue.message,
  }));
  return { ok: false, response: problem(c, 422, "Invalid request", CHANGE_AND_RESEND, errors) };
}
