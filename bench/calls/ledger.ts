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
}

export interface Freshness {
  /** From the last update's acceptance until Outreach held everything. */
  readonly rightAfterMs: number;
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
      fields.set(name, { wanted, acceptedAt: at, held, rightAt: held === wanted ? at : null });
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
      // An old value that comes late makes Outreach wrong again.
      field.rightAt = field.held === field.wanted ? (field.rightAt ?? at) : null;
    }
  }

  /** @throws where Outreach is not right at the end */
  close(): Freshness {
    let rightAt = this.#lastAt;
    for (const field of [...this.#prospects.values()].flatMap((fields) => [...fields.values()])) {
      if (field.rightAt === null) throw new Error("Outreach does not hold what was accepted last.");
      rightAt = Math.max(rightAt, field.rightAt);
      this.#stale.push(field.rightAt - field.acceptedAt);
    }
    const stale = Float64Array.from(this.#stale).toSorted();
    return {
      rightAfterMs: rightAt - this.#lastAt,
      meanMs: stale.reduce((a, b) => a + b, 0) / stale.length,
      p99Ms: stale[Math.ceil(stale.length * 0.99) - 1] ?? 0,
    };
  }
}
