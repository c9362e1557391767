/**
 * Reads Outreach's error bodies: JSON:API or Rails' own form from the API, plain JSON or text from a gateway before it.
 * @module
 */
import { z } from "zod";
import { attributeNamed } from "./prospect-attributes.ts";

/** One of the errors that an answer lists, in Outreach's own words. */
export interface SaidError {
  /** Outreach's error id (`validationError`), or the status where it gives none. */
  readonly code: string;
  readonly detail: string;
  /** JSON pointer into the request's body, where Outreach gives one. */
  readonly pointer: string | null;
}

/** Outreach's own words on why a call was refused: id and pointer of the first error, the words of all. */
export interface OutreachError extends SaidError {
  /** All errors of the answer; empty where it lists none. */
  readonly errors: readonly SaidError[];
}

/** Longer texts say nothing more to a person. */
const DETAIL_MAX = 500;
/** More errors than a person reads. */
const ERRORS_MAX = 20;

const text = z.string().nullish().catch(null);
const jsonApiError = z.object({
  id: text,
  code: text,
  title: text,
  detail: text,
  // Some answers say `details` for `detail`.
  details: text,
  source: z.object({ pointer: text }).nullish().catch(null),
});
/** Rails' own form: what is wrong with each attribute. */
const railsErrors = z.object({ errors: z.record(z.string(), z.unknown()) });
const jsonApiErrors = z.object({ errors: z.array(z.unknown()) });
const gatewayError = z.object({ error: z.string(), description: text });
const plainErrors = z.object({ errors: z.string() });

/** Reads all errors of an answer; where there is none to read, the status has to do. */
export function readError(status: number, body: string): OutreachError {
  const json = parseJson(body);
  const errors = errorsOf(status, json).slice(0, ERRORS_MAX);
  const [first] = errors;
  if (first) {
    const words = new Set(errors.map(({ detail }) => detail).filter((detail) => detail !== ""));
    return { ...first, detail: cut([...words].join(" ")), errors };
  }
  const code = `http${status}`;
  const gateway = gatewayError.safeParse(json);
  if (gateway.success) {
    const { error, description } = gateway.data;
    const detail = cut(description ? `${error} ${description}` : error);
    return { code, detail, pointer: null, errors };
  }
  return { code, detail: cut(json === undefined ? body : ""), pointer: null, errors };
}

function errorsOf(status: number, json: unknown): readonly SaidError[] {
  const plain = plainErrors.safeParse(json);
  if (plain.success) return jsonApiOf(status, plain.data.errors);
  const jsonApi = jsonApiErrors.safeParse(json);
  if (jsonApi.success) return jsonApi.data.errors.flatMap((error) => jsonApiOf(status, error));
  const rails = railsErrors.safeParse(json);
  if (!rails.success) return [];
  return Object.entries(rails.data.errors).flatMap(([name, words]) => railsOf(status, name, words));
}

function jsonApiOf(status: number, error: unknown): readonly SaidError[] {
  if (typeof error === "string") {
    return [{ code: `http${status}`, detail: cut(error), pointer: null }];
  }
  const parsed = jsonApiError.safeParse(error);
  if (!parsed.success) return [];
  const { id, code, title, detail, details, source } = parsed.data;
  const words = [detail, details, title].find((said) => said) ?? "";
  const name = [id, code].find((said) => said);
  if (!name && !words) return [];
  return [
    {
      code: cut(name ?? `http${status}`),
      detail: cut(words),
      pointer: source?.pointer ? cut(source.pointer) : null,
    },
  ];
}

function railsOf(status: number, name: string, words: unknown): readonly SaidError[] {
  const said = (Array.isArray(words) ? words : [words]).filter((word) => typeof word === "string");
  if (said.length === 0) return [];
  const attribute = attributeNamed(name);
  return [
    {
      code: `http${status}`,
      detail: cut(`${name === "base" ? "" : name} ${said.join(", ")}`),
      pointer: attribute === null ? null : `/data/attributes/${attribute}`,
    },
  ];
}

function cut(words: string): string {
  return words.replaceAll(/\s+/g, " ").trim().slice(0, DETAIL_MAX);
}

/** `undefined` where the text is no JSON. */
export function parseJson(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return json;
  } catch {
    return undefined;
  }
}
