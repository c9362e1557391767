/**
 * A model of Outreach's rate limit, written apart from the limiter: a window that is fixed or slides, and callers
 * with latency. It counts the 429s it would send.
 * @module
 */
import * as limiter from "../../src/engine/budget/limiter/limiter-rules.ts";
import type {
  LimiterSettings,
  LimiterState,
} from "../../src/engine/budget/limiter/limiter-rules.ts";
import { readRateLimit } from "../../src/outreach/rate-limit.ts";

export interface WindowModel {
  readonly kind: "fixed" | "sliding";
  readonly limit: number;
  readonly windowMs: number;
  /** Where fixed windows begin: at multiples of the window plus this, or with the first call of each. */
  readonly align:
    | { readonly to: "clock"; readonly offsetMs: number }
    | { readonly to: "first_call" };
  /** How the headers tell the reset: in epoch milliseconds or seconds, as a time, or as a delay in seconds. */
  readonly headers: "none" | "epoch_ms" | "epoch_s" | "iso" | "delay";
  /** How far Outreach's clock is ahead. */
  readonly skewMs?: number;
  /** Calls of somebody else, at these times. */
  readonly others?: readonly number[];
}

class Server {
  readonly #model: WindowModel;
  #taken: number[] = [];
  #windowEndsAt = 0;
  #used = 0;
  refused = 0;
  /** Calls that each fixed window took, by its end. */
  readonly windows = new Map<number, number>();

  constructor(model: WindowModel) {
    this.#model = model;
  }

  /** Gives the answer's headers as well. */
  call(now: number): { refused: boolean; headers: Headers } {
    const { limit, kind } = this.#model;
    const used = kind === "fixed" ? this.#openFixed(now) : this.#openSliding(now);
    const refused = used >= limit;
    if (refused) this.refused += 1;
    else this.#take(now);
    return { refused, headers: this.#report(now, Math.max(0, limit - used - (refused ? 0 : 1))) };
  }

  #openFixed(now: number): number {
    const { windowMs, align } = this.#model;
    if (now >= this.#windowEndsAt) {
      this.#used = 0;
      this.#windowEndsAt =
        align.to === "first_call"
          ? now + windowMs
          : Math.floor((now - align.offsetMs) / windowMs) * windowMs + align.offsetMs + windowMs;
    }
    return this.#used;
  }

  #openSliding(now: number): number {
    this.#taken = this.#taken.filter((at) => at > now - this.#model.windowMs);
    return this.#taken.length;
  }

  #take(now: number): void {
    this.#used += 1;
    this.#taken.push(now);
    if (this.#model.kind === "fixed") {
      this.windows.set(this.#windowEndsAt, (this.windows.get(this.#windowEndsAt) ?? 0) + 1);
    }
  }

  #report(now: number, remaining: number): Headers {
    const { headers, kind, limit, windowMs, skewMs = 0 } = this.#model;
    const told = new Headers({ date: new Date(now + skewMs).toUTCString() });
    if (headers === "none") return told;
    const resetAt = kind === "fixed" ? this.#windowEndsAt : (this.#taken[0] ?? now) + windowMs;
    const theirs = resetAt + skewMs;
    const reset = {
      epoch_ms: theirs,
      epoch_s: Math.floor(theirs / 1_000),
      iso: new Date(theirs).toISOString().replace(/\.\d+Z$/, ""),
      delay: Math.floor((resetAt - now) / 1_000),
    }[headers];
    told.set("x-ratelimit-limit", String(limit));
    told.set("x-ratelimit-remaining", String(remaining));
    told.set("x-ratelimit-reset", String(reset));
    return told;
  }
}

export interface Drive {
  readonly model: WindowModel;
  readonly settings: LimiterSettings;
  /** How long a call takes to Outreach, and its answer back. */
  readonly latency: () => { readonly there: number; readonly back: number };
  readonly calls: number;
  readonly startAt: number;
  readonly concurrency: number;
  /** The object dies and comes back after this many calls. */
  readonly restartAfter?: number;
}

export interface Driven {
  readonly refused: number;
  readonly made: number;
  readonly tookMs: number;
  readonly state: LimiterState;
  /** Calls in each fixed window, in order. */
  readonly windows: readonly number[];
}

/** As many times in a row it may say a moment and not open then. */
const WAITS_MAX = 100;

/** Sends a backlog through the limiter at the model, as fast as the limiter lets it. */
export function drive({ model, settings, latency, calls, startAt, ...rest }: Drive): Driven {
  const server = new Server(model);
  let state = limiter.NEW_LIMITER;
  let now = startAt;
  let made = 0;
  let waits = 0;
  let out: {
    leftAt: number;
    arrivesAt: number;
    endsAt: number;
    answer: ReturnType<Server["call"]> | null;
  }[] = [];
  const others = (model.others ?? []).toSorted((a, b) => a - b);

  const settle = (): void => {
    const events = [
      ...out.filter((call) => call.answer === null).map((call) => call.arrivesAt),
      ...out.filter((call) => call.answer !== null).map((call) => call.endsAt),
      ...others.slice(0, 1),
    ];
    now = Math.max(now, Math.min(...events));
    while (others.length > 0 && (others[0] ?? 0) <= now) server.call(others.shift() ?? 0);
    for (const call of out) {
      if (call.answer === null && call.arrivesAt <= now) call.answer = server.call(call.arrivesAt);
    }
    for (const call of out.filter((c) => c.answer !== null && c.endsAt <= now)) {
      state = limiter.callEnded(state, settings, {
        leftAt: call.leftAt,
        at: now,
        window: call.answer && readRateLimit(call.answer.headers, now),
        refused: call.answer?.refused ?? false,
      });
    }
    out = out.filter((call) => call.answer === null || call.endsAt > now);
  };

  while (made < calls) {
    if (rest.restartAfter === made && out.length > 0) {
      for (const call of out) if (call.answer === null) server.call(now);
      out = [];
      state = limiter.restarted(JSON.parse(JSON.stringify(state)) as LimiterState, settings, now);
    }
    const room = out.length < rest.concurrency ? limiter.room(state, settings, now) : null;
    if (room && room.calls > 0) {
      state = limiter.callLeaves(state);
      const { there, back } = latency();
      const arrivesAt = now + there;
      out.push({ leftAt: now, arrivesAt, endsAt: arrivesAt + back, answer: null });
      made += 1;
      waits = 0;
    } else if (out.length > 0) {
      settle();
    } else {
      const opensAt = room?.opensAt ?? null;
      if (opensAt === null || opensAt <= now)
        throw new Error("the limiter neither opens nor says when");
      if (++waits > WAITS_MAX) throw new Error("the limiter never opens again");
      now = opensAt;
    }
  }
  while (out.length > 0) settle();
  return {
    refused: server.refused,
    made,
    tookMs: now - startAt,
    state,
    windows: [...server.windows.values()],
  };
}
