/**
 * What the end of a prospect's own call means for the prospect: it has its values, waits again, or is set aside.
 * @module
 */
import { acknowledge, requeue, reject } from "../model/call.ts";
import type { RequeueReason, Step } from "../model/events.ts";
import type { CallError, Prospect } from "../model/prospect.ts";
import { CALL_RUNS_MAX_MS, GIVE_UP_AFTER_MS, retryDelayMs } from "../model/retry.ts";
import type { Ended, Outcome, Patched } from "../../outreach/client.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Ports } from "../ports.ts";
import type { Stores } from "../stores.ts";

export class CallEnds {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #connection: Connection;

  constructor(ports: Ports, stores: Stores, connection: Connection) {
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
  }

  /**
   * A prospect's call ended.
   * @param pass what the call was made with
   */
  settle(prospectId: number, { outcome, at }: Ended<Patched>, pass: Pass): void {
    // Read again: new values may have come to wait meanwhile.
    const before = this.#stores.prospects.find(prospectId);
    if (!before?.inFlight) throw new Error("a call ended whose prospect is in no call");
    if (pass.account !== this.#connection.account) {
      // Somebody else was connected meanwhile: what the answer says is not of their prospects.
      this.#requeue(before, at, at, "account_changed");
      return;
    }
    switch (outcome.kind) {
      case "ok":
        this.#taken(before, outcome.value, at);
        return;
      case "rejected":
        if (outcome.code === LACKS_SCOPE) {
          this.#connection.lacksScope(pass.generation);
          this.#notSent(before, at, "unauthorized");
          return;
        }
        this.apply(reject(before, errorOf(outcome, at), false), at);
        return;
      case "failed":
        this.#retry(before, outcome, at);
        return;
      case "unauthorized":
      case "rate_limited":
      case "maintenance":
        // None of these is the prospect's fault, and none changed anything at Outreach.
        this.#notSent(before, at, outcome.kind);
    }
  }

  #taken(before: Prospect, { held, mergedInto }: Patched, at: number): void {
    if (mergedInto !== null) {
      // Outreach takes changes of a prospect that was merged for the one that is left, so later ones go the same way.
      this.#ports.log("prospect_merged", { prospectId: before.id, into: mergedInto });
    }
    this.apply(acknowledge(before, held, at, this.#ports.hash), at);
  }

  /** After a restart nobody knows what became of a call that was under way. */
  lost(before: Prospect, now: number): void {
    const endsAt = (before.inFlight?.startedAt ?? now) + CALL_RUNS_MAX_MS;
    this.#requeue(before, Math.max(now, endsAt), now, "restarted");
  }

  /** Writes a prospect's step down. */
  apply(step: Step, now: number): void {
    this.#stores.saveProspects([step], now);
  }

  #notSent(before: Prospect, at: number, reason: RequeueReason): void {
    const how = { ...BLAMELESS, reason, mayHaveApplied: false, dueAt: at, now: at };
    this.apply(requeue(before, how), at);
  }

  #requeue(before: Prospect, dueAt: number, now: number, reason: RequeueReason): void {
    this.apply(requeue(before, { ...BLAMELESS, reason, dueAt, now }), now);
  }

  #retry(before: Prospect, outcome: Extract<Outcome<never>, { kind: "failed" }>, at: number): void {
    const call = before.inFlight;
    if (!call) return;
    const error = errorOf(outcome, at);
    if (at - (call.failingSince ?? at) >= GIVE_UP_AFTER_MS) {
      this.apply(reject(before, error, true), at);
      return;
    }
    const delayMs = retryDelayMs(call.attempts + 1, this.#ports.random());
    // A call that may still be running must have ended before the next one of its prospect leaves.
    const quietUntil = outcome.mayBeRunning ? call.startedAt + CALL_RUNS_MAX_MS : at;
    this.apply(
      requeue(before, {
        reason: "failed",
        dueAt: Math.max(at + delayMs, quietUntil),
        countsAsAttempt: true,
        mayHaveApplied: true,
        error,
        now: at,
      }),
      at,
    );
  }
}

/** What Outreach said of a call that it did not take. */
export function errorOf(
  outcome: {
    readonly status: number | null;
    readonly code: string;
    readonly detail: string;
    readonly pointer?: string | null;
  },
  at: number,
): CallError {
  const { status, code, detail, pointer = null } = outcome;
  return { at, status, code, detail, pointer };
}

/** The code of the 403 that says that a token was not granted what a call needs (Outreach's API reference, "Errors"). */
const LACKS_SCOPE = "unauthorizedOauthScope";

const BLAMELESS = { countsAsAttempt: false, mayHaveApplied: true, error: null } as const;
