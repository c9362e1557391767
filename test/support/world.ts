/**
 * An Outreach user's core in a world of its own: virtual time, a scripted Outreach, a database that survives the
 * core, and a way to kill the core at any moment.
 * @module
 */
import { createHash } from "node:crypto";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import type {
  IncomingAnswer,
  Network,
  NoAnswer,
  OutgoingRequest,
} from "../../src/outreach/network.ts";
import { OutreachUserCore } from "../../src/engine/core.ts";
import type { Database } from "../../src/durable/database.ts";
import type { Ports } from "../../src/engine/ports.ts";
import type { WebhookAnswer, WebhookRequest } from "../../src/engine/alerts/post-webhook.ts";
import { memoryDatabase } from "./sqlite.ts";

export const START = Date.UTC(2026, 10, 2, 9);
export const DESTINATION = "destination-1";
const CRON_EVERY_MS = 5 * 60_000;
const REDIRECT = "https://edge.example/v1/outreach/callback";

type Answer = IncomingAnswer | NoAnswer;
/** What Outreach does with a request: an answer, or null for the usual one. */
export type Script = (request: OutgoingRequest) => Answer | null;

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

export class World {
  now = START;
  latencyMs = 100;
  /** What the next sign-in grants. */
  scopes = "prospects.write";
  /** Looked at first for every call; null falls through to an Outreach that takes everything. */
  script: Script = () => null;
  bulkItemsPerDay = 5_000_000;
  /** Takes effect when the core starts. */
  storageBytes = 10_000_000_000;
  /** What a receiver of alerts does with a message, and how long it takes. */
  receiver: (request: WebhookRequest) => WebhookAnswer = () => ({ status: 204, excerpt: "" });
  receiverLatencyMs = 100;
  /** Every message that reached a receiver, oldest first. */
  readonly posted: (WebhookRequest & { readonly at: number })[] = [];
  /** Whether the loop may throw. */
  mayCrash = false;
  /** How often the alarm went off. */
  wakes = 0;
  readonly db: Database;
  /** Every request that reached Outreach, oldest first. */
  readonly requests: (OutgoingRequest & { readonly at: number })[] = [];
  /** What Outreach holds. */
  readonly held = new Map<number, Record<string, FieldValue>>();
  readonly logged: string[] = [];
  core: OutreachUserCore;
  alarmsSet = 0;
  #alarmAt: number | null = null;
  #happenings: Happening[] = [];
  #order = 0;
  #life = 0;
  #tokens = 0;
  #cronAt = START + CRON_EVERY_MS;

  constructor(db: Database = memoryDatabase()) {
    this.db = db;
    this.core = this.#start();
  }

  static async connected(scopes?: string): Promise<World> {
    const world = new World();
    if (scopes !== undefined) world.scopes = scopes;
    await world.connect();
    world.requests.length = 0;
    return world;
  }

  async connect(): Promise<void> {
    const { authorizeUrl } = this.core.beginConnection(REDIRECT);
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    const done = this.core.completeConnection(`code=c1&state=${state}`, REDIRECT);
    await this.pass(1_000);
    await done;
  }

  /** Hands attributes of one prospect to the core, as one request. */
  accept(prospectId: number, attributes: Record<string, FieldValue>): void {
    const fields = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { value }]),
    );
    this.acceptUpdates([{ prospectId, fields }]);
  }

  acceptUpdates(updates: readonly ProspectUpdate[], destinationId = DESTINATION): void {
    const result = this.core.accept({ destinationId, updates, empty: 0, rejected: {} });
    if (!result.ok) throw new Error(result.reason);
  }

  /** Lets time go by. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settleMicrotasks();
      const next = this.#takeNext(until);
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      next.happen();
    }
    this.now = until;
  }

  /** The object dies: its answers under way are lost to it, its database and alarm stay. */
  kill(): void {
    this.#life += 1;
    this.core = this.#start();
    this.core.rearm();
  }

  get patches() {
    return this.requests
      .filter(({ method }) => method === "PATCH")
      .map(({ url, body, at }) => ({
        at,
        id: Number(url.split("/").at(-1)),
        attributes: attributesOf(body),
      }));
  }

  get alarmAt(): number | null {
    return this.#alarmAt;
  }

  loseAlarm(): void {
    this.#alarmAt = null;
  }

  #start(): OutreachUserCore {
    const life = this.#life;
    const ports: Ports = {
      db: this.db,
      now: () => this.now,
      random: () => 0.5,
      newState: () => `user-1.${++this.#order}`,
      network: this.#network(life),
      webhook: (request) =>
        new Promise((resolve) => {
          this.posted.push({ ...request, at: this.now });
          const answer = this.receiver(request);
          this.#at(this.now + this.receiverLatencyMs, () => {
            if (life === this.#life) resolve(answer);
          });
        }),
      vault: { seal: (text, context) => `${context}:${text}`, open: openSealed },
      hash: (id, field, value) =>
        createHash("sha256")
          .update(JSON.stringify([id, field, value]))
          .digest("base64url")
          .slice(0, 16),
      alarm: { at: () => this.#alarmAt, set: (at) => this.#setAlarm(at) },
      log: (event, facts) => this.logged.push(JSON.stringify({ event, ...facts })),
      later: (ms, work) =>
        this.#at(this.now + ms, () => {
          if (life === this.#life) work();
        }),
      turn: () => new Promise((resolve) => this.#at(this.now, resolve)),
      application: {
        baseUrl: "https://outreach.example",
        clientId: "client",
        clientSecret: "secret",
        scopes: "prospects.write",
      },
      limiter: { limit: 10_000, windowMs: 3_600_000, reservePercent: 5 },
      storageBytes: this.storageBytes,
      bulkItemsPerDay: this.bulkItemsPerDay,
    };
    return new OutreachUserCore(ports);
  }

  #setAlarm(at: number | null): void {
    this.alarmsSet += 1;
    this.#alarmAt = at;
  }

  #network(life: number): Network {
    return (request) =>
      new Promise((resolve) => {
        this.requests.push({ ...request, at: this.now });
        const answer = this.script(request) ?? this.#usual(request);
        const ms = answer.status === null && answer.reason === "timeout" ? 10_000 : this.latencyMs;
        this.#at(this.now + ms, () => {
          if (life === this.#life) resolve(answer);
        });
      });
  }

  #usual(request: OutgoingRequest): Answer {
    const path = new URL(request.url).pathname;
    if (path === "/oauth/token") return this.#newTokens();
    if (path === "/api/v2") return json(200, identity(this.scopes));
    const id = Number(path.split("/").at(-1));
    const held = { ...this.held.get(id), ...attributesOf(request.body) };
    this.held.set(id, held);
    return json(200, { data: { type: "prospect", id, attributes: held } });
  }

  #newTokens(): Answer {
    this.#tokens += 1;
    return json(200, {
      access_token: `access-${this.#tokens}`,
      refresh_token: `refresh-${this.#tokens}`,
      token_type: "Bearer",
      expires_in: 7_200,
      scope: this.scopes,
    });
  }

  #at(at: number, happen: () => void): void {
    this.#happenings.push({ at, order: ++this.#order, happen });
  }

  #takeNext(until: number): Happening | null {
    const cron: Happening = { at: this.#cronAt, order: Infinity, happen: () => this.#cron() };
    const alarm: Happening | null =
      this.#alarmAt === null
        ? null
        : { at: this.#alarmAt, order: Infinity, happen: () => this.#ring() };
    const all = [...this.#happenings, ...(alarm ? [alarm] : []), cron];
    const next = all.reduce<Happening | null>(
      (a, b) => (a && (a.at < b.at || (a.at === b.at && a.order < b.order)) ? a : b),
      null,
    );
    if (!next || next.at > until) return null;
    this.#happenings = this.#happenings.filter((happening) => happening !== next);
    return next;
  }

  /** The cron trigger comes every five minutes. */
  #cron(): void {
    this.#cronAt += CRON_EVERY_MS;
    this.core.rearm();
  }

  #ring(): void {
    this.#alarmAt = null;
    this.wakes += 1;
    const wakes = this.core.wake();
    // As the platform does with an object whose alarm throws; elsewhere it is a bug.
    if (this.mayCrash) wakes.catch(() => this.kill());
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const all = new Headers({ "content-type": "application/json", ...headers });
  return { status, headers: all, body: JSON.stringify(body) };
}

export function apiError(
  status: number,
  id: string,
  detail: string,
  headers: Record<string, string> = {},
): Answer {
  return json(status, { errors: [{ id, title: id, detail }] }, headers);
}

function identity(scopes: string) {
  return {
    meta: {
      user: { id: 1, email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" },
      scopes: scopes.split(" "),
    },
    data: { attributes: { prospectLabel4: "AEP: newsletter" } },
  };
}

function attributesOf(body: string | undefined): Record<string, FieldValue> {
  if (body === undefined) return {};
  const document = JSON.parse(body) as { data: { attributes: Record<string, FieldValue> } };
  return document.data.attributes;
}

function openSealed(sealed: string, context: string): string | null {
  return sealed.startsWith(`${context}:`) ? sealed.slice(context.length + 1) : null;
}

/** Everything that is ready to run runs before time goes on. */
async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
