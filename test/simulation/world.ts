/**
 * Runs a planned world: the connector's core on a real database that survives its deaths, a clock that only the world
 * moves, an alarm that gets lost or rings twice, and an Outreach that keeps watch.
 * @module
 */
import { createHash } from "node:crypto";
import type { ProspectUpdate } from "../../src/delivery/prospect-update.ts";
import type { FieldValue } from "../../src/delivery/prospect-update.ts";
import type { OutgoingRequest } from "../../src/outreach/network.ts";
import { OutreachUserCore } from "../../src/outreach-user/core.ts";
import type { Database } from "../../src/outreach-user/database.ts";
import { memoryDatabase } from "../support/sqlite.ts";
import { SimulatedOutreach } from "./outreach.ts";
import { Dice } from "./plan.ts";
import type { Death, SentUpdate, Step, WorldPlan } from "./plan.ts";

export const START = Date.UTC(2026, 10, 2, 9);
export const DESTINATIONS = ["destination-1", "destination-2"] as const;
const REDIRECT = "https://edge.example/v1/outreach/callback";

/** Ten times what the busiest of worlds needs. */
const EVENTS_MAX = 500_000;

/** The object died: nothing of it runs on. */
class Died extends Error {}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** An update that was accepted, in the order of acceptance. */
export interface Accepted extends SentUpdate {
  readonly order: number;
  readonly at: number;
}

export class SimulatedWorld {
  /** True time; the object's clock may jump about it. */
  now = START;
  #clockOffset = 0;
  readonly plan: WorldPlan;
  readonly outreach: SimulatedOutreach;
  readonly accepted: Accepted[] = [];
  readonly seen: string[] = [];
  readonly counts = new Map<string, number>();
  core: OutreachUserCore;
  readonly #db = memoryDatabase();
  readonly #dice: Dice;
  #happenings: Happening[] = [];
  #order = 0;
  #life = 0;
  #alarmAt: number | null = null;
  #death: Death | null = null;
  #statements = 0;
  #isDead = false;
  #events = 0;

  constructor(plan: WorldPlan) {
    this.plan = plan;
    this.#dice = new Dice(`${plan.seed} runs`);
    this.outreach = new SimulatedOutreach(plan.outreach, plan.prospects, () => this.now, orderOf);
    this.core = this.#born();
  }

  async run(): Promise<void> {
    await this.#signIn();
    for (const step of this.plan.steps) {
      await this.#passUntil(START + 30_000 + step.at);
      this.#take(step);
    }
  }

  async #signIn(): Promise<void> {
    const { authorizeUrl } = this.core.beginConnection(REDIRECT);
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    await this.#during(this.core.completeConnection(`code=c&state=${state}`, REDIRECT), 30_000);
  }

  /** Lets everything heal, and time go by until nothing waits; false where it never comes to rest. */
  async rest(maxMs: number): Promise<boolean> {
    this.outreach.troubles.length = 0;
    this.outreach.outageUntil = 0;
    this.outreach.losesNextStart = false;
    this.outreach.failingInJobs.clear();
    this.#death = null;
    this.#revive();
    const until = this.now + maxMs;
    while (this.now < until) {
      // Somebody looks at the console now and then: that is what wakes an object whose alarm was lost.
      this.#call(() => this.core.rearm());
      if (this.core.status().connection.status !== "connected") {
        this.#count("signed in again");
        await this.#signIn();
      }
      await this.#passUntil(this.now + 60_000);
      const { pending, inFlight } = this.core.status().backlog;
      if (pending + inFlight === 0 && !this.outreach.isBusy) return true;
    }
    return false;
  }

  #take(step: Step): void {
    this.#count(step.kind === "die" ? `die ${step.death.where}` : step.kind);
    switch (step.kind) {
      case "send":
        return this.#send(step.updates, DESTINATIONS[step.destination]);
      case "die":
        this.#death = step.death;
        this.#statements = 0;
        return;
      case "trouble":
        for (let i = 0; i < step.calls; i++) this.outreach.troubles.push(step.trouble);
        return;
      case "outage":
        this.outreach.outageUntil = this.now + step.forMs;
        return;
      case "others_spend":
        return this.outreach.spend(step.calls);
      case "revoke_access":
        return this.outreach.revokeAccess();
      case "lose_alarm":
        this.#alarmAt = null;
        return;
      case "ring_twice":
        this.#ring();
        return this.#ring();
      case "clock_jump":
        this.#clockOffset += step.byMs;
        this.outreach.trustsClock = false;
        return;
      case "job_fails":
        this.outreach.failingInJobs.add(step.prospect);
        return;
      case "lose_job_start":
        this.outreach.losesNextStart = true;
    }
  }

  /** The platform sends until it is acknowledged, as Adobe's retries do. */
  #send(sent: readonly SentUpdate[], destinationId: string): void {
    const base = this.accepted.length;
    const updates = sent.map((one, i) => toUpdate(one, this.now, base + i));
    const batch = { destinationId, updates, empty: 0, rejected: {} };
    while (!this.#call(() => this.core.accept(batch))) this.#count("request broken by a death");
    sent.forEach((one, i) => {
      const marked = one.title === undefined ? one : { ...one, title: marker(one.title, base + i) };
      this.accepted.push({ ...marked, order: base + i, at: this.now });
    });
  }

  /** Calls the object; false where it died of it. */
  #call(work: () => unknown): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.#revive();
      return false;
    }
  }

  #die(): never {
    this.#count("death");
    this.#death = null;
    this.#life += 1;
    this.#isDead = true;
    throw new Died();
  }

  /** The platform starts the object anew, once what it was doing is undone. */
  #revive(): void {
    if (!this.#isDead) return;
    this.#isDead = false;
    this.outreach.forgetTold();
    this.core = this.#born();
  }

  #born(): OutreachUserCore {
    const life = this.#life;
    const core = new OutreachUserCore({
      db: this.#mortal(life),
      now: () => this.now + this.#clockOffset,
      chance: () => this.#dice.next(),
      newState: () => `user-1.${this.#life}-${++this.#order}`,
      network: (request) => this.#network(request, life),
      vault: { seal: (text, context) => `${context}:${btoa(text)}`, open: openSealed },
      hash: (id, field, value) =>
        createHash("sha1")
          .update(JSON.stringify([id, field, value]))
          .digest("base64url")
          .slice(0, 16),
      alarm: {
        at: () => this.#alarmAt,
        set: (at) => {
          if (life === this.#life) this.#alarmAt = at;
        },
      },
      turn: () => new Promise((resolve) => this.#at(0, () => this.#alive(life, resolve))),
      log: (event, facts) => this.seen.push(JSON.stringify({ event, ...facts })),
      application: {
        baseUrl: "https://outreach.example",
        clientId: "client",
        clientSecret: "tok-client",
        scopes: this.plan.outreach.scopes,
      },
      limiter: {
        limit: this.plan.outreach.limit,
        windowMs: this.plan.outreach.windowMs,
        reservePercent: 5,
      },
      bulkItemsPerDay: 5_000_000,
    });
    core.rearm();
    return core;
  }

  /** The database dies with the object: a transaction that was open is undone, and a dead object writes nothing. */
  #mortal(life: number): Database {
    const db = this.#db;
    const check = (): void => {
      if (life !== this.#life) throw new Died();
      if (this.#death?.where === "statement" && this.#statements++ === this.#death.after)
        this.#die();
    };
    return {
      all: (statement, ...bindings) => {
        check();
        return db.all(statement, ...bindings);
      },
      transaction: (work) => db.transaction(work),
    };
  }

  #alive(life: number, go: () => void): void {
    if (life === this.#life) go();
  }

  async #network(request: OutgoingRequest, life: number) {
    this.seen.push(request.url);
    if (this.#death?.where === "before_call") this.#dieIn(life);
    const { answer, afterMs } = this.outreach.handle(request);
    if (this.#death?.where === "after_applied") this.#dieIn(life);
    return new Promise<typeof answer>((resolve) => {
      this.#at(afterMs, () => {
        if (life !== this.#life) return;
        if (this.#death?.where === "after_answer") this.#dieIn(life);
        this.#alive(life, () => resolve(answer));
      });
    });
  }

  /** Dies outside of any database statement; what called goes on waiting for ever, as after a kill. */
  #dieIn(life: number): void {
    if (life !== this.#life) return;
    this.#call(() => this.#die());
  }

  #ring(): void {
    this.#alarmAt = null;
    const life = this.#life;
    void this.core.wake().catch((error: unknown) => {
      if (error instanceof Died) return;
      // The platform aborts the object; the watchdog alarm brings the next one.
      this.#count("exception in the loop");
      this.seen.push(`exception: ${String(error)}`);
      if (life === this.#life) this.#dieIn(life);
    });
  }

  async #during(work: Promise<unknown>, ms: number): Promise<void> {
    void work.catch(() => undefined);
    await this.#passUntil(this.now + ms);
  }

  async #passUntil(until: number): Promise<void> {
    for (;;) {
      await settle();
      this.#revive();
      const next = this.#takeNext(until);
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      this.outreach.tick();
      this.#call(next.happen);
      if (++this.#events > EVENTS_MAX) throw new Error("rule 5: it goes on and on");
    }
    this.#revive();
    this.now = Math.max(this.now, until);
    this.outreach.tick();
  }

  #at(afterMs: number, happen: () => void): void {
    this.#happenings.push({ at: this.now + afterMs, order: ++this.#order, happen });
  }

  #takeNext(until: number): Happening | null {
    let best: Happening | null =
      this.#alarmAt === null
        ? null
        : { at: this.#alarmAt - this.#clockOffset, order: Infinity, happen: () => this.#ring() };
    for (const one of this.#happenings) {
      if (!best || one.at < best.at || (one.at === best.at && one.order < best.order)) best = one;
    }
    if (!best || best.at > until) return null;
    const taken = best;
    this.#happenings = this.#happenings.filter((one) => one !== taken);
    return taken;
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** Values of titles say how new they are. */
function marker(title: string, order: number): string {
  return title === "pii bad" ? title : title.startsWith("pii shared") ? title : `${title}#${order}`;
}

function orderOf(value: FieldValue): number | null {
  const order = typeof value === "string" ? /#(\d+)$/.exec(value)?.[1] : undefined;
  return order === undefined ? null : Number(order);
}

function toUpdate(sent: SentUpdate, now: number, order: number): ProspectUpdate {
  const { prospect, title, status, sinceMs } = sent;
  const at = now + sinceMs;
  return {
    prospectId: prospect,
    fields: {
      ...(title !== undefined && { title: { value: marker(title, order) } }),
      ...(status && {
        custom4: { value: status, at, audience: { namespace: "ups", id: "a", status } },
      }),
    },
  };
}

function openSealed(sealed: string, context: string): string | null {
  return sealed.startsWith(`${context}:`) ? atob(sealed.slice(context.length + 1)) : null;
}

/** Everything that is ready to run runs before time goes on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
