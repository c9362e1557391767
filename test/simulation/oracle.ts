/**
 * What must hold when a world has come to rest, worked out from what was accepted alone.
 * @module
 */
import { DESTINATIONS } from "./world.ts";
import type { Accepted, SimulatedWorld } from "./world.ts";

/** The rules that a world broke; none where all is well. */
export function violationsOf(world: SimulatedWorld): readonly string[] {
  const winners = implied(world.accepted);
  return [
    ...world.violations,
    ...world.outreach.violations,
    ...wrongProspects(world, winners),
    ...wrongCounts(world),
    ...wrongAudiences(world, winners),
    ...wrongLedger(world),
    ...leaks(world),
  ];
}

interface Winner {
  readonly value: string;
  readonly of: Accepted;
}

/** The value that wins, by prospect and attribute. */
type Winners = ReadonlyMap<string, Winner>;

function implied(accepted: readonly Accepted[]): Winners {
  const winners = new Map<string, Winner>();
  for (const one of accepted) {
    const { prospect, title, status } = one;
    if (title !== undefined) winners.set(`${prospect}.title`, { value: title, of: one });
    if (status === undefined) continue;
    const key = `${prospect}.custom4`;
    const before = winners.get(key);
    if (!before || overrules(one, before.of)) winners.set(key, { value: status, of: one });
  }
  return winners;
}

/**
 * Whether a status that was accepted later wins. When it became true is compared within one audience alone: once the
 * field stands for another audience, the times of the former one say nothing of it.
 */
function overrules(later: Accepted, before: Accepted): boolean {
  if (later.audience !== before.audience) return true;
  return later.at + later.sinceMs >= before.at + before.sinceMs;
}

/** Rules 1 and 2: held by Outreach, or listed as a failure. */
function* wrongProspects(world: SimulatedWorld, winners: Winners): Iterable<string> {
  const failed = new Set(world.failures());
  for (const [key, { value, of }] of winners) {
    const [id = "", name = ""] = key.split(".");
    const held = world.outreach.held.get(Number(id))?.get(name);
    if (held === value) {
      // Only a title tells that it is this very value which Outreach holds.
      const isOne = name === "title" && value.includes("#");
      if (isOne && failed.has(key))
        yield `rule 1: ${key} was delivered, and an older failure of it is still listed`;
      continue;
    }
    if (failed.has(key)) {
      const mayFail = world.outreach.isMissing(Number(id)) || saidBad(world, Number(id));
      if (!mayFail) yield `rule 1: ${key} is listed as a failure without a reason`;
      continue;
    }
    // Somebody discarded it, or deleted its destination.
    if (of.order < (world.excused.get(key) ?? -1)) continue;
    yield `rule 1: ${key} is ${held === undefined ? "missing" : "another"} at Outreach, and no failure is listed`;
  }
}

function saidBad(world: SimulatedWorld, prospect: number): boolean {
  return world.accepted.some((one) => one.prospect === prospect && one.title === "pii bad");
}

/** Every accepted update is counted with one fate, unless a death took the figures of its last second with it. */
function* wrongCounts(world: SimulatedWorld): Iterable<string> {
  // The counts of a deleted destination are gone.
  if (world.deleted.size > 0 || world.counts.has("death")) return;
  const runs = DESTINATIONS.flatMap((destination) => world.core.runs(destination, 1_000));
  const total = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0);
  const fates = total((run) => run.coalesced + run.unchanged + run.delivered + run.failed);
  const stored = total((run) => run.accepted);
  if (stored > world.reached)
    yield `rule 1: ${world.reached} updates came, and ${stored} count as accepted`;
  const accepted = total((run) => run.accepted + run.replayed);
  if (fates !== accepted) yield `rule 1: ${accepted} updates were accepted, ${fates} have a fate`;
}

/** The ledger knows every call of ours, and takes none of them for somebody else's. */
function* wrongLedger(world: SimulatedWorld): Iterable<string> {
  const { spans } = world.core.calls("day", 1_000);
  const { calls, byOthers } = world.outreach.counts;
  const own = spans.reduce((sum, span) => sum + span.calls, 0);
  if (own < calls) yield `ledger: ${calls} calls came to Outreach, and ${own} were written down`;
  const others = spans.reduce((sum, span) => sum + span.byOthers, 0);
  if (world.outreach.trustsClock && others > byOthers)
    yield `ledger: others made ${byOthers} calls, and ${others} are held against them`;
}

/** Each prospect counts in the audience that its field stands for, and failures in the one that they are about. */
function* wrongAudiences(world: SimulatedWorld, winners: Winners): Iterable<string> {
  if (world.deleted.size > 0) return;
  const audiences = DESTINATIONS.flatMap((destination) => world.core.audiences(destination));
  const waiting = audiences.reduce((sum, { pending }) => sum + pending, 0);
  if (waiting !== 0) yield `rule 1: ${waiting} statuses are told to wait where none does`;
  const failures = world.failures().filter((key) => key.endsWith(".custom4")).length;
  const failed = audiences.reduce((sum, one) => sum + one.failed, 0);
  if (failed !== failures)
    yield `rule 1: ${failed} statuses are told to have failed, not ${failures}`;
  if (failures > 0 || world.excused.size > 0) return;
  const told = new Map<string, number>();
  for (const { id, members, exited } of audiences) {
    told.set(`${id} realized`, (told.get(`${id} realized`) ?? 0) + members);
    told.set(`${id} exited`, (told.get(`${id} exited`) ?? 0) + exited);
  }
  const really = new Map<string, number>();
  for (const [key, { value, of }] of winners) {
    if (!key.endsWith(".custom4")) continue;
    const name = `${of.audience} ${value}`;
    really.set(name, (really.get(name) ?? 0) + 1);
  }
  for (const name of new Set([...told.keys(), ...really.keys()])) {
    const [a, b] = [told.get(name) ?? 0, really.get(name) ?? 0];
    if (a !== b) yield `rule 1: audience ${name}: ${a} prospects are told, it is ${b}`;
  }
}

/** Rule 6. */
function* leaks(world: SimulatedWorld): Iterable<string> {
  const leak = world.seen.find((text) => /pii|tok-/.test(decodeURIComponent(text)));
  if (leak !== undefined) yield "rule 6: a log line or URL holds a token or a personal value";
}
