/**
 * Each user's calls: what is left of the limit, and what became of every window.
 * @module
 */
import type { Clock } from "../clock.ts";
import type { MockSettings } from "../settings.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import {
  type CallWindow,
  carryOver,
  openWindow,
  type Reading,
  type WindowSettings,
} from "./window.ts";

/** What one user did in one window. A sliding window is counted in steps of its length, by the clock. */
export interface WindowRecord {
  readonly startsAt: number;
  readonly endsAt: number;
  /** Calls that the limit let in, those of others included. */
  calls: number;
  /** Calls of the second consumer among them. */
  others: number;
  /** 429s. */
  refused: number;
}

/** So many calls of a second consumer are caught up on at once, which takes some 50 ms; earlier ones are let go. */
const OTHERS_AT_ONCE = 1_000_000;

/** Windows of which the figures are kept for each user: an hour and a half of windows of five seconds. */
const WINDOWS_MAX = 1_000;

type SavedBudget = SavedWorld["budgets"][number][1];

export class Budget {
  readonly #settings: Readonly<MockSettings>;
  readonly #clock: Clock;
  #window: CallWindow;
  #kind: MockSettings["windowKind"];
  #records: WindowRecord[] = [];
  /** Up to when the second consumer has called, in epoch milliseconds; null before the user's first call. */
  #othersUntil: number | null = null;

  constructor(settings: Readonly<MockSettings>, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#kind = settings.windowKind;
    this.#window = openWindow(this.#kind);
  }

  /** Counts one call; false where the limit refuses it, which costs nothing. */
  take(consumer: "caller" | "others" = "caller"): boolean {
    const now = this.#clock.now();
    this.#letOthersCall(now);
    this.#othersUntil ??= now;
    const taken = this.#open(now).take(now, this.#windowSettings());
    const record = this.#recordAt(now);
    if (!taken) record.refused += 1;
    else {
      record.calls += 1;
      if (consumer === "others") record.others += 1;
    }
    return taken;
  }

  /** Counts the calls that a second consumer has made by now. Nothing runs by itself: whoever looks calls this first. */
  letOthersCall(): void {
    this.#letOthersCall(this.#clock.now());
  }

  /** Gives back the call that was taken last, in the same turn: it never reached what counts calls. */
  giveBack(): void {
    this.#window.giveBack();
    const record = this.#records.at(-1);
    if (record) record.calls -= 1;
  }

  read(): Reading {
    const now = this.#clock.now();
    this.#letOthersCall(now);
    return this.#open(now).read(now, this.#windowSettings());
  }

  /** Windows with calls in them, oldest first. */
  get windows(): readonly Readonly<WindowRecord>[] {
    return this.#records;
  }

  save(): SavedBudget {
    return {
      window: this.#window.save(),
      records: this.#records.map((record) => ({ ...record })),
      othersUntil: this.#othersUntil,
    };
  }

  load({ window, records, othersUntil }: SavedBudget): void {
    this.#othersUntil = othersUntil;
    this.#kind = window.kind;
    this.#window = openWindow(window.kind, window);
    this.#records = records.map((record) => ({ ...record }));
  }

  /** Each at its own moment; those that the limit refuses are nobody's concern. */
  #letOthersCall(now: number): void {
    if (this.#othersUntil === null) return;
    const { othersPerMinute } = this.#settings;
    if (othersPerMinute === 0) {
      this.#othersUntil = now;
      return;
    }
    const everyMs = 60_000 / othersPerMinute;
    let at = Math.max(this.#othersUntil, now - OTHERS_AT_ONCE * everyMs);
    for (; at + everyMs <= now; at += everyMs) {
      if (!this.#open(at + everyMs).take(at + everyMs, this.#windowSettings())) continue;
      const record = this.#recordAt(at + everyMs);
      record.calls += 1;
      record.others += 1;
    }
    this.#othersUntil = at;
  }

  /** A change of the kind gives no call back. */
  #open(now: number): CallWindow {
    if (this.#kind !== this.#settings.windowKind) {
      this.#kind = this.#settings.windowKind;
      this.#window = carryOver(this.#window, now, this.#windowSettings());
    }
    return this.#window;
  }

  #windowSettings(): WindowSettings {
    const { limit, windowSeconds, windowAlignment } = this.#settings;
    return { limit, windowMs: windowSeconds * 1_000, alignment: windowAlignment };
  }

  #recordAt(now: number): WindowRecord {
    const last = this.#records.at(-1);
    if (last && now < last.endsAt) return last;
    const { windowMs } = this.#windowSettings();
    const endsAt =
      this.#kind === "fixed"
        ? this.#open(now).read(now, this.#windowSettings()).resetsAt
        : (Math.floor(now / windowMs) + 1) * windowMs;
    const record = { startsAt: endsAt - windowMs, endsAt, calls: 0, others: 0, refused: 0 };
    this.#records.push(record);
    if (this.#records.length > WINDOWS_MAX) this.#records.shift();
    return record;
  }
}

export class Budgets {
  readonly #settings: Readonly<MockSettings>;
  readonly #clock: Clock;
  readonly #byUser = new Map<number, Budget>();

  constructor(settings: Readonly<MockSettings>, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  of(userId: number): Budget {
    const known = this.#byUser.get(userId);
    if (known) return known;
    const budget = new Budget(this.#settings, this.#clock);
    this.#byUser.set(userId, budget);
    return budget;
  }

  /** See `Budget.letOthersCall`: before their pace becomes another one. */
  letOthersCall(): void {
    for (const budget of this.#byUser.values()) budget.letOthersCall();
  }

  save(): SavedWorld["budgets"] {
    return [...this.#byUser].map(([userId, budget]) => [userId, budget.save()]);
  }

  load(budgets: SavedWorld["budgets"]): void {
    for (const [userId, budget] of budgets) this.of(userId).load(budget);
  }
}
