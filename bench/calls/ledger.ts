/**
 * What Outreach should hold and what it holds, and for how long the two differed.
 * @module
 */
import { START } from "../../test/support/world.ts";
import type { Item, Trace, Values } from "./traces.ts";

export const WINDOW_MS = 3_600_000;
export const LIMIT = 10_000;
/** Windows begin with the hours, traces in the middle of one, as chance would have it on the average. */
export const TRACE_BEGINS_AT = START + WINDOW_MS / 2;

interface Field {
  wanted: string;
  acceptedAt: number;
  held: string | null;
  /** Since when Outreach holds what is wanted; null while it does not. */
  rightAt: number | null;
  /** Since when it does not; null while it does. */
  wrongSince: number | null;
  /** For how long it did not, before that. */
  wrongMs: number;
}

export interface Freshness {
  /** From the last update's acceptance until Outreach held everything. */
  readonly rightAfterMs: number;
  /**
   * Age of information: for how long Outreach did not hold a field's newest value, added up over the trace; the mean of all
   * fields of all prospects. Unlike staleness it sees values that were overwritten before they left.
   */
  readonly notRightMs: number;
  readonly meanMs: number;
  readonly p99Ms: number;
}

export class Ledger {
  readonly #missing: ReadonlySet<number>;
  readonly #prospects = new Map<number, Map<string, Field>>();
  readonly #stale: number[] = [];
  #lastAt = 0;

  constructor({ missing }: Trace) {
    this.#missing = missing;
  }

  /** A value that says something new takes the place of the one before, whose staleness ends here at the latest. */
  accept({ update: { prospectId }, says }: Item, at: number): void {
    if (this.#missing.has(prospectId)) return;
    this.#lastAt = at;
    let fields = this.#prospects.get(prospectId);
    if (!fields) this.#prospects.set(prospectId, (fields = new Map()));
    for (const [name, value] of Object.entries(says)) {
      const wanted = JSON.stringify(value);
      const before = fields.get(name);
      if (before?.wanted === wanted) continue;
      if (before) this.#stale.push(Math.min(before.rightAt ?? at, at) - before.acceptedAt);
      const held = before?.held ?? null;
      const { wrongSince = null, wrongMs = 0 } = before ?? {};
      const field = { wanted, acceptedAt: at, held, rightAt: null, wrongSince, wrongMs };
      fields.set(name, judged(field, at));
    }
  }

  /** Outreach holds these values from now on. */
  hold(prospectId: number, values: Values, at: number): void {
    const fields = this.#prospects.get(prospectId);
    if (!fields) return;
    for (const [name, value] of Object.entries(values)) {
      const field = fields.get(name);
      if (!field) throw new Error(`Nobody said anything of ${name}.`);
      field.held = JSON.stringify(value);
      judged(field, at);
    }
  }

  /** @throws where Outreach is not right at the end */
  close(): Freshness {
    let rightAt = this.#lastAt;
    let notRightMs = 0;
    const all = [...this.#prospects.values()].flatMap((fields) => [...fields.values()]);
    for (const field of all) {
      if (field.rightAt === null) throw new Error("Outreach does not hold what was accepted last.");
      rightAt = Math.max(rightAt, field.rightAt);
      this.#stale.push(field.rightAt - field.acceptedAt);
      notRightMs += field.wrongMs;
    }
    const stale = Float64Array.from(this.#stale).toSorted();
    return {
      rightAfterMs: rightAt - this.#lastAt,
      notRightMs: notRightMs / all.length,
      meanMs: stale.reduce((a, b) => a + b, 0) / stale.length,
      p99Ms: stale[Math.ceil(stale.length * 0.99) - 1] ?? 0,
    };
  }
}

/** Whether Outreach holds what is wanted, from `at` on. An old value that comes late makes it wrong again. */
function judged(field: Field, at: number): Field {
  if (field.held !== field.wanted) {
    field.rightAt = null;
    field.wrongSince ??= at;
    return field;
  }
  field.rightAt ??= at;
  if (field.wrongSince !== null) field.wrongMs += at - field.wrongSince;
  field.wrongSince = null;
  return field;
}
