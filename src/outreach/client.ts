/**
 * Outreach's API v2: one function a call. Every answer becomes a typed outcome; what to do about it is decided
 * elsewhere.
 * @module
 */
import { z } from "zod";
import { fieldValue } from "../engine/model/prospect-update.ts";
import type { FieldValue } from "../engine/model/prospect-update.ts";
import { parseJson, readError } from "./errors.ts";
import type { IncomingAnswer, Network, NoAnswer } from "./network.ts";
import { readRateLimit, type RateLimit } from "./rate-limit.ts";
import { clockSkewMs, readMoment } from "./times.ts";

/** Outreach refuses anything else with 415. */
const JSON_API = "application/vnd.api+json";

export interface Caller {
  /** Where Outreach is, without a slash at the end. */
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly network: Network;
  readonly now: () => number;
}

/** How a call ended. */
export type Outcome<T> =
  | { readonly kind: "ok"; readonly value: T }
  /** Outreach refused it for good: 4xx. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly pointer: string | null;
    }
  | { readonly kind: "unauthorized"; readonly detail: string }
  | { readonly kind: "rate_limited" }
  | { readonly kind: "maintenance"; readonly until: number | null }
  /** It may heal: 5xx, 408, no answer, or an answer that makes no sense. Outreach may have acted on it. */
  | {
      readonly kind: "failed";
      readonly status: number | null;
      readonly code: string;
      readonly detail: string;
      /** Whether the call may still be running at Outreach. */
      readonly mayBeRunning: boolean;
    };

export interface Ended<T> {
  readonly outcome: Outcome<T>;
  /** Epoch ms at which the call left. */
  readonly leftAt: number;
  /** Epoch ms at which the answer was complete. */
  readonly at: number;
  /** Null where there was no answer. */
  readonly rateLimit: RateLimit | null;
}

const prospectAnswer = z.object({
  data: z.object({
    id: z.union([z.number(), z.string()]),
    attributes: z.record(z.string(), z.unknown()),
  }),
});

/** What Outreach holds of a prospect, as its answer says; values of shapes that are never written are left out. */
export type HeldAttributes = Readonly<Record<string, FieldValue>>;

/** The JSON:API document of `PATCH /prospects/{id}`. Only the attributes that are present change. */
export function prospectDocument(id: number, attributes: Readonly<Record<string, FieldValue>>) {
  return { data: { type: "prospect", id, attributes } } as const;
}

/** `PATCH /prospects/{id}`. */
export function patchProspect(
  caller: Caller,
  id: number,
  attributes: Readonly<Record<string, FieldValue>>,
): Promise<Ended<HeldAttributes>> {
  const body = JSON.stringify(prospectDocument(id, attributes));
  return call(caller, { method: "PATCH", path: `/api/v2/prospects/${id}`, body }, (json) => {
    const parsed = prospectAnswer.safeParse(json);
    if (!parsed.success || String(parsed.data.data.id) !== String(id)) return null;
    return heldAttributes(parsed.data.data.attributes);
  });
}

export function heldAttributes(attributes: Readonly<Record<string, unknown>>): HeldAttributes {
  const held: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known = fieldValue.safeParse(value);
    if (known.success) held[name] = known.data;
  }
  return held;
}

const LABEL = /^prospectLabel(\d{1,3})$/;
const rootAnswer = z.object({
  meta: z
    .object({
      user: z
        .object({
          id: z.coerce.number().optional(),
          email: z.string().optional(),
          firstName: z.string().nullish(),
          lastName: z.string().nullish(),
        })
        .optional(),
      scopes: z.union([z.array(z.string()), z.string()]).optional(),
    })
    .optional(),
  data: z.object({ attributes: z.record(z.string(), z.unknown()).optional() }).nullish(),
});

/** Who a token belongs to, what it may do, and what the organisation calls its custom fields. */
export interface Identity {
  readonly userId: number | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly scopes: readonly string[];
  /** Keyed by number, 1 to 150; a custom field without a label is missing. */
  readonly customFieldLabels: Readonly<Record<string, string>>;
}

/** `GET /api/v2`. */
export function whoAmI(caller: Caller): Promise<Ended<Identity>> {
  return call(caller, { method: "GET", path: "/api/v2" }, (json) => {
    const parsed = rootAnswer.safeParse(json);
    if (!parsed.success) return null;
    const { meta, data } = parsed.data;
    const scopes = meta?.scopes ?? [];
    const labels: Record<string, string> = {};
    for (const [key, label] of Object.entries(data?.attributes ?? {})) {
      const number = LABEL.exec(key)?.[1];
      if (number && typeof label === "string" && label.trim() !== "") labels[number] = label;
    }
    const name = [meta?.user?.firstName, meta?.user?.lastName].filter(Boolean).join(" ");
    return {
      userId: meta?.user?.id ?? null,
      email: meta?.user?.email ?? null,
      name: name || null,
      scopes: typeof scopes === "string" ? scopes.split(/\s+/).filter(Boolean) : scopes,
      customFieldLabels: labels,
    };
  });
}

export interface Request {
  readonly method: "GET" | "PATCH" | "POST";
  readonly path: string;
  readonly body?: string;
}

/**
 * Makes one call and types its end.
 * @param read what the body of a good answer says; null where it makes no sense
 */
export async function call<T>(
  caller: Caller,
  request: Request,
  read: (json: unknown) => T | null,
): Promise<Ended<T>> {
  const leftAt = caller.now();
  const answer = await caller.network({
    method: request.method,
    url: caller.baseUrl + request.path,
    headers: {
      accept: JSON_API,
      authorization: `Bearer ${caller.accessToken}`,
      "content-type": JSON_API,
    },
    ...(request.body !== undefined && { body: request.body }),
  });
  const at = caller.now();
  if (answer.status === null) return { outcome: unanswered(answer), leftAt, at, rateLimit: null };
  const outcome = outcomeOf(answer, at, read);
  const rateLimit = readRateLimit(answer.headers, at);
  if (outcome.kind !== "rate_limited" || rateLimit.resetAt !== null)
    return { outcome, leftAt, at, rateLimit };
  return { outcome, leftAt, at, rateLimit: { ...rateLimit, resetAt: resetInText(answer, at) } };
}

/** A 429 without headers still says until when in its sentence, in UTC. */
function resetInText(answer: IncomingAnswer, at: number): number | null {
  const { detail } = readError(answer.status, answer.body);
  const time = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.exec(detail)?.[0] ?? null;
  return readMoment(time, at, clockSkewMs(answer.headers.get("date"), at));
}

const NO_ANSWER_DETAIL = {
  timeout: "Outreach did not answer in time.",
  connection_lost: "The connection to Outreach broke before it answered.",
  answer_too_large: "Outreach's answer was too large to read.",
} as const;

function unanswered(answer: NoAnswer): Outcome<never> {
  return {
    kind: "failed",
    status: null,
    code: answer.reason,
    detail: NO_ANSWER_DETAIL[answer.reason],
    mayBeRunning: answer.reason !== "answer_too_large",
  };
}

function outcomeOf<T>(
  answer: IncomingAnswer,
  at: number,
  read: (json: unknown) => T | null,
): Outcome<T> {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const value = read(parseJson(answer.body));
    if (value !== null) return { kind: "ok", value };
    const detail = "Outreach's answer is not the JSON:API document that was expected.";
    return { kind: "failed", status, code: "unreadable_answer", detail, mayBeRunning: false };
  }
  const error = readError(status, answer.body);
  if (status === 401) return { kind: "unauthorized", detail: error.detail };
  if (status === 429) return { kind: "rate_limited" };
  const retryAfter = answer.headers.get("retry-after");
  if (status === 503 && (retryAfter !== null || error.code === "scheduledServerMaintenance")) {
    const skewMs = clockSkewMs(answer.headers.get("date"), at);
    return { kind: "maintenance", until: readMoment(retryAfter, at, skewMs) };
  }
  const refusedForGood = status >= 400 && status < 500 && status !== 408;
  if (refusedForGood) return { kind: "rejected", status, ...error };
  // Behind a 504 the call may go on; any other answer means that it ended.
  return {
    kind: "failed",
    status,
    code: error.code,
    detail: error.detail,
    mayBeRunning: status === 504,
  };
}
