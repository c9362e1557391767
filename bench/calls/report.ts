/**
 * What was measured, as a table of text.
 * @module
 */
import type { Freshness } from "./ledger.ts";

export interface Row extends Freshness {
  readonly way: string;
  readonly calls: number;
  readonly refused: number;
  /** Calls that would have done, as fresh as the row is. */
  readonly fewest: number;
}

const COLUMNS: readonly (readonly [title: string, of: (row: Row) => string])[] = [
  ["", ({ way }) => way],
  ["calls", ({ calls }) => shown(calls)],
  ["429s", ({ refused }) => shown(refused)],
  ["right after", ({ rightAfterMs }) => time(rightAfterMs)],
  ["stale, mean", ({ meanMs }) => time(meanMs)],
  ["p99", ({ p99Ms }) => time(p99Ms)],
  ["fewest", ({ fewest }) => shown(fewest)],
  ["of calls", ({ calls, fewest }) => `${((100 * fewest) / calls).toPrecision(2)} %`],
];

export const FOOT = `Calls: all that were made, 429s among them. Right after: from the last update's acceptance until Outreach held everything.
Stale: from a new value's acceptance until Outreach holds it for good, or a later one is accepted.
Fewest: the fewest calls found that do the same, all being known beforehand: values wait together until the oldest is as
stale as the row's p99; then all that differ from what Outreach holds go at once, in bulk modifies of up to 100,000 prospects
with equal values, upserts of up to 500 with values of their own, the best mix, or modifies of single values; never less than one.
Looking at jobs, reading back and the sign-in's first call are not in it; they are in the connector's calls.`;

export function tableOf(rows: readonly Row[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, of]) => of(row))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) => {
      const [way = "", ...figures] = line;
      const right = figures.map((cell, i) => cell.padStart(widths[i + 1] ?? 0));
      return `  ${[way.padEnd(widths[0] ?? 0), ...right].join("   ")}`;
    })
    .join("\n");
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}

function time(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 5_970 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
