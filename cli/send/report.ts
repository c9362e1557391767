/**
 * What became of every line: a CSV file with one row for each, and a table of the counts.
 * @module
 */
import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { createInterface } from "node:readline";
import { table } from "../local/table.ts";
import { lineRecord } from "./checkpoint.ts";
import type { LineRecord } from "./checkpoint.ts";
import { LOOKUP_MAX } from "./ingest.ts";
import type { Ingest, ProspectOutcome } from "./ingest.ts";

/** A line's fate. `empty` lines say nothing that the destination maps. */
type Fate = "at_outreach" | "waiting" | "failed" | "rejected" | "nothing_mapped";

export interface Report {
  readonly counts: Readonly<Partial<Record<Fate, number>>>;
  /** Counts by reason, of rejected and failed lines. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Looks every line's prospect up and writes the report, a batch at a time. */
export async function writeReport(
  recordFile: string,
  reportFile: string,
  ingest: Ingest,
  onLine: (line: number) => void,
): Promise<Report> {
  const counts: Partial<Record<Fate, number>> = {};
  const reasons: Record<string, number> = {};
  const out = createWriteStream(reportFile);
  out.write("line,outcome,prospectId,reason,detail\n");
  for await (const records of batchesOf(recordFile)) {
    const outcomes = await lookUp(ingest, records);
    let rows = "";
    for (const record of records) {
      const { fate, reason, detail } = fateOf(record, outcomes);
      counts[fate] = (counts[fate] ?? 0) + 1;
      if (reason !== "") reasons[`${fate}: ${reason}`] = (reasons[`${fate}: ${reason}`] ?? 0) + 1;
      rows +=
        [record.line, fate, record.prospectId ?? "", reason, detail].map(cell).join(",") + "\n";
    }
    if (!out.write(rows)) await once(out, "drain");
    onLine(records.at(-1)?.line ?? 0);
  }
  out.end();
  await finished(out);
  return { counts, reasons };
}

export function reportTable({ counts, reasons }: Report): string {
  const count = (fate: Fate): number => counts[fate] ?? 0;
  const reasonRows = (fate: Fate) =>
    Object.entries(reasons)
      .filter(([reason]) => reason.startsWith(`${fate}: `))
      .map(([reason, n]) => [`  ${reason.slice(fate.length + 2)}`, n] as const);
  return table([
    ["What became of every line"],
    ["at Outreach", count("at_outreach")],
    ["nothing mapped, no call needed", count("nothing_mapped")],
    ["still waiting", count("waiting")],
    ["failed at Outreach", count("failed")],
    ...reasonRows("failed"),
    ["rejected", count("rejected")],
    ...reasonRows("rejected"),
  ]);
}

async function* batchesOf(recordFile: string): AsyncGenerator<readonly LineRecord[]> {
  let records: LineRecord[] = [];
  for await (const text of createInterface({ input: createReadStream(recordFile) })) {
    records.push(lineRecord.parse(JSON.parse(text)));
    if (records.length < LOOKUP_MAX) continue;
    yield records;
    records = [];
  }
  if (records.length > 0) yield records;
}

async function lookUp(
  ingest: Ingest,
  records: readonly LineRecord[],
): Promise<ReadonlyMap<number, ProspectOutcome>> {
  const ids = new Set(records.flatMap(({ prospectId }) => prospectId ?? []));
  const outcomes = ids.size === 0 ? [] : await ingest.lookUp([...ids]);
  return new Map(outcomes.map((outcome) => [outcome.prospectId, outcome]));
}

function fateOf(record: LineRecord, outcomes: ReadonlyMap<number, ProspectOutcome>) {
  const { code, detail = "", prospectId } = record;
  if (code !== undefined) return { fate: "rejected", reason: code, detail } as const;
  if (prospectId === null) return { fate: "nothing_mapped", reason: "", detail: "" } as const;
  const found = outcomes.get(prospectId);
  const reason = found?.error?.code ?? "";
  const words = found?.error?.detail ?? "";
  if (found?.outcome === "failed") return { fate: "failed", reason, detail: words } as const;
  if (found?.outcome === "waiting") return { fate: "waiting", reason, detail: words } as const;
  return { fate: "at_outreach", reason: "", detail: "" } as const;
}

/** A cell of CSV (RFC 4180). A formula's first character is defused: spreadsheets open such files. */
function cell(value: string | number): string {
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
