/**
 * `npm run bench:burst`: what senders see of a burst ten times what one object takes, with overflow objects and without,
 * and with either side down in turn; whether anything was lost or is out of date at the end.
 * @module
 */
import { burst } from "./burst.ts";
import type { BurstOptions, BurstResult } from "./burst.ts";

/** Requests a second that one object stores durably: measured with `wrangler dev`, see docs/measurements.md. */
const OBJECT_RATE = 300;
const TENFOLD = { objectRate: OBJECT_RATE, burstRate: 10 * OBJECT_RATE, seconds: 20 } as const;

const SCENES: readonly (readonly [name: string, options: BurstOptions])[] = [
  [
    "half of what one takes",
    { ...TENFOLD, burstRate: OBJECT_RATE / 2, outages: [], overflow: true },
  ],
  ["ten times, without overflow", { ...TENFOLD, outages: [], overflow: false }],
  ["ten times", { ...TENFOLD, outages: [], overflow: true }],
  [
    "… own object down for 10 s",
    { ...TENFOLD, outages: [{ what: "own", from: 5, to: 15 }], overflow: true },
  ],
  [
    "… overflow objects down for 5 s",
    { ...TENFOLD, outages: [{ what: "overflows", from: 5, to: 10 }], overflow: true },
  ],
];

const HEADINGS = [
  "",
  "requests",
  "p50 ms",
  "p99",
  "p99.9",
  "slowest",
  "unanswered",
  "spilled",
  "wrong",
  "handed on after",
];
const rows: string[][] = [HEADINGS];
for (const [name, options] of SCENES) {
  process.stderr.write(`  ${name} …\n`);
  rows.push([name, ...cellsOf(await burst(options))]);
}
const widths = HEADINGS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
for (const row of rows) {
  const [name = "", ...cells] = row;
  console.log(
    `  ${name.padEnd(widths[0] ?? 0)}  ${cells.map((cell, i) => cell.padStart(widths[i + 1] ?? 0)).join("  ")}`,
  );
}

function cellsOf(result: BurstResult): string[] {
  const { latencies } = result;
  const at = (share: number): string => {
    const ms = latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
    return Math.round(ms ?? 0).toLocaleString("en-US");
  };
  return [
    result.requests.toLocaleString("en-US"),
    at(0.5),
    at(0.99),
    at(0.999),
    at(1),
    result.unanswered.toLocaleString("en-US"),
    result.spilled.toLocaleString("en-US"),
    result.wrong.toLocaleString("en-US"),
    `${(result.handedOnMs / 1_000).toFixed(0)} s`,
  ];
}
