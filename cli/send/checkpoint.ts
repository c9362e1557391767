/**
 * How far a file was sent, kept beside it, so that a run that was stopped or killed is taken up where it was.
 *
 * Promises: the checkpoint never says more than the destination acknowledged. A run that is killed between an
 * acknowledgement and the checkpoint sends one batch again, which does no harm.
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const state = z.object({
  to: z.string(),
  /** Of the file's beginning and size: another file of this name is another file. */
  fingerprint: z.string(),
  byte: z.number(),
  line: z.number(),
  sent: z.number(),
  accepted: z.number(),
  rejected: z.number(),
  /** Length of the record of lines that belongs to this state. */
  recordBytes: z.number(),
});
export type SendState = z.infer<typeof state>;

/** What ingest said of a line: about which prospect it is, or why it was rejected. */
export const lineRecord = z.object({
  line: z.number(),
  prospectId: z.number().nullable(),
  code: z.string().optional(),
  detail: z.string().optional(),
});
export type LineRecord = z.infer<typeof lineRecord>;

const FINGERPRINT_BYTES = 65_536;

export class Checkpoint {
  readonly #directory: string;
  state: SendState;

  private constructor(directory: string, initial: SendState) {
    this.#directory = directory;
    this.state = initial;
  }

  get recordFile(): string {
    return join(this.#directory, "lines.ndjson");
  }

  /** Takes up an earlier run of the same file to the same destination, unless `restart`. */
  static async open(file: string, to: string, restart: boolean): Promise<Checkpoint> {
    const directory = `${file}.send`;
    const fingerprint = await fingerprintOf(file);
    const fresh = {
      to,
      fingerprint,
      byte: 0,
      line: 0,
      sent: 0,
      accepted: 0,
      rejected: 0,
      recordBytes: 0,
    };
    const earlier = restart ? null : await readState(directory);
    const isSame = earlier?.to === to && earlier.fingerprint === fingerprint;
    const checkpoint = new Checkpoint(directory, isSame ? earlier : fresh);
    await mkdir(directory, { recursive: true });
    const record = await open(checkpoint.recordFile, "a");
    await record.close();
    // What was recorded after the last checkpoint will be recorded again.
    await truncate(checkpoint.recordFile, checkpoint.state.recordBytes);
    return checkpoint;
  }

  /** Records a batch's lines, then that they are done. */
  async advance(
    records: readonly LineRecord[],
    to: Omit<SendState, "to" | "fingerprint" | "recordBytes">,
  ) {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await writeFile(this.recordFile, text, { flag: "a" });
    const recordBytes = this.state.recordBytes + Buffer.byteLength(text);
    this.state = { ...this.state, ...to, recordBytes };
    const next = join(this.#directory, "state.next.json");
    await writeFile(next, JSON.stringify(this.state));
    await rename(next, join(this.#directory, "state.json"));
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function readState(directory: string): Promise<SendState | null> {
  try {
    return state.parse(JSON.parse(await readFile(join(directory, "state.json"), "utf8")));
  } catch {
    return null;
  }
}

async function fingerprintOf(file: string): Promise<string> {
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(FINGERPRINT_BYTES),
      0,
      FINGERPRINT_BYTES,
      0,
    );
    return createHash("sha256")
      .update(`${size}:`)
      .update(buffer.subarray(0, bytesRead))
      .digest("base64url");
  } finally {
    await handle.close();
  }
}
