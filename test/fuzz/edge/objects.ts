/**
 * Outreach users' objects in memory: the real core, on a network that answers at once.
 * @module
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingAnswer, OutgoingRequest } from "../../../src/outreach/network.ts";
import type { OutreachUserApi } from "../../../src/engine/api.ts";
import { OutreachUserCore } from "../../../src/engine/core.ts";
import { Memory } from "./memory.ts";

/** The prospect that Outreach refuses. */
export const REFUSED_ID = 13;

export class Objects {
  now: number;
  /** While true every call fails, as it does while an object restarts. */
  areDown = false;
  readonly #byId = new Map<string, { core: OutreachUserCore; memory: Memory }>();

  constructor(now: number, snapshots: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.now = now;
    for (const [id, snapshot] of snapshots) this.#start(id, Memory.copyOf(snapshot));
  }

  /** Objects that came into being, by id. */
  get memories(): ReadonlyMap<string, Memory> {
    return new Map([...this.#byId].map(([id, { memory }]) => [id, memory]));
  }

  core(id: string): OutreachUserCore {
    return this.#byId.get(id)?.core ?? this.#start(id, new Memory());
  }

  /** As the app calls it: over RPC, which copies what it carries. */
  stub(id: string): OutreachUserApi {
    const call = async <T>(work: (core: OutreachUserCore) => T | Promise<T>): Promise<T> => {
      if (this.areDown)
        throw Object.assign(new Error("Durable Object reset."), { retryable: true });
      return structuredClone(await work(this.core(id)));
    };
    return {
      accept: (batch, until) => call((core) => core.accept(structuredClone(batch), until)),
      acceptOverflow: (name, batches) => call((core) => core.acceptOverflow(name, batches)),
      status: () => call((core) => core.status()),
      quarantine: (limit) => call((core) => core.quarantine(limit)),
      calls: (span, limit) => call((core) => core.calls(span, limit)),
      glance: () => call((core) => core.glance()),
      pause: () => call((core) => core.pause()),
      resume: () => call((core) => core.resume()),
      disconnect: () => call((core) => core.disconnect()),
      setYearlyAllowance: (calls) => call((core) => core.setYearlyAllowance(calls)),
      prospect: (prospectId) => call((core) => core.prospect(prospectId)),
      activity: (minutes) => call((core) => core.activity(minutes)),
      hurry: (prospectId) => call((core) => core.hurry(prospectId)),
      forgetTold: (prospectId) => call((core) => core.forgetTold(prospectId)),
      prospects: (ids) => call((core) => core.prospects(ids)),
      runs: (destinationId, limit) => call((core) => core.runs(destinationId, limit)),
      audiences: (destinationId) => call((core) => core.audiences(destinationId)),
      seenAudiences: (destinationId) => call((core) => core.seenAudiences(destinationId)),
      failures: (destinationId, page) => call((core) => core.failures(destinationId, page)),
      failureGroups: (destinationId, limit) =>
        call((core) => core.failureGroups(destinationId, limit)),
      replay: (destinationId, which, step) =>
        call((core) => core.replay(destinationId, which, step)),
      discardFailures: (destinationId, which, step) =>
        call((core) => core.discardFailures(destinationId, which, step)),
      discardFailure: (destinationId, failureId) =>
        call((core) => core.discardFailure(destinationId, failureId)),
      forgetDestination: (destinationId) => call((core) => core.forgetDestination(destinationId)),
      setDelivery: (destinationId, delivery) =>
        call((core) => core.setDelivery(destinationId, delivery)),
      setAlerts: (destinationId, settings) =>
        call((core) => core.setAlerts(destinationId, structuredClone(settings))),
      rename: (name) => call((core) => core.rename(name)),
      alerts: (destinationId) => call((core) => core.alerts(destinationId)),
      testAlert: (destinationId) => call((core) => core.testAlert(destinationId)),
      beginConnection: (uri) => call((core) => core.beginConnection(uri)),
      completeConnection: (query, uri) => call((core) => core.completeConnection(query, uri)),
      destroy: () => call(() => void this.#byId.delete(id)),
    };
  }

  #start(id: string, memory: Memory): OutreachUserCore {
    let alarmAt: number | null = null;
    const core = new OutreachUserCore({
      db: memory.database,
      now: () => this.now,
      random: () => 0.5,
      newState: () => `${id}.${randomUUID()}`,
      network: async (request) => answerTo(request),
      webhook: async () => ({ status: 204, excerpt: "" }),
      vault: {
        seal: (text, context) => `${context}:${text}`,
        open: (sealed, context) => sealed.slice(context.length + 1),
      },
      hash: (prospectId, field, value) =>
        createHash("sha256")
          .update(JSON.stringify([prospectId, field, value]))
          .digest("base64url"),
      alarm: { at: () => alarmAt, set: (at) => (alarmAt = at) },
      log: (event, facts) => console.log({ event, ...facts }),
      application: {
        baseUrl: "https://outreach.example",
        clientId: "client",
        clientSecret: "secret",
        scopes: "prospects.write",
      },
      limiter: { limit: 10_000, windowMs: 3_600_000, reservePercent: 5 },
      later: (_ms, work) => work(),
      turn: async () => undefined,
      storageBytes: 10_000_000_000,
      bulkItemsPerDay: 0,
    });
    this.#byId.set(id, { core, memory });
    return core;
  }
}

function answerTo({ url }: OutgoingRequest): IncomingAnswer {
  const path = new URL(url).pathname;
  if (path === "/oauth/token") {
    return answer(200, {
      access_token: "access",
      refresh_token: "refresh",
      token_type: "bearer",
      expires_in: 7_200,
    });
  }
  if (path === "/api/v2") {
    return answer(200, { meta: { user: { id: 1, email: "a@example.com" } }, data: null });
  }
  const id = Number(path.split("/").at(-1));
  return id === REFUSED_ID
    ? answer(422, { errors: [{ id: "validationError", detail: "Email is excluded." }] })
    : answer(200, { data: { id, type: "prospect", attributes: {} } });
}

function answer(status: number, body: unknown): IncomingAnswer {
  return {
    status,
    headers: new Headers({ "content-type": "application/json" }),
    body: JSON.stringify(body),
  };
}
