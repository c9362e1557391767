/**
 * Sends a file: batch after batch in the file's order, so that of two lines about one prospect the later one wins.
 * @module
 */
import { stat } from "node:fs/promises";
import { progress } from "../local/progress.ts";
import { Checkpoint } from "./checkpoint.ts";
import type { LineRecord } from "./checkpoint.ts";
import { Ingest } from "./ingest.ts";
import type { Backlog, Received, Rejection } from "./ingest.ts";
import { readBatches } from "./lines.ts";
import type { FileLine } from "./lines.ts";
import { reportTable, writeReport } from "./report.ts";

export interface SendOptions {
  readonly file: string;
  /** The ingest URL. */
  readonly to: string;
  readonly token: string;
  /** Lines in one request. */
  readonly batch: number;
  /** Whether to wait until everything is delivered. */
  readonly wait: boolean;
  readonly restart: boolean;
  /** Lets time go by; rejects once the signal says stop. */
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
}

export type Ended = "delivered" | "incomplete" | "stopped";

const POLL_MS = 1_000;
/** An answer lists this many rejections one by one; the others are asked for. */
const LISTED_MAX = 100;

/** @throws where the file cannot be read, or the destination refuses a request for good */
export async function sendFile(options: SendOptions, stop: AbortSignal): Promise<Ended> {
  const { file, to, token, restart } = options;
  const { size } = await stat(file);
  const pause = (ms: number): Promise<void> => options.pause(ms, stop);
  const checkpoint = await Checkpoint.open(file, to, restart);
  const ingest = new Ingest({
    to,
    token,
    pause,
    onRetry: (why) => say(`${why} Trying again …`),
  });
  if (checkpoint.state.line > 0) say(`Going on after line ${checkpoint.state.line}.`);
  try {
    await sendAll(options, checkpoint, ingest, size, stop);
    if (!stop.aborted && options.wait) await waitUntilDelivered(ingest, pause);
    if (stop.aborted) return sayStopped(checkpoint);
    return await report(options, checkpoint, ingest);
  } catch (error) {
    if (stop.aborted) return sayStopped(checkpoint);
    throw error;
  }
}

function sayStopped({ state }: Checkpoint): Ended {
  say(`Stopped after line ${state.line}. The same command goes on from there.`);
  return "stopped";
}

/** Below a progress bar that may stand on the line. */
function say(text: string): void {
  console.log(`\n  ${text}`);
}

async function sendAll(
  { file, batch: batchLines }: SendOptions,
  checkpoint: Checkpoint,
  ingest: Ingest,
  size: number,
  stop: AbortSignal,
): Promise<void> {
  const bar = progress("Sending", size);
  let expectedBy: string | null = null;
  for await (const batch of readBatches(file, checkpoint.state, batchLines)) {
    const answer = await ingest.send(
      Buffer.concat(batch.lines.map(({ text }) => terminated(text))),
    );
    const records = await recordsOf(batch.lines, answer, ingest);
    const { sent, accepted, rejected } = checkpoint.state;
    await checkpoint.advance(records, {
      byte: batch.endByte,
      line: batch.endLine,
      sent: sent + batch.lines.length,
      accepted: accepted + answer.accepted,
      rejected: rejected + answer.rejectedCount,
    });
    expectedBy = answer.expectedBy;
    bar.update(batch.endByte, note(checkpoint, expectedBy));
    if (stop.aborted) break;
  }
  bar.end();
}

/** The last line of a file may lack its line break. */
function terminated(line: Buffer): Buffer {
  return line.at(-1) === 0x0a ? line : Buffer.concat([line, Buffer.from("\n")]);
}

function note({ state }: Checkpoint, expectedBy: string | null): string {
  const due = expectedBy === null ? "" : `, at Outreach by ${expectedBy.slice(11, 19)} UTC`;
  return `bytes: ${state.sent} lines sent, ${state.accepted} accepted, ${state.rejected} rejected${due}`;
}

/** What ingest said of each line. Where it listed not all rejections, the rest is asked for without storing anything. */
async function recordsOf(
  lines: readonly FileLine[],
  answer: Received,
  ingest: Ingest,
): Promise<readonly LineRecord[]> {
  const rejections = new Map(answer.rejected.map((rejection) => [rejection.index, rejection]));
  if (answer.rejectedCount > answer.rejected.length) {
    const first = (answer.rejected.at(-1)?.index ?? -1) + 1;
    for (let from = first; from < lines.length; from += LISTED_MAX) {
      const some = lines.slice(from, from + LISTED_MAX);
      for (const rejection of await previewRejections(some, ingest)) {
        rejections.set(from + rejection.index, rejection);
      }
    }
  }
  return lines.map(({ number }, index) => {
    const rejection = rejections.get(index);
    const prospectId = answer.prospectIds[index] ?? null;
    return rejection
      ? { line: number, prospectId, code: rejection.code, detail: rejection.detail }
      : { line: number, prospectId };
  });
}

async function previewRejections(
  lines: readonly FileLine[],
  ingest: Ingest,
): Promise<readonly Rejection[]> {
  // An empty object first: a body of which no line is JSON would be refused as a whole.
  const body = [Buffer.from("{}\n"), ...lines.map(({ text }) => terminated(text))];
  const { rejected } = await ingest.preview(Buffer.concat(body));
  return rejected.flatMap((one) => (one.index === 0 ? [] : { ...one, index: one.index - 1 }));
}

async function waitUntilDelivered(
  ingest: Ingest,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  let most = 0;
  let bar: ReturnType<typeof progress> | null = null;
  for (;;) {
    const answer = await ingest.backlog();
    const left = answer.backlog.pending + answer.backlog.inFlight;
    if (left > most) bar?.total(left);
    most = Math.max(most, left);
    bar ??= progress("Delivering", most);
    bar.update(most - left, waitingNote(answer));
    if (left === 0) return bar.end();
    await pause(POLL_MS);
  }
}

function waitingNote({ backlog, paused }: Backlog): string {
  const done =
    backlog.drainsAt === null ? "" : `prospects, done by ${backlog.drainsAt.slice(11, 19)} UTC`;
  return paused === null ? done : `${done} (${paused.reason})`;
}

async function report(
  { file, wait }: SendOptions,
  checkpoint: Checkpoint,
  ingest: Ingest,
): Promise<Ended> {
  const reportFile = `${file}.report.csv`;
  const bar = progress("Reporting", checkpoint.state.line);
  const found = await writeReport(checkpoint.recordFile, reportFile, ingest, (line) =>
    bar.update(line, "lines"),
  );
  bar.end();
  console.log(reportTable(found));
  say(`Line by line: ${reportFile}`);
  const { rejected = 0, failed = 0, waiting = 0 } = found.counts;
  if (wait || waiting === 0) await checkpoint.remove();
  return rejected + failed === 0 && (waiting === 0 || !wait) ? "delivered" : "incomplete";
}
