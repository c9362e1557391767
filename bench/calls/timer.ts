/**
 * A plain micro-batch timer: the baseline that a planner has to beat. Its rules are in the README beside this file.
 * @module
 */
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import { unknownOf } from "./alternatives.ts";
import type { Counted } from "./alternatives.ts";
import { JOB_MS } from "./fewest.ts";
import { LIMIT, TRACE_BEGINS_AT, WINDOW_MS } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { departures } from "./timer-plan.ts";
import type { Changes, Departure } from "./timer-plan.ts";
import type { Item, Trace } from "./traces.ts";

/** As the connector: more at once is not known to be taken well. */
const JOBS_MAX = 2;
/** The timer does not know how long jobs take, so it asks every so often. */
const POLL_MS = 15_000;

type Values = Record<string, FieldValue>;

interface Job {
  readonly changes: ReadonlyMap<number, Values>;
  readonly endsAt: number;
  pollAt: number;
  /** Whether Outreach holds what it brings; the timer knows only once it has asked. */
  isHeld: boolean;
}

/** Sends what is pending every `intervalMs`, in the fewest calls that carry it. */
export function timer({ items }: Trace, ledger: Ledger, intervalMs: number): Counted {
  const run = new Timer(ledger, intervalMs);
  for (const item of items) {
    const at = TRACE_BEGINS_AT + item.at;
    run.until(at);
    run.accept(item, at);
  }
  run.toTheEnd();
  return { calls: run.calls, refused: 0 };
}

class Timer {
  calls = 0;
  readonly #ledger: Ledger;
  readonly #intervalMs: number;
  /** What is not known to be at Outreach, and in no job. */
  readonly #pending = new Map<number, Values>();
  /** What Outreach is known to hold. */
  readonly #known = new Map<number, Values>();
  readonly #held = new Set<number>();
  #jobs: Job[] = [];
  #line: readonly Departure[] = [];
  #tickAt: number;
  #windowEndsAt = TRACE_BEGINS_AT + WINDOW_MS / 2;
  #used = 0;

  constructor(ledger: Ledger, intervalMs: number) {
    this.#ledger = ledger;
    this.#intervalMs = intervalMs;
    this.#tickAt = TRACE_BEGINS_AT + intervalMs;
  }

  accept(item: Item, at: number): void {
    this.#ledger.accept(item, at);
    const { prospectId } = item.update;
    this.#pending.set(prospectId, { ...this.#pending.get(prospectId), ...item.says });
  }

  /** Everything that happens before `at`, and at that moment. */
  until(at: number): void {
    for (;;) {
      const ends = this.#jobs.filter(({ isHeld }) => !isHeld).map(({ endsAt }) => endsAt);
      const polls = this.#jobs.map(({ pollAt }) => pollAt);
      const next = Math.min(this.#tickAt, ...ends, ...polls);
      if (next > at) return;
      this.#step(next);
    }
  }

  toTheEnd(): void {
    while (this.#pending.size > 0 || this.#jobs.length > 0) {
      this.until(this.#tickAt);
    }
  }

  #step(now: number): void {
    for (const job of this.#jobs) {
      if (job.isHeld || job.endsAt > now) continue;
      job.isHeld = true;
      for (const [id, values] of job.changes) this.#ledger.hold(id, values, job.endsAt);
    }
    for (const job of this.#jobs) if (job.pollAt <= now) this.#poll(job, now);
    if (now < this.#tickAt) return this.#send(now);
    this.#tickAt += this.#intervalMs;
    this.#line = departures(this.#changes());
    this.#send(now);
  }

  /** What is pending and differs from what Outreach is known to hold, of prospects that no job holds. */
  #changes(): Changes {
    const changes = new Map<number, Values>();
    for (const [id, values] of this.#pending) {
      if (this.#held.has(id)) continue;
      const changed = unknownOf(values, this.#known.get(id));
      if (Object.keys(changed).length > 0) changes.set(id, changed);
      else this.#pending.delete(id);
    }
    return changes;
  }

  #poll(job: Job, now: number): void {
    if (!this.#mayCall(now)) {
      job.pollAt = this.#windowEndsAt;
      return;
    }
    job.pollAt = now + POLL_MS;
    if (job.endsAt > now) return;
    this.#jobs = this.#jobs.filter((other) => other !== job);
    for (const [id, values] of job.changes) {
      this.#held.delete(id);
      this.#known.set(id, { ...this.#known.get(id), ...values });
    }
  }

  /** The line's departures, as many as may leave; the others stay in it. */
  #send(now: number): void {
    this.#line = this.#line.filter((departure) => !this.#leave(departure, now));
  }

  /** Whether a departure has left, or has nothing to carry any more. */
  #leave(departure: Departure, now: number): boolean {
    const isJob = departure.kind !== "patch";
    if (isJob && this.#jobs.length >= JOBS_MAX) return false;
    for (const id of departure.changes.keys()) if (this.#held.has(id)) return false;
    const changes = this.#current(departure);
    if (changes.size === 0) return true;
    if (!this.#mayCall(now)) return false;
    for (const [id, values] of changes) this.#take(id, values);
    if (isJob) {
      for (const id of changes.keys()) this.#held.add(id);
      this.#jobs.push({ changes, endsAt: now + JOB_MS, pollAt: now + POLL_MS, isHeld: false });
      return true;
    }
    for (const [id, values] of changes) {
      this.#known.set(id, { ...this.#known.get(id), ...values });
      this.#ledger.hold(id, values, now);
    }
    return true;
  }

  /** A departure with what is pending now: of prospects that changed meanwhile the newer values, where it can carry them. */
  #current({ kind, changes }: Departure): Map<number, Values> {
    const current = new Map<number, Values>();
    for (const [id, planned] of changes) {
      const pending = this.#pending.get(id) ?? {};
      const values: Values = {};
      for (const name of Object.keys(planned)) {
        const value = pending[name];
        if (value !== undefined) values[name] = value;
      }
      const isAsPlanned = JSON.stringify(values) === JSON.stringify(planned);
      if (isAsPlanned || (kind !== "modify" && Object.keys(values).length > 0)) {
        current.set(id, values);
      }
    }
    return current;
  }

  #take(id: number, values: Values): void {
    const rest = Object.entries(this.#pending.get(id) ?? {}).filter(([name]) => !(name in values));
    if (rest.length > 0) this.#pending.set(id, Object.fromEntries(rest));
    else this.#pending.delete(id);
  }

  #mayCall(now: number): boolean {
    for (; this.#windowEndsAt <= now; this.#windowEndsAt += WINDOW_MS) this.#used = 0;
    if (this.#used >= LIMIT) return false;
    this.#used += 1;
    this.calls += 1;
    return true;
  }
}
