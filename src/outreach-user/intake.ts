/**
 * Takes accepted updates into the outbox, and failures back into it.
 * @module
 */
import { hash53 } from "../delivery/change-set.ts";
import { isUrgent } from "../delivery/lane.ts";
import { offer } from "../delivery/offer.ts";
import type { Offer } from "../delivery/offer.ts";
import type { Prospect, Step, WaitingField } from "../delivery/prospect.ts";
import { offerEvents } from "../delivery/story.ts";
import type { StoryEvent } from "../delivery/story.ts";
import { tell } from "../delivery/story-text.ts";
import type {
  AudienceMembership,
  FieldUpdate,
  ProspectUpdate,
} from "../delivery/prospect-update.ts";
import type {
  FailureRest,
  FailureSelection,
  FailureStep,
  IncomingBatch,
  OverflowBatch,
} from "./api.ts";
import type { FailureStore } from "./failure-store.ts";
import type { Ports } from "./ports.ts";
import type { Change, Stores } from "./stores.ts";

/**
 * A new update waits this long before its call may leave, so that what the platform sends of one person in quick
 * succession travels in one call. It is a fifth of the five seconds promised from 202 to Outreach.
 */
export const GATHER_MS = 1_000;
/** More prospects than any Outreach customer has; a safeguard for the object's storage of 10 GB. */
export const BACKLOG_MAX = 5_000_000;
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

export class Intake {
  readonly #ports: Ports;
  readonly #stores: Stores;

  constructor(ports: Ports, stores: Stores) {
    this.#ports = ports;
    this.#stores = stores;
  }

  /** Stores a batch whole; what it holds is durable when the object answers. */
  accept(batch: IncomingBatch, now: number): void {
    const { state } = this.#stores;
    this.#stores.transaction(() => {
      const arrival = Math.max(state.read("lastArrival") + 1, now);
      state.write("lastArrival", arrival);
      this.#take(batch, arrival, now);
    });
  }

  /**
   * Stores batches that an overflow object took. They arrived when they arrived there, so that none of them overrules
   * what came later. Those that were stored before, and whose acknowledgement got lost, are passed over.
   */
  acceptOverflow(overflow: string, batches: readonly OverflowBatch[], now: number): void {
    const { state, overflows } = this.#stores;
    this.#stores.transaction(() => {
      const taken = overflows.takenUpTo(overflow);
      for (const { seq, arrival, from, batch } of batches) {
        if (seq <= taken) continue;
        state.write("lastArrival", Math.max(state.read("lastArrival"), arrival));
        this.#take(batch, arrival, now, from);
        overflows.taken(overflow, seq);
      }
    });
  }

  #take(batch: IncomingBatch, arrival: number, now: number, from = 0): void {
    const { runs, seenAudiences } = this.#stores;
    const { destinationId, updates } = batch;
    this.#stores.destinations.weigh(destinationId, batch.weight ?? 1);
    const rejected = Object.values(batch.rejected).reduce((sum, count) => sum + count, 0);
    const prospects = new WorkingSet(
      this.#stores,
      updates.map((update) => update.prospectId),
    );
    const audiences = new AudienceIds(this.#stores, destinationId);
    const acceptedAt = Math.min(arrival, now);
    const steps: Step[] = [];
    for (const [i, update] of updates.entries()) {
      const offered: Offer = {
        fields: waitingFields(update, placeIn(arrival, from + i), audiences),
        destinationId,
        acceptedAt,
        dueAt: acceptedAt + GATHER_MS,
        ...(batch.single && { single: true }),
      };
      const before = prospects.get(update.prospectId);
      const step = offer(before, offered, this.#ports.hash);
      prospects.set(step.prospect, offerEvents(before, offered, step, now));
      steps.push(step);
    }
    const changes = prospects.changes();
    this.#stores.saveProspects(changes, now);
    const begun = changes.filter(beginsToWait);
    const urgent = begun.filter(({ after }) => after.waiting && isUrgent(after.waiting.lane));
    this.#stores.demand.arrived(begun.length, urgent.length, now);
    this.#stores.decided(steps, now);
    const accepted = updates.length + batch.empty;
    this.#stores.happened(now, { accepted });
    this.#stores.tail.add({ at: now, kind: "accepted", count: accepted, destinationId });
    runs.add(destinationId, now, {
      received: updates.length + batch.empty + rejected,
      accepted,
      unchanged: batch.empty,
    });
    runs.addRejected(destinationId, now, batch.rejected);
    seenAudiences.note(destinationId, batch.seen ?? [], now);
  }

  /**
   * Puts failures back, with the times their values had: what is newer by now still wins. What fails anew meanwhile
   * stays listed.
   */
  replay(
    destinationId: string,
    which: FailureSelection,
    single: boolean,
    step?: FailureStep,
  ): Promise<Worked> {
    return this.#inTurns(destinationId, which, step, (asked) =>
      this.#stores.transaction(() => this.#replayChunk(destinationId, asked, single)),
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
    const { failures, prospects, runs } = this.#stores;
    return this.#stores.transaction(() => {
      const { failures: taken, more } = failures.take(destinationId, chunk);
      const now = this.#ports.now();
      runs.add(destinationId, now, { discarded: taken.length });
      const told = new Map<number, string>();
      for (const { prospectId, fields } of taken) {
        const line = tell([{ kind: "discarded", at: now, fields: Object.keys(fields) }]);
        told.set(prospectId, line + (told.get(prospectId) ?? ""));
      }
      prospects.tell(told);
      return { taken: taken.length, more };
    });
  }

  #replayChunk(destinationId: string, asked: Asked, single: boolean): Chunk {
    const { failures, runs } = this.#stores;
    const now = this.#ports.now();
    const { failures: taken, more } = failures.take(destinationId, asked);
    const prospects = new WorkingSet(
      this.#stores,
      taken.map((failure) => failure.prospectId),
    );
    const steps: Step[] = [];
    for (const { prospectId, fields, acceptedAt } of taken) {
      const again = { acceptedAt, dueAt: now, isReplay: true, ...(single && { single }) } as const;
      const offered: Offer = { fields, destinationId, ...again };
      const before = prospects.get(prospectId);
      const step = offer(before, offered, this.#ports.hash);
      prospects.set(step.prospect, offerEvents(before, offered, step, now));
      steps.push(step);
    }
    this.#stores.saveProspects(prospects.changes(), now);
    this.#stores.decided(steps, now);
    runs.add(destinationId, now, { replayed: taken.length });
    return { taken: taken.length, more };
  }
}

function beginsToWait({ before, after }: Change): boolean {
  return before.waiting === null && after.waiting !== null;
}

/**
 * The arrival of a request's i-th update: later ones of the same request are later, by a fraction of a millisecond that
 * a JavaScript number still holds exactly.
 */
function placeIn(arrival: number, i: number): number {
  return arrival + Math.min(i, PLACES - 1) / PLACES;
}

/** Twice as many as a batch has updates. */
const PLACES = 2_048;

/** The prospects that a batch touches, as they were and as they become. */
class WorkingSet {
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

/** Looks the rows of a destination's audiences up once a batch. */
class AudienceIds {
  readonly #stores: Stores;
  readonly #destinationId: string;
  readonly #ids = new Map<string, number>();

  constructor(stores: Stores, destinationId: string) {
    this.#stores = stores;
    this.#destinationId = destinationId;
  }

  idOf(namespace: string, id: string, field: string): number {
    const key = JSON.stringify([namespace, id, field]);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const found = this.#stores.audiences.idOf(this.#destinationId, namespace, id, field);
    this.#ids.set(key, found);
    return found;
  }
}

function waitingFields(
  update: ProspectUpdate,
  arrival: number,
  audiences: AudienceIds,
): Record<string, WaitingField> {
  const fields: Record<string, WaitingField> = {};
  for (const [name, field] of Object.entries(update.fields)) {
    fields[name] = waitingField(name, field, arrival, audiences);
  }
  return fields;
}

/** The same for an audience in whatever destination; AEP writes its namespaces in either case. */
function audienceKey({ namespace, id }: AudienceMembership): number {
  return hash53(JSON.stringify([namespace.toLowerCase(), id]));
}

function waitingField(
  name: string,
  { value, at, audience }: FieldUpdate,
  arrival: number,
  audiences: AudienceIds,
): WaitingField {
  return {
    value,
    at: at ?? arrival,
    arrival,
    ...(audience && {
      audience: audienceKey(audience),
      membership: {
        audience: audiences.idOf(audience.namespace, audience.id, name),
        status: audience.status,
      },
    }),
  };
}
