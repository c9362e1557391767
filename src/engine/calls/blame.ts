/**
 * The evidence of one Outreach user, kept: who failed, and when another's call was last taken.
 * @module
 */
import * as evidence from "../model/evidence.ts";
import type { Accusation, Held, Tries } from "../model/evidence.ts";
import type { Prospect } from "../model/prospect.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { evidencePiece } from "./state.ts";

export class Blame {
  readonly #evidence;
  /** In memory: after a restart, the next one that is taken tells it. */
  #takenAt = -Infinity;

  constructor(db: ObservedDatabase) {
    this.#evidence = evidencePiece(db);
  }

  /** What everybody's calls are held for; null where they may leave. */
  get heldFor(): Held | null {
    return evidence.heldFor(this.#evidence.read());
  }

  /** When the next probe may leave. @param untriedDueAt when a prospect is due that has not failed; null: none */
  probeAt(untriedDueAt: number | null): number {
    return evidence.probeAt(this.#evidence.read(), untriedDueAt);
  }

  /** How a prospect's tries went before the call that it is in. */
  triesOf({ inFlight, lastError }: Prospect): Tries {
    const attempts = inFlight?.attempts ?? 0;
    const lastAt = attempts > 0 ? (lastError?.at ?? null) : null;
    const othersTaken = lastAt !== null && this.#takenAt > lastAt;
    return { attempts, lastAt, othersTaken, isHeld: this.heldFor !== null };
  }

  /** @param random a number from 0 to 1 */
  accuse(accusation: Accusation, random: number): void {
    const before = this.#evidence.read();
    this.#write(before, evidence.withAccusation(before, accusation, random));
  }

  answered(): void {
    const before = this.#evidence.read();
    this.#write(before, evidence.answered(before));
  }

  taken(at: number): void {
    this.#takenAt = at;
    const before = this.#evidence.read();
    this.#write(before, evidence.taken(before));
  }

  /** Outreach told of a maintenance. @returns until when nothing leaves */
  maintained(until: number | null, at: number): number {
    const before = this.#evidence.read();
    const told = evidence.withMaintenance(before, until, at);
    this.#write(before, told.evidence);
    return told.until;
  }

  /** A person wants it tried now. */
  forget(): void {
    this.#evidence.write(evidence.NO_EVIDENCE);
  }

  #write(before: evidence.Evidence, after: evidence.Evidence): void {
    if (after !== before) this.#evidence.write(after);
  }
}
