/**
 * The destination's data plane as a sender of files uses it. What may heal is tried again, for as long as it takes;
 * what cannot is thrown with what to do.
 * @module
 */
import { z } from "zod";

const received = z.object({
  accepted: z.number(),
  rejectedCount: z.number(),
  rejected: z.array(
    z.object({
      index: z.number(),
      code: z.string(),
      detail: z.string(),
      pointer: z.string().nullable(),
    }),
  ),
  prospectIds: z.array(z.number().nullable()),
  expectedBy: z.string().nullable(),
});
const previewed = received.pick({ rejected: true, rejectedCount: true });
const backlog = z.object({
  backlog: z.object({
    pending: z.number(),
    inFlight: z.number(),
    drainsAt: z.string().nullable(),
  }),
  paused: z.object({ reason: z.string(), until: z.string().nullable() }).nullable(),
});
const outcomes = z.object({
  prospects: z.array(
    z.object({
      prospectId: z.number(),
      outcome: z.enum(["up_to_date", "waiting", "failed", "unknown"]),
      error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    }),
  ),
});
const problem = z.object({ title: z.string(), detail: z.string() });

export type Received = z.infer<typeof received>;
export type Rejection = Received["rejected"][number];
export type Backlog = z.infer<typeof backlog>;
export type ProspectOutcome = z.infer<typeof outcomes>["prospects"][number];

/** Prospects in one look-up, as the API allows. */
export const LOOKUP_MAX = 1_000;
/** Long enough for a large batch over a slow line. */
const REQUEST_MAX_MS = 60_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;

export interface IngestOptions {
  readonly to: string;
  readonly token: string;
  /** Lets time go by between attempts; rejects where the sender is stopped meanwhile. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told before each wait, in words for a person. */
  readonly onRetry: (why: string) => void;
}

export class Ingest {
  readonly #options: IngestOptions;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  send(body: Buffer): Promise<Received> {
    return this.#post("profiles", body, "application/x-ndjson", received, {
      Prefer: "return=representation",
    });
  }

  /** The rejections of these lines, without storing anything. */
  preview(body: Buffer) {
    return this.#post("preview", body, "application/x-ndjson", previewed);
  }

  async lookUp(prospectIds: readonly number[]): Promise<readonly ProspectOutcome[]> {
    const body = Buffer.from(JSON.stringify({ prospectIds }));
    return (await this.#post("prospects/lookup", body, "application/json", outcomes)).prospects;
  }

  backlog(): Promise<Backlog> {
    return this.#ask("backlog", { method: "GET" }, backlog);
  }

  #post<T>(
    path: string,
    body: Buffer,
    type: string,
    schema: z.ZodType<T>,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const init = {
      method: "POST",
      body: new Uint8Array(body),
      headers: { ...headers, "content-type": type },
    };
    return this.#ask(path, init, schema);
  }

  async #ask<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
    const { to, token, pause, onRetry } = this.#options;
    // The ingest URL ends in `/profiles`; its neighbours are found beside it.
    const url = new URL(path, to).href;
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
      const attempt = await attemptOnce(url, { ...init, headers });
      if (attempt.ok) return schema.parse(attempt.json);
      if (!attempt.mayHeal) throw new Error(attempt.why);
      onRetry(attempt.why);
      await pause(Math.max(attempt.retryAfterMs, waitMs));
    }
  }
}

type Attempt =
  | { readonly ok: true; readonly json: unknown }
  | {
      readonly ok: false;
      readonly mayHeal: boolean;
      readonly why: string;
      readonly retryAfterMs: number;
    };

async function attemptOnce(url: string, init: RequestInit): Promise<Attempt> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MAX_MS) });
    const text = await response.text();
    if (response.ok) return { ok: true, json: JSON.parse(text) };
    const mayHeal = response.status >= 500 || response.status === 429 || response.status === 408;
    const retryAfterMs = 1_000 * (Number(response.headers.get("retry-after")) || 0);
    return { ok: false, mayHeal, why: wordsOf(response.status, text), retryAfterMs };
  } catch (error) {
    const why = `No answer: ${error instanceof Error ? error.message : "unknown"}`;
    return { ok: false, mayHeal: true, why, retryAfterMs: 0 };
  }
}

function wordsOf(status: number, text: string): string {
  try {
    const { title, detail } = problem.parse(JSON.parse(text));
    return `The destination answered ${status}, ${title}. ${detail}`;
  } catch {
    return `The destination answered ${status}.`;
  }
}
