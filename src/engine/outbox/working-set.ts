/**
 * The prospects that a batch of updates or failures touches, read once and saved once.
 * @module
 */
import type { Prospect } from "../model/prospect.ts";
import type { ProspectEvent, Step } from "../model/events.ts";
import type { ProspectStore } from "./prospects.ts";

/** Prospects as they were and as they become. */
export class WorkingSet {
  readonly #before: ReadonlyMap<number, Prospect>;
  readonly #after: Map<number, Prospect>;
  readonly #events = new Map<number, ProspectEvent[]>();

  constructor(prospects: ProspectStore, ids: readonly number[]) {
    this.#before = prospects.load([...new Set(ids)]);
    this.#after = new Map(this.#before);
  }

  get(id: number): Prospect {
    const prospect = this.#after.get(id);
    if (!prospect) throw new Error("a batch touches only the prospects that it named");
    return prospect;
  }

  set({ prospect, events }: Step): void {
    this.#after.set(prospect.id, prospect);
    const told = this.#events.get(prospect.id);
    if (told) told.push(...events);
    else this.#events.set(prospect.id, [...events]);
  }

  /** What all steps made of each prospect. */
  steps(): readonly (Step & { readonly before: Prospect })[] {
    return [...this.#before].map(([id, before]) => ({
      before,
      prospect: this.get(id),
      events: this.#events.get(id) ?? [],
    }));
  }
}
