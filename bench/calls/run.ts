/**
 * `npm run bench:calls`: how many calls bring Outreach up to date, and how soon, by the connector and by what else is
 * done. Everything runs in virtual time. `-- --full` takes traces ten times as large.
 * @module
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { progress } from "../../cli/local/progress.ts";
import { callPerUpdate, hourlyDiff } from "./alternatives.ts";
import type { Counted } from "./alternatives.ts";
import { throughEngine } from "./engine.ts";
import { fewestCalls } from "./fewest.ts";
import { Ledger } from "./ledger.ts";
import { picture } from "./picture.ts";
import { FOOT, tableOf } from "./report.ts";
import type { Row } from "./report.ts";
import { activation, dayOfChanges, flapping, sample } from "./traces.ts";
import type { Trace } from "./traces.ts";

const { full } = parseArgs({ options: { full: { type: "boolean", default: false } } }).values;
const scale = full ? 10 : 1;
const SEED = 1;
const PICTURE = new URL("../../docs/bench-calls.svg", import.meta.url);

const ways: readonly (readonly [string, (trace: Trace, ledger: Ledger) => Counted])[] = [
  ["a call an update", (trace, ledger) => callPerUpdate(trace, ledger, true)],
  ["… rate limited", (trace, ledger) => callPerUpdate(trace, ledger, false)],
  ["hourly diff", hourlyDiff],
];
const traces: readonly (() => Trace | Promise<Trace>)[] = [
  () => activation(25_000 * scale, false),
  () => activation(25_000 * scale, true),
  () => dayOfChanges(100_000 * scale, 10_000 * scale, SEED),
  () => flapping(2_000 * scale, SEED),
  sample,
];

const measured: { title: string; rows: readonly Row[] }[] = [];
for (const make of traces) {
  const trace = await make();
  const { title } = trace;
  console.log(`\n${title}`);
  const rows = [await engineRow(trace)];
  for (const [way, count] of ways) {
    const ledger = new Ledger(trace);
    rows.push(rowOf(way, trace, count(trace, ledger), ledger));
  }
  measured.push({ title, rows });
  console.log(`\n${tableOf(rows)}`);
}
console.log(`\n${FOOT}`);
if (!full) await writeFile(PICTURE, picture(measured));

async function engineRow(trace: Trace): Promise<Row> {
  const ledger = new Ledger(trace);
  const bar = progress("Replaying", trace.items.length);
  const counted = await throughEngine(trace, ledger, (accepted, waiting) =>
    bar.update(accepted, waiting > 0 ? `${waiting} prospects wait` : ""),
  );
  bar.end();
  return rowOf("Outreach Edge", trace, counted, ledger);
}

function rowOf(way: string, { items }: Trace, { calls, refused }: Counted, ledger: Ledger): Row {
  const freshness = ledger.close();
  return { way, calls, refused, ...freshness, fewest: fewestCalls(items, freshness.p99Ms) };
}
