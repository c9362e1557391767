/**
 * Which Outreach users need somebody first.
 * @module
 */
import type { Glance, PauseReason, UserStatus } from "../engine/api.ts";
import { STOP_WORDS, type Tone } from "./wording.ts";

/** What of a glance counts here. */
export interface Glanced {
  readonly status: Pick<UserStatus, "paused" | "backlog">;
  readonly failures: Glance["failures"];
}

/** How an Outreach user is, from the worst to the best. */
const STATES = ["act", "look", "waits", "fine"] as const;
type State = (typeof STATES)[number];

export interface Condition {
  readonly state: State;
  readonly tone: Tone;
  readonly text: string;
}

const PAUSED: Readonly<Record<PauseReason, State>> = {
  reconnect_required: "act",
  disconnected: "act",
  token_refresh_failing: "act",
  token_refused: "look",
  outreach_failing: "look",
  gateway_refusing: "look",
  paused: "look",
  token_refresh_waiting: "look",
  yearly_allowance: "look",
  outreach_maintenance: "waits",
  rate_limited: "waits",
};
const UNREACHABLE: Condition = { state: "act", tone: "warn", text: "Not reachable" };
const HAS_FAILURES: Condition = { state: "look", tone: "warn", text: "Has failures" };
const DELIVERS: Condition = { state: "waits", tone: "good", text: "Delivers" };
const UP_TO_DATE: Condition = { state: "fine", tone: "good", text: "Up to date" };

/** @param glance null where the object did not answer */
export function conditionOf(glance: Glanced | null): Condition {
  if (glance === null) return UNREACHABLE;
  const { paused, backlog } = glance.status;
  if (paused) return { state: PAUSED[paused.reason], ...STOP_WORDS[paused.reason] };
  if (failuresOf(glance) > 0) return HAS_FAILURES;
  return backlog.pending + backlog.inFlight > 0 ? DELIVERS : UP_TO_DATE;
}

/** Failures of all its destinations. */
export function failuresOf(glance: Glanced | null): number {
  return Object.values(glance?.failures ?? {}).reduce((sum, count) => sum + count, 0);
}

interface Shown {
  readonly name: string;
  readonly glance: Glanced | null;
}

/** The worst first; of equally bad ones those with more that waits, then by name. */
export function worstFirst<User extends Shown>(users: readonly User[]): readonly User[] {
  return users
    .map((user) => ({ user, ...keysOf(user) }))
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        b.failures - a.failures ||
        b.waiting - a.waiting ||
        a.user.name.localeCompare(b.user.name, "en", { numeric: true }),
    )
    .map(({ user }) => user);
}

function keysOf({ glance }: Shown) {
  const { pending = 0, inFlight = 0 } = glance?.status.backlog ?? {};
  const { state, tone } = conditionOf(glance);
  const rank = STATES.indexOf(state) * 2 + (tone === "bad" ? 0 : 1);
  return { rank, failures: failuresOf(glance), waiting: pending + inFlight };
}

/** How many are in each state. */
export function countStates(users: readonly Shown[]): Readonly<Record<State, number>> {
  const counts = { act: 0, look: 0, waits: 0, fine: 0 };
  for (const { glance } of users) counts[conditionOf(glance).state] += 1;
  return counts;
}
