/**
 * What a person reads at the end.
 * @module
 */
import type { Campaign } from "./campaign.ts";

const COLUMNS = ["target", "inputs", "a second", "outcomes", "slowest", "rules broken"] as const;

export function report(campaigns: readonly Campaign[]): string {
  const rows = campaigns.map((campaign) => [
    campaign.target,
    count(campaign.inputs),
    count((campaign.inputs / campaign.tookMs) * 1_000),
    count(campaign.outcomes.size),
    `${count(campaign.slowestMs)} ms`,
    count(campaign.found.size),
  ]);
  const all = [[...COLUMNS], ...rows];
  const widths = COLUMNS.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const lines = all.map((row) =>
    row.map((cell, i) => pad(cell, widths[i] ?? 0, i === 0)).join("  "),
  );
  const findings = campaigns.flatMap(({ target, found }) =>
    [...found.values()].map(
      ({ detail, file, seed, times }) =>
        `\n${target}, ${times} times, first with seed ${seed}: ${file}\n  ${detail}`,
    ),
  );
  return [...lines, ...findings].join("\n");
}

function pad(cell: string, width: number, isFirst: boolean): string {
  return isFirst ? cell.padEnd(width) : cell.padStart(width);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
