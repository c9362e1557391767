/**
 * The path of one profile there and back, in virtual time: read from a request's body, mapped, taken in, sent to Outreach,
 * settled. Of the Worker that is its ingest half without its routes; the object is the real core on SQLite.
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import type { Database } from "../../src/durable/database.ts";
import { receiveProfiles } from "../../src/ingest/receive.ts";
import { mappingSettings } from "../../src/mapping/settings.ts";
import { memoryDatabase } from "../../test/support/sqlite.ts";
import { DESTINATION, World } from "../../test/support/world.ts";
import { DESTINATION as SETTINGS, Profiles } from "../ingest/profiles.ts";
import { callsDuring, type FileCalls } from "./calls.ts";

const SRC = join(import.meta.dirname, "../../src");
/** By then it is delivered, and what is written once a second is written. */
const THERE_AND_BACK_MS = 5_000;

export interface Statement {
  readonly sql: string;
  /** The file that asked for it, below `src`. */
  readonly file: string;
  readonly count: number;
}

export interface Path {
  readonly files: readonly FileCalls[];
  readonly statements: readonly Statement[];
}

export async function tracePath(): Promise<Path> {
  const counter = new StatementCounter(memoryDatabase());
  const world = new World(counter);
  await world.connect();
  // One before it: what is read once in an object's life has been read.
  await deliver(world, 1);
  counter.begin();
  const files = await callsDuring(SRC, () => deliver(world, 2));
  return { files, statements: counter.counted() };
}

async function deliver(world: World, prospectId: number): Promise<void> {
  const request = new Request("https://edge.example/", {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: new Profiles().first(prospectId, 1).join("\n"),
  });
  const settings = mappingSettings.parse(SETTINGS);
  const received = await receiveProfiles(request, settings, async (batch) => {
    const result = world.core.accept({ ...batch, destinationId: DESTINATION });
    if (!result.ok) throw new Error(result.reason);
    return z.object({ ok: z.literal(true), expectedBy: z.number().nullable() }).parse(result);
  });
  if (!received.ok || received.accepted !== 1) throw new Error("The profile was not accepted.");
  await world.pass(THERE_AND_BACK_MS);
  if (!world.held.has(prospectId)) throw new Error("The profile was not delivered.");
}

class StatementCounter implements Database {
  readonly #db: Database;
  #counts = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  begin(): void {
    this.#counts = new Map();
  }

  counted(): readonly Statement[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }

  all: Database["all"] = (sql, ...bindings) => {
    const file = caller(new Error("here").stack ?? "");
    const key = `${file} ${sql}`;
    const count = 1 + (this.#counts.get(key)?.count ?? 0);
    this.#counts.set(key, { sql: sql.replaceAll(/\s+/g, " ").trim(), file, count });
    return this.#db.all(sql, ...bindings);
  };

  size: Database["size"] = () => this.#db.size();

  transaction: Database["transaction"] = (work) => this.#db.transaction(work);
}

/** The file below `src` that asked for a statement: not one through which all ask. */
function caller(stack: string): string {
  const files = [...stack.matchAll(/\/src\/([^\s:)]+):\d+/g)].map(([, file = ""]) => file);
  return files.find((file) => !file.startsWith("durable/")) ?? "unknown";
}
