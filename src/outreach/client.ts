/**
 * Outreach's API v2: one function a call. Every answer becomes a typed outcome; what to do about it is decided
 * elsewhere.
 * @module
 */
import { z } from "zod";
import { fieldValue } from "../engine/model/prospect-update.ts";
import type { FieldValue } from "../engine/model/prospect-update.ts";
import { parseJson, readError } from "./errors.ts";
import type { SaidError } from "./errors.ts";
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
  /** Outreach refused it, in its own words: 4xx. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly pointer: string | null;
      readonly errors: readonly SaidError[];
    }
  /** Something before Outreach turned it away, as a gateway does: 4xx that lists no errors as Outreach does. */
  | {
      readonly kind: "blocked";
      readonly status: number;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly kind: "unauthorized"; readonly detail: string }
  | { readonly kind: "rate_limited" }
  | { readonly kind: "maintenance"; readonly until: number | null }
  /** It may heal: 5xx, 408, no answer, or one that does not say what was asked. Outreach may have acted on it. */
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

const idTold = z
  .union([z.number(), z.string()])
  .transform(Number)
  .pipe(z.number().int().positive());
const attributesTold = z.record(z.string(), z.unknown()).catch({});
/** No member of it decides whether Outreach took the change: its 2xx does. */
const prospectAnswer = z.object({
  data: z.object({
    type: z.unknown().optional(),
    id: idTold.nullable().catch(null),
    attributes: attributesTold,
  }),
});

/** What Outreach holds of a prospect, as its answer says; values of shapes that are never written are left out. */
export type HeldAttributes = Readonly<Record<string, FieldValue>>;

/** The JSON:API document of `PATCH /prospects/{id}`. Only the attributes that are present change. */
export function prospectDocument(id: number, attributes: Readonly<Record<string, FieldValue>>) {
  return { data: { type: "prospect", id, attributes } } as const;
}

/** What the answer to a PATCH that was taken says. */
export interface Patched {
  /** What Outreach holds; null where it does not say: what was sent, then. */
  readonly held: HeldAttributes | null;
  /** The prospect into which this one was merged; null where the answer tells of no other. */
  readonly mergedInto: number | null;
}

/** `PATCH /prospects/{id}`. Any 2xx tells that it was taken: JSON:API allows an answer without a body. */
export function patchProspect(
  caller: Caller,
  prospectId: number,
  values: Readonly<Record<string, FieldValue>>,
): Promise<Ended<Patched>> {
  const body = JSON.stringify(prospectDocument(prospectId, values));
  return call(
    caller,
    { method: "PATCH", path: `/api/v2/prospects/${prospectId}`, body },
    (json) => {
      const { data } = prospectAnswer.safeParse(json);
      const { type, id: told, attributes: holds } = data?.data ?? {};
      // What is said of anything else than a prospect says nothing of this one.
      if (!holds || (typeof type === "string" && type !== "prospect")) return SAYS_NOTHING;
      const mergedInto = told === null || told === undefined || told === prospectId ? null : told;
      return { held: heldAttributes(holds), mergedInto };
    },
  );
}

const SAYS_NOTHING: Patched = { held: null, mergedInto: null };

export function heldAttributes(attributes: Readonly<Record<string, unknown>>): HeldAttributes {
  const held: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known = fieldValue.safeParse(value);
    if (known.success) held[name] = known.data;
  }
  return held;
}

const LABEL = /^prospectLabel(\d{1,3})$/;
const words = z.string().nullish().catch(null);
const rootAnswer = z.object({
  meta: z
    .object({
      user: z
        .object({
          id: idTold.nullable().catch(null),
          email: words,
          firstName: words,
          lastName: words,
        })
        .nullish()
        .catch(null),
      scopes: z
        .union([z.array(z.unknown()), z.string()])
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  data: z.object({ attributes: attributesTold }).nullish().catch(null),
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
    const granted = typeof scopes === "string" ? scopes.split(/\s+/) : scopes;
    return {
      userId: meta?.user?.id ?? null,
      email: meta?.user?.email ?? null,
      name: name || null,
      scopes: granted.filter((scope): scope is string => typeof scope === "string" && scope !== ""),
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
 * @param read what the body of a good answer says; null where it does not say what decides
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
    const detail = "Outreach's answer does not say what was asked.";
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
  const { code, detail } = error;
  if (status >= 400 && status < 500 && status !== 408) {
    // A route that is there is not found by whoever does not know it.
    const isBlocked = error.errors.length === 0 || code === "routeNotFound";
    return isBlocked
      ? { kind: "blocked", status, code, detail }
      : { kind: "rejected", status, ...error };
  }
  // Behind a 504 the call may go on; any other answer means that it ended.
  return { kind: "failed", status, code, detail, mayBeRunning: status === 504 };
}
