/**
 * Outreach's bulk jobs, for a world: batches and imports that take their time, fail in part, or get lost.
 * @module
 */
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import type { IncomingAnswer, NoAnswer, OutgoingRequest } from "../../src/outreach/network.ts";
import { apiError, json, World } from "./world.ts";

export const ALL_SCOPES =
  "prospects.read prospects.write batches.read batches.write imports.read imports.write";

export const pathOf = ({ url }: OutgoingRequest): string => new URL(url).pathname;
/** Asks how far a job is. */
export const isLook = (request: OutgoingRequest): boolean =>
  request.method === "GET" && /\/(batches|imports)\/\d+$/.test(pathOf(request));
/** Starts a job. */
export const isStart = (request: OutgoingRequest): boolean =>
  /\/actions\/(prospectsBulkModify|bulkUpsert)$/.test(pathOf(request));
export const isModify = (request: OutgoingRequest): boolean =>
  pathOf(request).endsWith("/actions/prospectsBulkModify");
/** Asks what Outreach holds of many prospects. */
export const isReadBack = (request: OutgoingRequest): boolean =>
  request.method === "GET" && pathOf(request) === "/api/v2/prospects";

interface Job {
  readonly id: number;
  readonly collection: "batches" | "imports";
  readonly createdAt: number;
  readonly changes: ReadonlyMap<number, Readonly<Record<string, FieldValue>>>;
  isApplied: boolean;
  /** Records that it did not bring up to date. */
  failures: number;
  endsAt: number;
}

type Answer = IncomingAnswer | NoAnswer | null;

/** A connected world whose Outreach takes bulk jobs. */
export async function worldWithBulk(scopes = ALL_SCOPES) {
  const world = await World.connected(scopes);
  return { world, outreach: new BulkOutreach(world) };
}

export class BulkOutreach {
  readonly #world: World;
  readonly jobs: Job[] = [];
  /** How long a job takes. */
  durationMs = 10_000;
  /** Prospects that a job does not bring up to date. */
  readonly failing = new Set<number>();
  /** Prospects that Outreach does not have. */
  readonly missing = new Set<number>();
  /** Looked at first, like the world's own script. */
  script: (request: OutgoingRequest) => Answer = () => null;
  /** Whether the answers to starts get lost, although Outreach takes the jobs. */
  losesStarts = false;
  /** How it shows a value that it holds. */
  shows: (name: string, value: FieldValue) => FieldValue = (_name, value) => value;

  constructor(world: World) {
    this.#world = world;
    world.script = (request) => this.#answer(request);
  }

  /** Starts of jobs, with how many records each had. */
  get starts(): readonly { kind: string; records: number }[] {
    return this.jobs.map(({ collection, changes }) => ({
      kind: collection,
      records: changes.size,
    }));
  }

  #answer(request: OutgoingRequest): Answer {
    this.#applyEnded();
    const scripted = this.script(request);
    if (scripted) return scripted;
    const { pathname, searchParams } = new URL(request.url);
    const [, , , collection, id, action] = pathname.split("/");
    if (id === "actions" && (collection === "batches" || collection === "imports")) {
      return this.#start(collection, action ?? "", request.body ?? "");
    }
    if (collection === "batches" && id === undefined) {
      const batches = this.jobs.filter((job) => job.collection === "batches").toReversed();
      return json(200, { data: batches.map((job) => this.#view(job)) });
    }
    if (collection === "batches" || collection === "imports") {
      const job = this.jobs.find((one) => one.collection === collection && String(one.id) === id);
      return job
        ? json(200, { data: this.#view(job) })
        : apiError(404, "resourceNotFound", "There is no such job.");
    }
    if (request.method === "GET" && collection === "prospects") {
      return this.#read((searchParams.get("filter[id]") ?? "").split(",").map(Number));
    }
    if (collection === "prospects" && this.missing.has(Number(id))) {
      return apiError(404, "resourceNotFound", `Could not find 'prospect' with ID '${id}'.`);
    }
    return null;
  }

  #start(collection: Job["collection"], action: string, body: string): Answer {
    const { attributes } = (JSON.parse(body) as { data: { attributes: Record<string, unknown> } })
      .data;
    const changes = new Map<number, Record<string, FieldValue>>();
    if (action === "prospectsBulkModify") {
      const { ids, ...values } = attributes as { ids: number[] } & Record<string, FieldValue>;
      if (ids.length === 0) throw new Error("a bulk modify without ids");
      for (const id of ids) changes.set(id, values);
    } else {
      const { records } = attributes as {
        records: { id: number; attributes: Record<string, FieldValue> }[];
      };
      for (const { id, attributes: values } of records) changes.set(id, values);
    }
    const { now } = this.#world;
    const endsAt = now + this.durationMs;
    const job = {
      id: 900 + this.jobs.length,
      collection,
      createdAt: now,
      changes,
      isApplied: false,
      failures: 0,
      endsAt,
    };
    this.jobs.push(job);
    if (this.losesStarts) return { status: null, reason: "connection_lost" };
    return json(200, { data: this.#view(job) });
  }

  #applyEnded(): void {
    for (const job of this.jobs) {
      if (job.isApplied || job.endsAt > this.#world.now) continue;
      job.isApplied = true;
      for (const [id, values] of job.changes) {
        if (this.failing.has(id) || this.missing.has(id)) {
          job.failures += 1;
          continue;
        }
        this.#world.held.set(id, { ...this.#world.held.get(id), ...values });
      }
    }
  }

  #view(job: Job) {
    const state = job.isApplied ? "finished" : "running";
    return {
      type: "batch",
      id: job.id,
      attributes: {
        state,
        total: job.changes.size,
        failures: job.failures,
        createdAt: new Date(job.createdAt).toISOString(),
      },
    };
  }

  #read(ids: readonly number[]): Answer {
    const data = ids
      .filter((id) => !this.missing.has(id))
      .map((id) => ({ type: "prospect", id, attributes: this.#shown(id) }));
    return json(200, { data });
  }

  #shown(id: number): Record<string, FieldValue> {
    const held = Object.entries(this.#world.held.get(id) ?? {});
    return Object.fromEntries(held.map(([name, value]) => [name, this.shows(name, value)]));
  }
}
