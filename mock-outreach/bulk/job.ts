/**
 * One bulk job: a batch or an import, and how far it is. It goes by the mock's clock: each item has a moment at which it
 * is carried out, and is carried out once somebody looks at or after that moment.
 * @module
 */
import type { Attributes } from "../model/records.ts";
import type { SavedJob } from "../snapshots/jobs-format.ts";

/** What became of one item. */
export interface ItemResult {
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
  /** Whether the record was there already (told of imports). */
  readonly isDupe: boolean;
}

/** What a job has to do. */
export interface JobOrder {
  readonly type: "batch" | "import";
  /** Whose job it is. */
  readonly userId: number;
  /** Attributes of the batch or import that stay as they are. */
  readonly told: Attributes;
  /** Of each item, the prospect that it is about; null for one that is yet to be created. */
  readonly items: readonly (number | null)[];
  /** The journal's number of the call that ordered it. */
  readonly callId: number;
  readonly work: JobWork;
}

/** What a job does to its items: to all the same, or to each what stands at its place. */
export type JobWork =
  | { readonly kind: "modify"; readonly attributes: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "upsert";
      readonly dupeMethod: DupeMethod;
      readonly records: readonly UpsertRecord[];
    };

/** What becomes of a record that is there already (documented). */
export type DupeMethod = "overwriteNoCreate" | "overwrite" | "skip" | "missing";

export interface UpsertRecord {
  readonly id: number | null;
  readonly attributes?: unknown;
  readonly relationships?: unknown;
}

/** Carries out the item at a place of a job. @param at when, in epoch milliseconds */
export type CarryOut = (order: JobOrder, place: number, at: number) => ItemResult;

/** When a job's items are due. */
export interface Pace {
  /** From acceptance, or confirmation, to the start; infinite for a job that never starts. */
  readonly delayMs: number;
  /** For each item. */
  readonly itemMs: number;
}

/**
 * Those of batches are reported by people who work with them; of imports nothing is known, and the same ones are assumed.
 */
export type JobState = "pending" | "confirming" | "running" | "finished" | "failed" | "canceled";

interface NewJob {
  readonly id: number;
  readonly order: JobOrder;
  readonly at: number;
  readonly pace: Pace;
  /** Whether somebody has to confirm it before it starts. */
  readonly waits: boolean;
  /** Why the whole job fails when it starts; null where it does not. */
  readonly doomed: string | null;
  readonly carryOut: CarryOut;
}

export class Job {
  readonly id: number;
  readonly order: JobOrder;
  /** Times are epoch milliseconds. */
  readonly createdAt: number;
  readonly #pace: Pace;
  /** Why the whole job fails when it starts; null where it does not. */
  readonly #doomed: string | null;
  readonly #carryOut: CarryOut;
  readonly #failures = new Map<number, string>();
  /** Where each prospect comes for the last time; null where none comes twice, as in a modify. */
  readonly #lastPlaces: ReadonlyMap<number | null, number> | null;
  #state: JobState = "pending";
  #done = 0;
  #dupes = 0;
  #startsAt: number;
  confirmedAt: number | null = null;
  startedAt: number | null = null;
  /** When it finished, failed or was canceled. */
  endedAt: number | null = null;
  updatedAt: number;
  /** Why the whole job failed. */
  errorReason: string | null = null;

  constructor({ id, order, at, pace, waits, doomed, carryOut }: NewJob) {
    this.id = id;
    this.order = order;
    this.createdAt = at;
    this.updatedAt = at;
    this.#pace = pace;
    this.#doomed = doomed;
    this.#carryOut = carryOut;
    this.#lastPlaces =
      order.work.kind === "upsert"
        ? new Map(order.items.map((item, place) => [item, place]))
        : null;
    if (waits) this.#state = "confirming";
    this.#startsAt = waits ? Number.POSITIVE_INFINITY : at + pace.delayMs;
  }

  save(): SavedJob {
    const { id, order, createdAt, confirmedAt, startedAt, endedAt, updatedAt, errorReason } = this;
    return {
      id,
      order,
      createdAt,
      confirmedAt,
      startedAt,
      endedAt,
      updatedAt,
      errorReason,
      state: this.#state,
      done: this.#done,
      dupes: this.#dupes,
      failures: [...this.#failures],
      doomed: this.#doomed,
      delayMs: Number.isFinite(this.#pace.delayMs) ? this.#pace.delayMs : null,
      itemMs: this.#pace.itemMs,
      startsAt: Number.isFinite(this.#startsAt) ? this.#startsAt : null,
    };
  }

  static restore(saved: SavedJob, carryOut: CarryOut): Job {
    const { id, order, createdAt, doomed, itemMs } = saved;
    const pace = { delayMs: saved.delayMs ?? Number.POSITIVE_INFINITY, itemMs };
    const job = new Job({ id, order, at: createdAt, pace, waits: false, doomed, carryOut });
    job.#state = saved.state;
    job.#done = saved.done;
    job.#dupes = saved.dupes;
    job.#startsAt = saved.startsAt ?? Number.POSITIVE_INFINITY;
    for (const [place, reason] of saved.failures) job.#failures.set(place, reason);
    job.confirmedAt = saved.confirmedAt;
    job.startedAt = saved.startedAt;
    job.endedAt = saved.endedAt;
    job.updatedAt = saved.updatedAt;
    job.errorReason = saved.errorReason;
    return job;
  }

  get state(): JobState {
    return this.#state;
  }

  get total(): number {
    return this.order.items.length;
  }

  /** Items that were carried out, those that failed included. */
  get done(): number {
    return this.#done;
  }

  /** Items that are still to be carried out, or that a canceled job left undone. */
  get pending(): number {
    return this.#state === "failed" ? 0 : this.total - this.#done;
  }

  /** With a job that failed as a whole, each of its items did. */
  get failures(): number {
    return this.#state === "failed" ? this.total : this.#failures.size;
  }

  get dupes(): number {
    return this.#dupes;
  }

  get isOpen(): boolean {
    return ["pending", "confirming", "running"].includes(this.#state);
  }

  /** When there is something to do next, in epoch milliseconds; infinite where there never is. */
  get dueAt(): number {
    if (this.#state === "pending") return this.#startsAt;
    if (this.#state !== "running") return Number.POSITIVE_INFINITY;
    return this.#startsAt + (this.#done + 1) * this.#pace.itemMs;
  }

  /** When it starts, or did; infinite where it waits for its confirmation, or a fault keeps it from starting. */
  get startsAt(): number {
    return this.#startsAt;
  }

  /** When the last of its items is due; infinite where it never starts. */
  get endsBy(): number {
    return this.#startsAt + this.total * this.#pace.itemMs;
  }

  /** Why the item at this place failed; null where it did not, or has not come to it. */
  failureOf(place: number): string | null {
    return this.errorReason ?? this.#failures.get(place) ?? null;
  }

  /** How far the item at this place is; the words are assumed. */
  itemState(place: number): "pending" | "finished" | "failed" | "canceled" {
    if (this.failureOf(place) !== null) return "failed";
    if (place < this.#done) return "finished";
    return this.#state === "canceled" ? "canceled" : "pending";
  }

  /** The first of the reasons. */
  get firstFailure(): string | null {
    return this.#failures.values().next().value ?? null;
  }

  /** Prospects that it has been through with: none of its items to come is about them. */
  *released(): Generator<number> {
    for (let place = 0; place < this.#done; place += 1) yield* this.#releasedAt(place);
  }

  /** Does whatever is due up to a moment. @param release is told each prospect that it is through with */
  runUntil(moment: number, release: (prospectId: number) => void): void {
    while (this.dueAt <= moment) {
      this.updatedAt = this.dueAt;
      if (this.#state === "pending") this.#start();
      else for (const id of this.#releasedAt(this.#next())) release(id);
      if (this.#state === "running" && this.#done === this.total) this.#end("finished");
    }
  }

  confirm(at: number): void {
    this.#state = "pending";
    this.#startsAt = at + this.#pace.delayMs;
    this.confirmedAt = at;
    this.updatedAt = at;
  }

  cancel(at: number): void {
    this.updatedAt = at;
    this.#end("canceled");
  }

  #start(): void {
    this.startedAt = this.updatedAt;
    this.#state = "running";
    if (this.#doomed === null) return;
    this.errorReason = this.#doomed;
    this.#end("failed");
  }

  /** @returns the place of the item that was carried out */
  #next(): number {
    const place = this.#done;
    const { failure, isDupe } = this.#carryOut(this.order, place, this.updatedAt);
    this.#done += 1;
    if (failure !== null) this.#failures.set(place, failure);
    if (isDupe) this.#dupes += 1;
    return place;
  }

  /** The prospect of this place, where it comes there for the last time. */
  #releasedAt(place: number): readonly number[] {
    const id = this.order.items[place] ?? null;
    const isLast = this.#lastPlaces === null || this.#lastPlaces.get(id) === place;
    return id !== null && isLast ? [id] : [];
  }

  #end(state: "finished" | "failed" | "canceled"): void {
    this.#state = state;
    this.endedAt = this.updatedAt;
  }
}
