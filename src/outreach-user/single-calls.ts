/**
 * Calls of their own: one prospect's PATCH, written down before it leaves, and what its end means for the prospect.
 * @module
 */
import { arrive, depart, giveBack, setAside } from "../delivery/call.ts";
import type { CallError, Prospect, Step } from "../delivery/prospect.ts";
import { CALL_RUNS_MAX_MS, GIVE_UP_AFTER_MS, retryDelayMs } from "../delivery/retry.ts";
import type { Setback } from "../delivery/story.ts";
import { patchProspect } from "../outreach/client.ts";
import type { Ended, HeldAttributes, Outcome } from "../outreach/client.ts";
import type { Connection, Pass } from "./connection.ts";
import type { Outbound } from "./outbound.ts";
import type { Ports } from "./ports.ts";
import type { StoredQueue } from "./due-store.ts";
import type { Stores } from "./stores.ts";
import type { Turns } from "./turns.ts";

export class SingleCalls {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #connection: Connection;
  readonly #outbound: Outbound;
  readonly #turns: Turns;

  constructor(
    ports: Ports,
    stores: Stores,
    connection: Connection,
    outbound: Outbound,
    turns: Turns,
  ) {
    this.#ports = ports;
    this.#stores = stores;
    this.#connection = connection;
    this.#outbound = outbound;
    this.#turns = turns;
  }

  /** After a restart: nobody knows what became of the calls that were under way. */
  recover(now: number): void {
    for (const before of this.#stores.prospects.inCall()) {
      const step = giveBack(before, {
        dueAt: Math.max(now, (before.inCall?.startedAt ?? now) + CALL_RUNS_MAX_MS),
        countsAsAttempt: false,
        mayHaveApplied: true,
        error: null,
        now,
      });
      this.#apply(before, step, now, "restarted");
    }
  }

  /** Sends what waits for a prospect whose turn it is, and settles what became of it. */
  async send(prospect: Prospect, queue: StoredQueue, pass: Pass, now: number): Promise<void> {
    const attributes = this.#stores.transaction(() => {
      const departure = depart(prospect, now, this.#ports.hash);
      if (departure.kind === "nothing_to_send") {
        this.#apply(prospect, departure, now);
        return null;
      }
      this.#apply(prospect, departure, now);
      this.#turns.served(queue, 1);
      const { destinationId } = departure.prospect.inCall ?? { destinationId: "" };
      this.#outbound.leave(now, "patch", destinationId);
      this.#stores.runs.add(destinationId, now, { calls: 1 });
      return departure.attributes;
    });
    if (attributes === null) return;
    const ended = await this.#outbound.make(pass, (caller) =>
      patchProspect(caller, prospect.id, attributes),
    );
    this.#stores.transaction(() => {
      this.#outbound.ended(ended, pass, ended.at - now);
      this.#settle(prospect.id, ended, pass);
    });
  }

  #settle(prospectId: number, { outcome, at }: Ended<HeldAttributes>, pass: Pass): void {
    const before = this.#stores.prospects.find(prospectId);
    if (!before?.inCall) throw new Error("a call ended whose prospect is in no call");
    if (pass.account !== this.#connection.account) {
      // Somebody else was connected meanwhile: what the answer says is not of their prospects.
      const step = giveBack(before, { ...BLAMELESS, dueAt: at, now: at });
      this.#apply(before, step, at, "account_changed");
      return;
    }
    switch (outcome.kind) {
      case "ok":
        this.#apply(before, arrive(before, outcome.value, at, this.#ports.hash), at);
        return;
      case "rejected":
        this.#apply(before, setAside(before, { at, ...wordsOf(outcome) }, false), at);
        return;
      case "failed":
        this.#retry(before, outcome, at);
        return;
      case "unauthorized":
      case "rate_limited":
      case "maintenance":
        // None of these is the prospect's fault, and none changed anything at Outreach.
        this.#apply(
          before,
          giveBack(before, {
            dueAt: at,
            countsAsAttempt: false,
            mayHaveApplied: false,
            error: null,
            now: at,
          }),
          at,
          outcome.kind,
        );
    }
  }

  #retry(before: Prospect, outcome: Extract<Outcome<never>, { kind: "failed" }>, at: number): void {
    const call = before.inCall;
    if (!call) return;
    const error: CallError = { at, ...wordsOf(outcome) };
    if (at - (call.failingSince ?? at) >= GIVE_UP_AFTER_MS) {
      this.#apply(before, setAside(before, error, true), at);
      return;
    }
    const delayMs = retryDelayMs(call.attempts + 1, this.#ports.chance());
    // A call that may still be running must have ended before the next one of its prospect leaves.
    const quietUntil = outcome.mayBeRunning ? call.startedAt + CALL_RUNS_MAX_MS : at;
    this.#apply(
      before,
      giveBack(before, {
        dueAt: Math.max(at + delayMs, quietUntil),
        countsAsAttempt: true,
        mayHaveApplied: true,
        error,
        now: at,
      }),
      at,
    );
  }

  /** @param why why a call brought nothing, where its prospect is not to blame */
  #apply(before: Prospect, step: Step, now: number, why?: Setback): void {
    this.#stores.saveProspects([{ before, after: step.prospect }], now, why);
    this.#stores.decided([step], now);
  }
}

const BLAMELESS = { countsAsAttempt: false, mayHaveApplied: true, error: null } as const;

function wordsOf(outcome: {
  status: number | null;
  code: string;
  detail: string;
  pointer?: string | null;
}) {
  const { status, code, detail, pointer = null } = outcome;
  return { status, code, detail, pointer };
}
