/**
 * Counts calls against a limit: in windows that start anew, or in the time before each call.
 * @module
 */
import type { SavedWorld } from "../snapshots/format.ts";

export interface WindowSettings {
  readonly limit: number;
  readonly windowMs: number;
  /** Where a fixed window begins: at multiples of its length, or with the first call after the last one's end. */
  readonly alignment: "clock" | "first_call";
}

/** Times are epoch milliseconds. */
export interface Reading {
  readonly limit: number;
  readonly remaining: number;
  /** When more calls become available: the window's end; if it slides, when its oldest call leaves it. */
  readonly resetsAt: number;
}

export interface CallWindow {
  /** Counts one call, if there is one left. */
  take(now: number, settings: WindowSettings): boolean;
  /** Gives back the call that was taken last. */
  giveBack(): void;
  read(now: number, settings: WindowSettings): Reading;
  save(): SavedWindow;
}

type SavedWindow = SavedWorld["budgets"][number][1]["window"];

/** An empty window, or one with the calls that were saved. */
export function openWindow(
  kind: SavedWindow["kind"],
  saved: SavedWindow | null = null,
): CallWindow {
  if (kind === "fixed") return new FixedWindow(saved?.kind === kind ? saved : {});
  return new SlidingWindow(saved?.kind === kind ? saved.calls : []);
}

/**
 * A window of the other kind with the calls of this one, none of which is given back early. A fixed window does not know
 * when its calls were made: in a sliding one they leave at its end, as was told.
 * @param now epoch milliseconds
 */
export function carryOver(from: CallWindow, now: number, settings: WindowSettings): CallWindow {
  const saved = from.save();
  if (saved.kind === "fixed") {
    if (now >= saved.endsAt) return new SlidingWindow();
    const at = Math.min(now, saved.endsAt - settings.windowMs);
    return new SlidingWindow(Array.from({ length: saved.used }, () => at));
  }
  const used = saved.calls.filter((at) => at > now - settings.windowMs).length;
  return new FixedWindow({ used, endsAt: endOfFixed(now, settings) });
}

function endOfFixed(now: number, { windowMs, alignment }: WindowSettings): number {
  const startsAt = alignment === "clock" ? Math.floor(now / windowMs) * windowMs : now;
  return startsAt + windowMs;
}

export class FixedWindow implements CallWindow {
  #endsAt: number;
  #used: number;

  constructor({ endsAt = 0, used = 0 }: { readonly endsAt?: number; readonly used?: number } = {}) {
    this.#endsAt = endsAt;
    this.#used = used;
  }

  take(now: number, settings: WindowSettings): boolean {
    if (now >= this.#endsAt) {
      this.#endsAt = endOfFixed(now, settings);
      this.#used = 0;
    }
    if (this.#used >= settings.limit) return false;
    this.#used += 1;
    return true;
  }

  giveBack(): void {
    this.#used = Math.max(0, this.#used - 1);
  }

  read(now: number, settings: WindowSettings): Reading {
    const open = now < this.#endsAt;
    return {
      limit: settings.limit,
      remaining: Math.max(0, settings.limit - (open ? this.#used : 0)),
      resetsAt: open ? this.#endsAt : endOfFixed(now, settings),
    };
  }

  save(): SavedWindow {
    return { kind: "fixed", endsAt: this.#endsAt, used: this.#used };
  }
}

/** How many calls that have left the window are kept before they are cut off: seldom enough to cost nothing. */
const COMPACT_AT = 1_024;

export class SlidingWindow implements CallWindow {
  /** When each call was made, oldest first; those before `#first` have left the window. */
  #calls: number[];
  #first = 0;

  constructor(calls: readonly number[] = []) {
    this.#calls = [...calls];
  }

  take(now: number, settings: WindowSettings): boolean {
    this.#leave(now, settings.windowMs);
    if (this.#calls.length - this.#first >= settings.limit) return false;
    this.#calls.push(now);
    return true;
  }

  giveBack(): void {
    this.#calls.pop();
  }

  read(now: number, settings: WindowSettings): Reading {
    this.#leave(now, settings.windowMs);
    return {
      limit: settings.limit,
      remaining: Math.max(0, settings.limit - (this.#calls.length - this.#first)),
      resetsAt: (this.#calls[this.#first] ?? now) + settings.windowMs,
    };
  }

  save(): SavedWindow {
    return { kind: "sliding", calls: this.#calls.slice(this.#first) };
  }

  #leave(now: number, windowMs: number): void {
    while ((this.#calls[this.#first] ?? Number.POSITIVE_INFINITY) <= now - windowMs) {
      this.#first += 1;
    }
    if (this.#first > COMPACT_AT && this.#first * 2 > this.#calls.length) {
      this.#calls = this.#calls.slice(this.#first);
      this.#first = 0;
    }
  }
}
