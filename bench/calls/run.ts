/**
 * `npm run bench:calls`: how many calls bring Outreach up to date, and how soon, by the connector and by what else is
 * done. Everything runs in virtual time. `-- --full` takes activations and flapping ten times as large,
 * `-- --only day` the traces whose title has the word.
 * @module
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { givenArgs, optionsOf } from "../../cli/local/command-line.ts";
import { progress } from "../../cli/local/progress.ts";
import { callPerUpdate, hourlyDiff, mergingLimiter } from "./alternatives.ts";
import type { Counted } from "./alternatives.ts";
import { throughEngine } from "./engine.ts";
import { fewestCalls } from "./fewest.ts";
import { Ledger, WINDOW_MS } from "./ledger.ts";
import { picture } from "./picture.ts";
import { FOOT, tableOf, verdict } from "./report.ts";
import type { Row } from "./report.ts";
import { timer } from "./timer.ts";
import {
  activation,
  dayOfChanges,
  flapping,
  groups,
  hot,
  sample,
  trickle,
  twoDestinations,
} from "./traces.ts";
import type { Trace } from "./traces.ts";

const HELP = `npm run bench:calls -- [options]

Counts the calls that this connector and models of what else is done make for the same traces.

  --full          activations and flapping ten times as large
  --only <word>   those whose title has the word
  --help          this text
`;

const options = optionsOf(
  "npm run bench:calls",
  HELP,
  () =>
    parseArgs({
      args: givenArgs(),
      options: { full: { type: "boolean", default: false }, only: { type: "string" } },
    }).values,
);
if (!options) process.exit();
const { full, only } = options;
const scale = full ? 10 : 1;
const SEED = 1;
const PICTURE = new URL("../../docs/bench-calls.svg", import.meta.url);

/** Seconds between the sends of the timers; the connector is judged by the one of its usual freshness. */
const TIMERS_S = [20, 30, 60, 300];
const JUDGED_BY_S = 30;

const ways: readonly (readonly [string, (trace: Trace, ledger: Ledger) => Counted])[] = [
  ["a call an update", (trace, ledger) => callPerUpdate(trace, ledger, true)],
  ["… rate limited", (trace, ledger) => callPerUpdate(trace, ledger, false)],
  ["… merging, knowing", mergingLimiter],
  ["hourly diff", hourlyDiff],
];
const traces: readonly (() => Trace | Promise<Trace>)[] = [
  () => activation(25_000 * scale, false),
  () => activation(25_000 * scale, true),
  () => dayOfChanges(100_000, 10_000, SEED),
  () => flapping(2_000 * scale, SEED),
  sample,
  () => trickle(1.3, 4),
  () => trickle(2, 6),
  () => groups(90, 6),
  () => hot(2),
  twoDestinations,
];

const measured: { title: string; rows: readonly Row[] }[] = [];
for (const make of traces) {
  const trace = await make();
  const { title } = trace;
  if (only && !title.toLowerCase().includes(only.toLowerCase())) continue;
  console.log(`\n${title}`);
  const own = await engineRow("Outreach Edge", trace, null);
  const rows = [own];
  if (isDay(trace)) rows.push(await engineRow("… 500,000 a year", trace, 500_000));
  const timers = TIMERS_S.map((seconds) => {
    const ledger = new Ledger(trace);
    const counted = timer(trace, ledger, seconds * 1_000);
    return rowOf(`timer, ${seconds} s`, trace, counted, ledger);
  });
  rows.push(...timers);
  for (const [way, count] of ways) {
    const ledger = new Ledger(trace);
    rows.push(rowOf(way, trace, count(trace, ledger), ledger));
  }
  measured.push({ title, rows });
  console.log(`\n${tableOf([...rows, ...atEqualCalls(trace, own.calls)])}`);
  const judge = timers[TIMERS_S.indexOf(JUDGED_BY_S)];
  if (judge) console.log(`\n  ${verdict(own, judge)}`);
}
console.log(`\n${FOOT}`);
if (!full && !only) await writeFile(PICTURE, picture(measured));

async function engineRow(way: string, trace: Trace, yearlyAllowance: number | null): Promise<Row> {
  const ledger = new Ledger(trace);
  const bar = progress("Replaying", trace.items.length);
  const report = (accepted: number, waiting: number): void =>
    bar.update(accepted, waiting > 0 ? `${waiting} prospects wait` : "");
  const counted = await throughEngine(trace, ledger, report, yearlyAllowance);
  bar.end();
  return rowOf(way, trace, counted, ledger);
}

/** What else is done, where it has as many calls an hour as the connector took; for traces of a day. */
function atEqualCalls(trace: Trace, calls: number): readonly Row[] {
  if (!isDay(trace)) return [];
  const limit = Math.ceil((calls * WINDOW_MS) / lengthOf(trace));
  const withLimit: readonly [string, (ledger: Ledger) => Counted][] = [
    ["rate limited, as many", (ledger) => callPerUpdate(trace, ledger, false, limit)],
    ["hourly diff, as many", (ledger) => hourlyDiff(trace, ledger, limit)],
  ];
  return withLimit.map(([way, count]) => {
    const ledger = new Ledger(trace);
    return rowOf(way, trace, count(ledger), ledger);
  });
}

function lengthOf({ items }: Trace): number {
  return items.at(-1)?.at ?? 0;
}

function isDay(trace: Trace): boolean {
  return lengthOf(trace) > 12 * WINDOW_MS;
}

function rowOf(way: string, { items }: Trace, { calls, refused }: Counted, ledger: Ledger): Row {
  const freshness = ledger.close();
  return { way, calls, refused, ...freshness, fewest: fewestCalls(items, freshness.p99Ms) };
}
