/**
 * What must hold when a world has come to rest, worked out from what was accepted alone.
 * @module
 */
import { DESTINATIONS } from "./world.ts";
import type { Accepted, SimulatedWorld } from "./world.ts";

/** The rules that a world broke; none where all is well. */
export function violationsOf(world: SimulatedWorld): readonly string[] {
  return [
    ...world.outreach.violations,
    ...wrongProspects(world),
    ...wrongCounts(world),
    ...leaks(world),
  ];
}

/** The value that wins for each prospect and attribute: the later time, then the later acceptance. */
function implied(
  accepted: readonly Accepted[],
): ReadonlyMap<string, { value: string; of: Accepted }> {
  const winners = new Map<string, { value: string; of: Accepted; at: number }>();
  for (const one of accepted) {
    const { prospect, title, status, sinceMs } = one;
    const said = [
      ["title", title, Infinity],
      ["custom4", status, one.at + sinceMs],
    ] as const;
    for (const [name, value, at] of said) {
      if (value === undefined) continue;
      const before = winners.get(`${prospect}.${name}`);
      if (!before || at >= before.at) winners.set(`${prospect}.${name}`, { value, of: one, at });
    }
  }
  return winners;
}

/** Rules 1 and 2: held by Outreach, or listed as a failure. */
function* wrongProspects(world: SimulatedWorld): Iterable<string> {
  const failed = new Set(DESTINATIONS.flatMap((destination) => failedOf(world, destination)));
  for (const [key, { value }] of implied(world.accepted)) {
    const [id = "", name = ""] = key.split(".");
    const held = world.outreach.held.get(Number(id))?.get(name);
    if (held === value) continue;
    if (failed.has(key)) {
      const mayFail = world.outreach.isMissing(Number(id)) || saidBad(world, Number(id));
      if (!mayFail) yield `rule 1: ${key} is listed as a failure without a reason`;
      continue;
    }
    yield `rule 1: ${key} is ${held === undefined ? "missing" : "another"} at Outreach, and no failure is listed`;
  }
}

/** Prospect and attribute of each listed failure. */
function failedOf(world: SimulatedWorld, destination: string): readonly string[] {
  const { failures } = world.core.failures(destination, { limit: 100_000, after: null });
  return failures.flatMap(({ prospectId, fields }) =>
    fields.map((name) => `${prospectId}.${name}`),
  );
}

function saidBad(world: SimulatedWorld, prospect: number): boolean {
  return world.accepted.some((one) => one.prospect === prospect && one.title === "pii bad");
}

/** Every accepted update is counted with one fate. */
function* wrongCounts(world: SimulatedWorld): Iterable<string> {
  const runs = DESTINATIONS.flatMap((destination) => world.core.runs(destination, 1_000));
  const total = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0);
  const fates = total((run) => run.coalesced + run.unchanged + run.delivered + run.failed);
  const accepted = total((run) => run.accepted + run.replayed);
  if (fates !== accepted) yield `rule 1: ${accepted} updates were accepted, ${fates} have a fate`;
}

/** Rule 6. */
function* leaks(world: SimulatedWorld): Iterable<string> {
  const leak = world.seen.find((text) => /pii|tok-/.test(decodeURIComponent(text)));
  if (leak !== undefined) yield "rule 6: a log line or URL holds a token or a personal value";
}
