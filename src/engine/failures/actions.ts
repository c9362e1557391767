/**
 * What a person does with failures that are listed: puts them back into the outbox or takes them off the list, however
 * many, a few at a time.
 * @module
 */
import { merge } from "../model/merge.ts";
import type { Offer } from "../model/merge.ts";
import type { ProspectEvent } from "../model/events.ts";
import type { FailureRest, FailureSelection, FailureStep } from "../api.ts";
import type { FailureStore } from "./failures.ts";
import type { Ports } from "../ports.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";
import { WorkingSet } from "../outbox/working-set.ts";

/** Failures that go back into the outbox in one turn: some 30 ms, so that requests hardly notice. */
const REPLAY_CHUNK = 1_000;

/** Failures that were taken off the list in one turn, and whether others are left. */
interface Chunk {
  readonly taken: number;
  readonly more: boolean;
}

type Asked = Parameters<FailureStore["take"]>[1];

/** How many were worked on, and what a step left over. */
interface Worked {
  readonly done: number;
  readonly rest?: FailureRest;
}

/** The tables that people's work on failures changes. */
interface FailureStores {
  readonly outbox: Outbox;
  readonly prospects: ProspectStore;
  readonly failures: FailureStore;
}

export class FailureWork {
  readonly #ports: Ports;
  readonly #stores: FailureStores;

  constructor(ports: Ports, stores: FailureStores) {
    this.#ports = ports;
    this.#stores = stores;
  }

  /**
   * Puts failures back, with the times their values had: what is newer by now still wins. What fails anew meanwhile
   * stays listed.
   */
  replay(destinationId: string, which: FailureSelection, step?: FailureStep): Promise<Worked> {
    return this.#inTurns(destinationId, which, step, (asked) =>
      this.#stores.outbox.transaction(() => this.#replayChunk(destinationId, asked)),
    );
  }

  /** Takes failures off the list for good. */
  discard(destinationId: string, which: FailureSelection, step?: FailureStep): Promise<Worked> {
    return this.#inTurns(destinationId, which, step, (asked) =>
      this.#discardChunk(destinationId, asked),
    );
  }

  /** Works on those that are listed now, a few at a time; requests have their turn in between. */
  async #inTurns(
    destinationId: string,
    which: FailureSelection,
    step: FailureStep | undefined,
    work: (asked: Asked) => Chunk,
  ): Promise<Worked> {
    const { failures } = this.#stores;
    const upTo = Number(step?.upTo ?? failures.lastId());
    const most = step?.limit ?? Infinity;
    for (let done = 0; ;) {
      const chunk = work({ which, upTo, limit: Math.min(REPLAY_CHUNK, most - done) });
      done += chunk.taken;
      if (!chunk.more) return { done };
      if (done >= most) {
        const left = failures.count(destinationId, which, upTo);
        return { done, rest: { upTo: String(upTo), left } };
      }
      await this.#ports.turn();
    }
  }

  /** Whether there was one of that id. */
  discardOne(destinationId: string, failureId: string): boolean {
    const named = { which: [failureId], upTo: Number.MAX_SAFE_INTEGER, limit: 1 };
    return this.#discardChunk(destinationId, named).taken > 0;
  }

  #discardChunk(destinationId: string, chunk: Asked): Chunk {
    const { failures } = this.#stores;
    return this.#stores.outbox.transaction(() => {
      const { failures: taken, more } = failures.take(destinationId, chunk);
      const now = this.#ports.now();
      const events = new Map<number, ProspectEvent[]>();
      for (const { prospectId, fields } of taken) {
        const event = { kind: "discarded", destinationId, fields: Object.keys(fields) } as const;
        events.set(prospectId, [...(events.get(prospectId) ?? []), event]);
      }
      this.#stores.outbox.tellProspects(events, now);
      return { taken: taken.length, more };
    });
  }

  #replayChunk(destinationId: string, asked: Asked): Chunk {
    const { failures } = this.#stores;
    const now = this.#ports.now();
    const { failures: taken, more } = failures.take(destinationId, asked);
    const prospects = new WorkingSet(
      this.#stores.prospects,
      taken.map((failure) => failure.prospectId),
    );
    for (const { prospectId, fields, acceptedAt } of taken) {
      const again = { acceptedAt, since: now, dueAt: now, isReplay: true } as const;
      const offered: Offer = { fields, destinationId, ...again };
      prospects.set(merge(prospects.get(prospectId), offered, this.#ports.hash));
    }
    this.#stores.outbox.save(prospects.steps(), now);
    return { taken: taken.length, more };
  }
}
