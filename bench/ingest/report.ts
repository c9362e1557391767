/**
 * What was measured, as tables of text.
 * @module
 */
import { costOf } from "./cost.ts";
import type { Cost } from "./cost.ts";
import type { Rates } from "./rates.ts";
import { share } from "./profiles.ts";
import type { StorageFigures } from "./storage.ts";

const MONTH = 30_000_000;

export function ratesTable(all: readonly Rates[]): string {
  const rows = all.map(({ case: { sent, size, connections }, connector, bare, empty, spilled }) => {
    const ratios = connector.map((rate, round) => rate / (bare[round] ?? NaN));
    return [
      marked({ sent, spilled }),
      shown(size),
      shown(connections),
      shown(median(empty)),
      shown(median(bare)),
      shown(median(connector)),
      `${shown(Math.min(...connector))} to ${shown(Math.max(...connector))}`,
      median(ratios).toFixed(2),
      `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    ];
  });
  const head = [
    "sent",
    "a request",
    "connections",
    "empty route",
    "bare object",
    "connector",
    "spread",
    "of bare",
    "spread",
  ];
  return tableOf([head, ...rows]);
}

export function storageTable({ intake, single, bulk }: StorageFigures): string {
  const rows = intake.map((row) => [
    marked(row),
    shown(row.size),
    shown(row.connections),
    row.statementsPerRequest.toFixed(1),
    row.rowsWritten.toFixed(2),
    row.rowsRead.toFixed(2),
  ]);
  const head = [
    "sent",
    "a request",
    "connections",
    "statements a request",
    "rows written a profile",
    "rows read",
  ];
  const deliveries = [
    ["delivered by single updates", single],
    ["delivered in bulk", bulk],
  ] as const;
  const delivered = deliveries.map(([name, of]) => [
    name,
    "",
    "",
    of.statementsPerRequest.toFixed(1),
    of.rowsWritten.toFixed(2),
    of.rowsRead.toFixed(2),
  ]);
  return tableOf([head, ...rows, ...delivered]);
}

/** Of a month with the mix, one request after the other, what is new delivered in bulk: the year's calls pay for no more. */
export function costTable({ intake, bulk }: StorageFigures): string {
  const delivered = MONTH * share("mix", "new");
  const rows = intake
    .filter(({ sent, connections }) => sent === "mix" && connections === 1)
    .map(({ size, rowsWritten, rowsRead }) =>
      costRow(`connector, ${shown(size)} a request`, {
        workerRequests: MONTH / size,
        objectRequests: MONTH / size,
        rowsWritten: MONTH * rowsWritten + delivered * bulk.rowsWritten,
        rowsRead: MONTH * rowsRead + delivered * bulk.rowsRead,
      }),
    );
  const sizes = [...new Set(intake.map(({ size }) => size))];
  const bare = sizes.map((size) =>
    costRow(`bare object, ${shown(size)} a request`, {
      workerRequests: MONTH / size,
      objectRequests: MONTH / size,
      rowsWritten: MONTH,
      rowsRead: MONTH,
    }),
  );
  const head = ["$ a month", "Worker", "object", "rows written", "rows read", "all"];
  return tableOf([head, ...rows, ...bare]);
}

function costRow(name: string, use: Parameters<typeof costOf>[0]): string[] {
  const cost: Cost = costOf(use);
  return [
    name,
    ...[cost.workerRequests, cost.objectRequests, cost.rowsWritten, cost.rowsRead, cost.total].map(
      (dollars) => dollars.toFixed(2),
    ),
  ];
}

/** What is said below tables that mark something. */
export const SPILLED =
  "* Overflow objects took a part: the Outreach user's own could not in time, as on a busy machine.";

function marked({ sent, spilled }: { readonly sent: string; readonly spilled: boolean }): string {
  return spilled ? `${sent} *` : sent;
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map(([name = "", ...cells]) => {
      const right = cells.map((cell, i) => cell.padStart(widths[i + 1] ?? 0));
      return `  ${[name.padEnd(widths[0] ?? 0), ...right].join("  ")}`.trimEnd();
    })
    .join("\n");
}

function shown(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}
