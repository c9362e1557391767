/**
 * A file's lines in batches, read as a stream: memory is bounded by one batch, whatever the file's size.
 * @module
 */
import { createReadStream } from "node:fs";

export interface LineBatch {
  /** The lines that hold something, in order. */
  readonly lines: readonly FileLine[];
  /** Where in the file the next batch begins, in bytes. */
  readonly endByte: number;
  /** Number of the last line, empty ones counted too. */
  readonly endLine: number;
}

export interface FileLine {
  /** From 1, as editors count. */
  readonly number: number;
  readonly text: Buffer;
}

/** Well below the 25 MB that one request may have. */
const BATCH_MAX_BYTES = 8 * 1024 * 1024;
/** Ingest turns away a profile of a million characters, so one line of more bytes than this need not be read to its end. */
const LINE_MAX_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * @param from where an earlier run came to
 * @throws where a line is longer than any profile may be
 */
export async function* readBatches(
  file: string,
  from: { readonly byte: number; readonly line: number },
  batchLines: number,
): AsyncGenerator<LineBatch> {
  let lines: FileLine[] = [];
  let bytes = 0;
  let line = from.line;
  let byte = from.byte;
  for await (const text of splitLines(file, from.byte)) {
    line += 1;
    byte += text.byteLength;
    if (text.toString("latin1").trim() === "") continue;
    lines.push({ number: line, text });
    bytes += text.byteLength;
    if (lines.length < batchLines && bytes < BATCH_MAX_BYTES) continue;
    yield { lines, endByte: byte, endLine: line };
    [lines, bytes] = [[], 0];
  }
  if (lines.length > 0) yield { lines, endByte: byte, endLine: line };
}

/** Lines with their line break, so that their lengths add up to the file's. */
async function* splitLines(file: string, start: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of createReadStream(file, { start })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("The file was not read as bytes.");
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end + 1)]);
      [rest, restBytes] = [[], 0];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    restBytes += chunk.byteLength - from;
    if (restBytes > LINE_MAX_BYTES) {
      throw new Error(
        "A line is longer than any profile may be. The file must hold one JSON object a line; `jq -c '.[]'` makes that of a JSON array.",
      );
    }
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}
