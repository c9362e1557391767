/**
 * How one prospect counts in the audiences it belongs to: Outreach was told that it is in one or out of it, and a status is
 * pending or in flight. A step notes each value that it moves, so that the counts follow without a look at the prospect.
 * @module
 */
import type { ProspectEvent } from "./events.ts";
import type { Membership } from "./prospect.ts";

type Change = Extract<ProspectEvent, { kind: "audience_changed" }>;
type Counter = "members" | "exited" | "pending";

/** A value that may be a status of an audience. An audience has one field, so a prospect has one value of it at each place. */
type Value = { readonly membership?: Membership } | undefined;

export class AudienceChanges {
  readonly #changes = new Map<number, Record<Counter, number>>();

  /** A value is pending now. @param others values of the same field that are pending or in flight besides */
  pending(value: Value, ...others: readonly Value[]): void {
    this.#count(value, "pending", 1, others);
  }

  /** A value is pending or in flight no more. @param others those of the same field that still are */
  gone(value: Value, ...others: readonly Value[]): void {
    this.#count(value, "pending", -1, others);
  }

  /** Outreach holds another status of a field, or the same again. */
  known(before: Value, after: Value): void {
    if (before?.membership) this.#add(before.membership.audience, counterOf(before.membership), -1);
    if (after?.membership) this.#add(after.membership.audience, counterOf(after.membership), 1);
  }

  get events(): readonly Change[] {
    return [...this.#changes]
      .filter(([, { members, exited, pending }]) => members || exited || pending)
      .map(([audience, counts]) => ({ kind: "audience_changed", audience, ...counts }));
  }

  #count(value: Value, counter: Counter, by: number, others: readonly Value[]): void {
    const audience = value?.membership?.audience;
    if (audience === undefined) return;
    if (others.some((other) => other?.membership?.audience === audience)) return;
    this.#add(audience, counter, by);
  }

  #add(audience: number, counter: Counter, by: number): void {
    const counts = this.#changes.get(audience) ?? { members: 0, exited: 0, pending: 0 };
    counts[counter] += by;
    this.#changes.set(audience, counts);
  }
}

function counterOf({ status }: Membership): Counter {
  return status === "realized" ? "members" : "exited";
}
