/**
 * What a person may have done to one prospect. The rules of delivery hold for it as for anything else: which value wins,
 * one call at a time, and the limiter is asked before a call leaves.
 * @module
 */
import { queueEvents } from "./events.ts";
import type { Step } from "./events.ts";
import type { Prospect } from "./prospect.ts";
import { CALL_RUNS_MAX_MS } from "./retry.ts";

/**
 * Ends the pause of a prospect whose calls failed: what waits may leave after 20 seconds at the latest. Not at once,
 * because a call before it may still be running at Outreach, and one that left by now has ended by then.
 */
export function hurry(prospect: Prospect, now: number): Step {
  const { pending } = prospect;
  if (!pending || prospect.inFlight) return { prospect, events: [] };
  const until = Math.min(pending.dueAt, now + CALL_RUNS_MAX_MS);
  if (until === pending.dueAt) return { prospect, events: [] };
  return {
    prospect: { ...prospect, pending: { ...pending, dueAt: until } },
    events: [{ kind: "hurried", until }],
  };
}

/** What is pending goes in a single update, although its destinations leave that open. */
export function goSingly(prospect: Prospect): Step {
  const { pending } = prospect;
  if (!pending) return { prospect, events: [] };
  const single: Prospect = { ...prospect, pending: { ...pending, single: true } };
  return { prospect: single, events: queueEvents(prospect, single.pending) };
}

/**
 * Forgets what Outreach was told, so that the next update is sent although it changes nothing. The times of the values
 * stay known: an older value that comes late still loses.
 */
export function forgetTold(prospect: Prospect): Step {
  const known = Object.entries(prospect.known).map(([name, { held: _held, ...field }]) => [
    name,
    { ...field, told: null },
  ]);
  return {
    prospect: { ...prospect, known: Object.fromEntries(known) },
    events: [{ kind: "forgotten" }],
  };
}
