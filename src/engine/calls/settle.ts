/**
 * What the end of a prospect's own call means for the prospect: it has its values, waits again, or is set aside.
 * @module
 */
import { accusedOf, judgesValues } from "../model/accused.ts";
import { acknowledge, requeue, reject, rejectPart } from "../model/call.ts";
import { afterBlock, afterFailure, afterRefusal, uncountedMs } from "../model/evidence.ts";
import type { Held, Tries, Verdict } from "../model/evidence.ts";
import type { RequeueReason, Step } from "../model/events.ts";
import type { CallError, HashValue, Prospect } from "../model/prospect.ts";
import { mustNotBeLost } from "../model/lane.ts";
import { CALL_RUNS_MAX_MS, GIVE_UP_AFTER_MS } from "../model/retry.ts";
import type { Ended, Outcome, Patched } from "../../outreach/client.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Ports } from "../ports.ts";
import type { Blame } from "./blame.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";

/** The tables that single updates work on. */
export interface SingleStores {
  readonly blame: Blame;
  readonly outbox: Outbox;
  readonly prospects: ProspectStore;
}

export class CallEnds {
  readonly #ports: Ports;
  readonly #stores: SingleStores;
  readonly #connection: Connection;

  constructor(ports: Ports, stores: SingleStores, connection: Connection) {
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
  }

  /**
   * A prospect's call ended.
   * @param pass what the call was made with
   */
  settle(prospectId: number, { outcome, leftAt, at }: Ended<Patched>, pass: Pass): void {
    // Read again: new values may have come to wait meanwhile.
    const before = this.#stores.prospects.find(prospectId);
    if (!before?.inFlight) throw new Error("a call ended whose prospect is in no call");
    if (pass.account !== this.#connection.account) {
      // Somebody else was connected meanwhile: what the answer says is not of their prospects.
      this.#requeue(before, at, at, "account_changed");
      return;
    }
    const { blame } = this.#stores;
    const random = this.#ports.random();
    switch (outcome.kind) {
      case "ok":
        blame.taken(at);
        this.#taken(before, outcome.value, at);
        return;
      case "rejected": {
        if (outcome.code === LACKS_SCOPE) {
          this.#connection.lacksScope(pass.generation);
          this.#notSent(before, at, "unauthorized");
          return;
        }
        const tries = blame.triesOf(before);
        blame.taken(at);
        const step = refusedStep(before, outcome, at, this.#ports.hash);
        if (step) return this.apply(step, at);
        this.#judged(before, afterRefusal(outcome.status, tries, random), tries, outcome, at);
        return;
      }
      case "blocked": {
        const tries = this.#accuse(before, "gateway", leftAt, at);
        this.#judged(before, afterBlock(tries, random), tries, outcome, at);
        return;
      }
      case "failed": {
        const tries = this.#accuse(before, "outreach", leftAt, at);
        this.#judged(before, afterFailure(tries, random), tries, outcome, at);
        return;
      }
      case "unauthorized":
      case "rate_limited":
      case "maintenance":
        // None of these is the prospect's fault, and none changed anything at Outreach.
        this.#notSent(before, at, outcome.kind);
    }
  }

  /** A prospect that fails while others' calls are taken says nothing of anybody else. */
  #accuse(before: Prospect, accused: Held, leftAt: number, at: number): Tries {
    const { blame } = this.#stores;
    const random = this.#ports.random();
    if (!blame.triesOf(before).othersTaken) {
      blame.accuse({ accused, by: before.id, leftAt, at }, random);
    }
    return blame.triesOf(before);
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
    this.#stores.outbox.save([step], now);
  }

  #notSent(before: Prospect, at: number, reason: RequeueReason): void {
    const how = { ...BLAMELESS, reason, mayHaveApplied: false, dueAt: at, now: at };
    this.apply(requeue(before, how), at);
  }

  #requeue(before: Prospect, dueAt: number, now: number, reason: RequeueReason): void {
    this.apply(requeue(before, { ...BLAMELESS, reason, dueAt, now }), now);
  }

  /** A call brought nothing: its values wait again or are listed as a failure. */
  #judged(before: Prospect, verdict: Verdict, tries: Tries, outcome: Refused, at: number): void {
    const call = before.inFlight;
    if (!call) return;
    const error = errorOf(outcome, at);
    const mayHaveApplied = outcome.kind === "failed";
    const uncounted = uncountedMs(tries, at);
    const failingMs = at - (call.failingSince ?? at) - uncounted;
    if (verdict.kind === "reject" || failingMs >= GIVE_UP_AFTER_MS) {
      this.apply(reject(before, error, mayHaveApplied), at);
      return;
    }
    const { delayMs, countsAsAttempt } = verdict;
    // A call that may still be running must have ended before the next one of its prospect leaves.
    const mayRun = outcome.kind === "failed" && outcome.mayBeRunning;
    const quietUntil = mayRun ? call.startedAt + CALL_RUNS_MAX_MS : at;
    const dueAt = Math.max(at + delayMs, quietUntil);
    const reason = "failed" as const;
    const how = {
      reason,
      dueAt,
      countsAsAttempt,
      mayHaveApplied,
      uncountedMs: uncounted,
      error,
      now: at,
    };
    this.apply(requeue(before, how), at);
  }
}

type Refused = Extract<Outcome<never>, { kind: "rejected" | "blocked" | "failed" }>;

/**
 * Outreach refused what a call said: the values that it accuses are set aside, the others go on without them. Where it
 * accuses none, statuses and opt-outs go on, for they must not be lost beside something else's fault.
 * @returns null where nothing can go on, and nothing is accused
 */
export function refusedStep(
  before: Prospect,
  outcome: Extract<Outcome<never>, { kind: "rejected" }>,
  at: number,
  hash: HashValue,
): Step | null {
  if (!before.inFlight || !judgesValues(outcome.status)) return null;
  const { fields } = before.inFlight;
  const names = Object.keys(fields);
  const error = errorOf(outcome, at);
  const accused = accusedOf(outcome, fields);
  if (accused.length === names.length) return reject(before, error, false, { names, hash });
  if (accused.length > 0) return rejectPart(before, accused, { error, now: at, hash });
  const others = names.filter((name) => !mustNotBeLost(name, fields[name]));
  if (others.length === 0 || others.length === names.length) return null;
  return rejectPart(before, others, { error, now: at });
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
