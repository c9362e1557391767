/**
 * The prospects that a batch of updates or failures touches, read once and saved once.
 * @module
 */
import type { Prospect } from "../model/prospect.ts";
import type { StoryEvent } from "../model/history.ts";
import type { Change, Stores } from "../stores.ts";

/** Prospects as they were and as they become. */
export class WorkingSet {
  readonly #before: ReadonlyMap<number, Prospect>;
  readonly #after: Map<number, Prospect>;
  readonly #events = new Map<number, StoryEvent[]>();

  constructor(stores: Stores, ids: readonly number[]) {
    this.#before = stores.prospects.load([...new Set(ids)]);
    this.#after = new Map(this.#before);
  }

  get(id: number): Prospect {
    const prospect = this.#after.get(id);
    if (!prospect) throw new Error("a batch touches only the prospects that it named");
    return prospect;
  }

  set(prospect: Prospect, events: readonly StoryEvent[]): void {
    this.#after.set(prospect.id, prospect);
    const told = this.#events.get(prospect.id);
    if (told) told.push(...events);
    else this.#events.set(prospect.id, [...events]);
  }

  changes(): readonly Change[] {
    const changes: Change[] = [];
    for (const [id, before] of this.#before) {
      const after = this.get(id);
      if (after !== before) changes.push({ before, after, events: this.#events.get(id) ?? [] });
    }
    return changes;
  }
}
