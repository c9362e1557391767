/**
 * How one prospect counts in the audiences it belongs to. The difference between the tallies before and after a
 * step is what the object adds to its counters, so that they can never drift from the prospects themselves.
 * @module
 */
import type { Prospect } from "./prospect.ts";

export interface Tally {
  /** Outreach was told `realized`. */
  readonly members: number;
  /** Outreach was told `exited`. */
  readonly exited: number;
  /** A status waits or is in a call. */
  readonly pending: number;
}

const NOTHING: Tally = { members: 0, exited: 0, pending: 0 };

/** What a step adds to each audience's counters; audiences that it leaves alone are absent. */
export function tallyChange(before: Prospect, after: Prospect): ReadonlyMap<number, Tally> {
  const was = tallyOf(before);
  const is = tallyOf(after);
  const change = new Map<number, Tally>();
  for (const audience of new Set([...was.keys(), ...is.keys()])) {
    const a = was.get(audience) ?? NOTHING;
    const b = is.get(audience) ?? NOTHING;
    const delta = {
      members: b.members - a.members,
      exited: b.exited - a.exited,
      pending: b.pending - a.pending,
    };
    if (delta.members !== 0 || delta.exited !== 0 || delta.pending !== 0) {
      change.set(audience, delta);
    }
  }
  return change;
}

/** One prospect's part in each audience's counters. */
export function tallyOf(prospect: Prospect): ReadonlyMap<number, Tally> {
  const tally = new Map<number, Tally>();
  for (const { membership } of Object.values(prospect.known)) {
    if (!membership) continue;
    const told = membership.status === "realized" ? { members: 1 } : { exited: 1 };
    tally.set(membership.audience, { ...NOTHING, ...told });
  }
  for (const load of [prospect.pending, prospect.inFlight]) {
    for (const { membership } of Object.values(load?.fields ?? {})) {
      if (!membership) continue;
      tally.set(membership.audience, {
        ...(tally.get(membership.audience) ?? NOTHING),
        pending: 1,
      });
    }
  }
  return tally;
}
