/**
 * Reads Outreach's error bodies: JSON:API from the API, plain JSON or text from the gateway before it.
 * @module
 */
import { z } from "zod";

/** Outreach's own words on why a call was refused. */
export interface OutreachError {
  /** Outreach's error id (`validationError`), or the gateway's word for it. */
  readonly code: string;
  readonly detail: string;
  /** JSON pointer into the request's body, where Outreach gives one. */
  readonly pointer: string | null;
}

/** Longer texts say nothing more to a person. */
const DETAIL_MAX = 500;

const jsonApiErrors = z.object({
  errors: z
    .array(
      z.object({
        id: z.string().optional(),
        title: z.string().optional(),
        detail: z.string().optional(),
        // Some answers say `details` for `detail`.
        details: z.string().optional(),
        source: z.object({ pointer: z.string().optional() }).optional(),
      }),
    )
    .min(1),
});
const gatewayError = z.object({ error: z.string(), description: z.string().optional() });

/** Reads the first error of an answer; where there is none to read, the status has to do. */
export function readError(status: number, body: string): OutreachError {
  const json = parseJson(body);
  const jsonApi = jsonApiErrors.safeParse(json);
  const first = jsonApi.data?.errors[0];
  if (first) {
    return {
      code: cut(first.id ?? `http${status}`),
      detail: cut(first.detail ?? first.details ?? first.title ?? ""),
      pointer: first.source?.pointer ? cut(first.source.pointer) : null,
    };
  }
  const gateway = gatewayError.safeParse(json);
  if (gateway.success) {
    const { error, description } = gateway.data;
    return {
      code: `http${status}`,
      detail: cut(description ? `${error} ${description}` : error),
      pointer: null,
    };
  }
  return { code: `http${status}`, detail: cut(json === undefined ? body : ""), pointer: null };
}

function cut(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, DETAIL_MAX);
}

/** `undefined` where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}
