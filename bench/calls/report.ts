/**
 * What was measured, as a table of text.
 * @module
 */
import type { Freshness } from "./ledger.ts";

export interface Row extends Freshness {
  readonly way: string;
  readonly calls: number;
  readonly refused: number;
  /** Calls found that would have done, as fresh as the row is. */
  readonly fewest: number;
}

const COLUMNS: readonly (readonly [title: string, of: (row: Row) => string])[] = [
  ["", ({ way }) => way],
  ["calls", ({ calls }) => shown(calls)],
  ["429s", ({ refused }) => shown(refused)],
  ["right after", ({ rightAfterMs }) => time(rightAfterMs)],
  ["not right", ({ notRightMs }) => time(notRightMs)],
  ["stale, mean", ({ meanMs }) => time(meanMs)],
  ["p99", ({ p99Ms }) => time(p99Ms)],
  ["fewest found", ({ fewest }) => shown(fewest)],
  ["of calls", ({ calls, fewest }) => percent(fewest / calls)],
];

export const FOOT = `Calls: all that were made, 429s among them. Right after: from the last update's acceptance until Outreach held everything.
Not right (age of information): for how long Outreach did not hold a field's newest value, added up over the trace, mean of all fields.
Stale: from a new value's acceptance until Outreach holds it for good, or a later one is accepted.
Timer: a plain micro-batch timer, see bench/calls/README.md.
Fewest found: calls that do the same with the same means, all being known beforehand and no value staler than the row's p99; no bound is
proved. A PATCH a prospect, or jobs of two calls each (its start, a poll) that take 10 s: bulk modifies of up to 100,000 prospects with
equal values, upserts of up to 500 with values of their own. The connector's calls have in them, besides, polls that came too early, the
reading back of samples, the check of the first upsert and the sign-in's first call.`;

/** What the connector may take: the timer's calls and a little for checks, and no more age of information. */
export function verdict(own: Row, timer: Row): string {
  const allowed = Math.floor(1.15 * timer.calls + 12);
  const calls = `${shown(own.calls)} calls, ${shown(allowed)} allowed`;
  const notRight = `not right ${time(own.notRightMs)}, ${time(timer.notRightMs)} allowed`;
  const isMet = own.calls <= allowed && own.notRightMs <= timer.notRightMs;
  return `${isMet ? "met" : "NOT met"} against the ${timer.way}: ${calls}; ${notRight}`;
}

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

function percent(share: number): string {
  return `${share < 0.1 ? (100 * share).toPrecision(2) : (100 * share).toFixed(0)} %`;
}

function time(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 5_970 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
