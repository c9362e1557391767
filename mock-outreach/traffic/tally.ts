/**
 * Counts that outlive the journal: calls by method and status, and how many were under way at once.
 * @module
 */
import type { SavedWorld } from "../snapshots/format.ts";
import type { Call } from "./journal.ts";

/**
 * Two writes of one prospect that were under way at the same time; a call that started a bulk job is, too, while its job
 * is. Reads change nothing, whatever they meet.
 */
export interface Overlap {
  readonly prospectId: number;
  /** When the later one began, in epoch milliseconds. */
  readonly at: number;
  /** The journal's numbers of the calls, the later one last. */
  readonly callIds: readonly number[];
}

/** The first of them tell what went wrong; the rest are only counted. */
const OVERLAPS_MAX = 100;

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export class Tally {
  readonly #ended = new Map<string, number>();
  /** Writes alone. */
  readonly #openByProspect = new Map<number, Call[]>();
  /** Calls that were answered while Outreach goes on working for them. */
  readonly #kept = new Set<Call>();
  readonly overlaps: Overlap[] = [];
  overlapCount = 0;
  total = 0;
  refusedByLimit = 0;
  open = 0;
  openMax = 0;
  /** Of writes. */
  openPerProspectMax = 0;

  begin(call: Call): void {
    this.total += 1;
    this.open += 1;
    this.openMax = Math.max(this.openMax, this.open);
    if (READS.has(call.method)) return;
    for (const id of call.prospectIds) this.#enter(id, call);
  }

  /** @param refused whether the rate limit refused the call */
  end(call: Call, refused: boolean): void {
    this.open -= 1;
    if (refused) this.refusedByLimit += 1;
    this.leave(call);
    const key = `${call.method} ${call.status ?? "none"}`;
    this.#ended.set(key, (this.#ended.get(key) ?? 0) + 1);
  }

  /** The caller no longer waits for it: whatever begins now does not overlap with it. */
  leave(call: Call): void {
    if (this.#kept.has(call)) return;
    for (const id of call.prospectIds) this.#exit(id, call);
  }

  /** It has turned out which prospects a call is about: those that it named besides are not under way. */
  isAbout(call: Call, prospectIds: readonly number[]): void {
    const about = new Set(prospectIds);
    for (const id of call.prospectIds) if (!about.has(id)) this.#exit(id, call);
    call.prospectIds = prospectIds;
  }

  /** A job goes on with the call's prospects: they are under way until each is released, or all are. */
  keep(call: Call): void {
    this.#kept.add(call);
    for (const id of call.prospectIds) {
      if (!this.#openByProspect.get(id)?.includes(call)) this.#enter(id, call);
    }
  }

  release(call: Call, prospectId: number): void {
    this.#exit(prospectId, call);
  }

  releaseAll(call: Call): void {
    this.#kept.delete(call);
    this.leave(call);
  }

  /** Ended calls, as `PATCH 200`; `none` stands for those that got no answer. */
  byMethodAndStatus(): Record<string, number> {
    return Object.fromEntries(this.#ended);
  }

  save(): SavedWorld["tally"] {
    const { overlapCount, total, refusedByLimit, openMax, openPerProspectMax } = this;
    const figures = { overlapCount, total, refusedByLimit, openMax, openPerProspectMax };
    return { ended: [...this.#ended], overlaps: [...this.overlaps], ...figures };
  }

  load({ ended, overlaps, ...figures }: SavedWorld["tally"]): void {
    for (const [key, count] of ended) this.#ended.set(key, count);
    this.overlaps.splice(0, this.overlaps.length, ...overlaps);
    Object.assign(this, figures);
  }

  #exit(prospectId: number, call: Call): void {
    const open = (this.#openByProspect.get(prospectId) ?? []).filter((other) => other !== call);
    if (open.length > 0) this.#openByProspect.set(prospectId, open);
    else this.#openByProspect.delete(prospectId);
  }

  #enter(prospectId: number, call: Call): void {
    const open = [...(this.#openByProspect.get(prospectId) ?? []), call];
    this.#openByProspect.set(prospectId, open);
    this.openPerProspectMax = Math.max(this.openPerProspectMax, open.length);
    if (open.length < 2) return;
    this.overlapCount += 1;
    if (this.overlaps.length < OVERLAPS_MAX) {
      this.overlaps.push({ prospectId, at: call.at, callIds: open.map(({ id }) => id) });
    }
  }
}
