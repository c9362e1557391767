/**
 * Runs a planned world: an Outreach user's object and its overflow objects, each on a real database that survives its
 * deaths; the Worker's way between them; a platform that sends until it is acknowledged; a clock that only the world
 * moves; and an Outreach that keeps watch.
 * @module
 */
import { createHash } from "node:crypto";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import { OutreachUserCore } from "../../src/engine/core.ts";
import type { AcceptResult, IncomingBatch, OutreachUserApi } from "../../src/engine/api.ts";
import { withOverflow } from "../../src/overflow/client.ts";
import type { OutreachUserClient } from "../../src/overflow/client.ts";
import { OverflowCore } from "../../src/overflow/core.ts";
import { OVERFLOWS } from "../../src/overflow/api.ts";
import type { OverflowApi } from "../../src/overflow/api.ts";
import { Spillway } from "../../src/overflow/spillway.ts";
import { MortalObject } from "./mortal.ts";
import type { Body } from "./mortal.ts";
import { SimulatedOutreach } from "./outreach.ts";
import { Dice } from "./plan.ts";
import type { SentUpdate, Step, WorldPlan } from "./plan.ts";
import { Timeline } from "./timeline.ts";

export const START = Date.UTC(2026, 10, 2, 9);
export const DESTINATIONS = ["destination-1", "destination-2"] as const;
const USER = "user-1";
const REDIRECT = "https://edge.example/v1/outreach/callback";

/** How long the platform waits before it sends again what was not accepted. */
const RESEND_MS = 2_000;
/** Overflow objects that requests are spread over: fewer than there are, so that each sees more. */
const SHARDS_USED = 3;

/** An update that was accepted, in the order of acceptance. */
export interface Accepted extends SentUpdate {
  readonly order: number;
  readonly at: number;
  readonly destination: 0 | 1;
}

export class SimulatedWorld {
  readonly timeline = new Timeline(START);
  readonly plan: WorldPlan;
  readonly outreach: SimulatedOutreach;
  readonly accepted: Accepted[] = [];
  readonly seen: string[] = [];
  readonly counts = new Map<string, number>();
  /** Rules that were broken on the way. */
  readonly violations: string[] = [];
  /** Attributes whose failure somebody took off the list, and how many updates had been accepted by then. */
  readonly excused = new Map<string, number>();
  readonly deleted = new Set<0 | 1>();
  /** Updates that objects were asked to store, as often as they may have done so. */
  reached = 0;
  readonly user: MortalObject<OutreachUserCore>;
  readonly #overflows = new Map<number, MortalObject<OverflowCore>>();
  readonly #client: OutreachUserClient;
  readonly #dice: Dice;
  #clockOffset = 0;
  #states = 0;
  #losesAccepted = false;

  constructor(plan: WorldPlan) {
    this.plan = plan;
    this.#dice = new Dice(`${plan.seed} runs`);
    const now = (): number => this.timeline.now;
    this.outreach = new SimulatedOutreach(plan.outreach, plan.prospects, now, orderOf);
    this.timeline.onMove = () => this.outreach.tick();
    this.user = this.#object((body) => this.#userCore(body));
    const spillway = new Spillway({
      now,
      pause: (ms, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve());
          this.timeline.at(ms, resolve);
        }),
      random: () => this.#dice.below(SHARDS_USED) / OVERFLOWS,
      log: () => this.#count("the way over overflow objects"),
    });
    this.#client = withOverflow(
      USER,
      this.#userApi(),
      (shard) => this.#overflowApi(shard),
      spillway,
    );
  }

  get core(): OutreachUserCore {
    return this.user.core;
  }

  async run(): Promise<void> {
    await this.#signIn();
    for (const step of this.plan.steps) {
      await this.timeline.passUntil(START + 30_000 + step.at);
      await this.#take(step);
    }
  }

  async #signIn(): Promise<void> {
    const { authorizeUrl } = this.core.beginConnection(REDIRECT);
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    const work = this.core.completeConnection(`code=c&state=${state}`, REDIRECT);
    void work.catch(() => undefined);
    await this.timeline.passUntil(this.timeline.now + 30_000);
  }

  /** Lets everything heal, and time go by until nothing waits; false where it never comes to rest. */
  async rest(maxMs: number): Promise<boolean> {
    this.outreach.troubles.length = 0;
    this.outreach.outageUntil = 0;
    this.outreach.losesNextStart = false;
    this.outreach.failingInJobs.clear();
    this.user.heal();
    for (const overflow of this.#overflows.values()) overflow.heal();
    const until = this.timeline.now + maxMs;
    while (this.timeline.now < until) {
      // Somebody looks at the console now and then: that is what wakes an object whose alarm was lost.
      const pending = await this.#look();
      if (this.core.status().connection.status !== "connected") {
        this.#count("signed in again");
        await this.#signIn();
      }
      await this.timeline.passUntil(this.timeline.now + 60_000);
      if (pending === 0 && this.#unfinished().size === 0 && !this.outreach.isBusy) return true;
    }
    return false;
  }

  async #take(step: Step): Promise<void> {
    const { now } = this.timeline;
    this.#count(
      step.kind === "die" || step.kind === "overflows_die"
        ? `${step.kind} ${step.death.where}`
        : step.kind,
    );
    switch (step.kind) {
      case "send":
        return this.#send(step.updates, step.destination);
      case "die":
        return this.user.doom(step.death);
      case "overflows_die":
        for (const overflow of this.#overflows.values()) overflow.doom(step.death);
        return;
      case "user_late":
        this.user.slow = { until: now + step.forMs, byMs: step.byMs };
        return;
      case "overflows_late":
        for (const overflow of this.#overflows.values())
          overflow.slow = { until: now + step.forMs, byMs: step.byMs };
        return;
      case "user_gone":
        this.user.goneUntil = now + step.forMs;
        return;
      case "overflows_gone":
        for (const overflow of this.#overflows.values()) overflow.goneUntil = now + step.forMs;
        return;
      case "lose_overflow_alarms":
        for (const overflow of this.#overflows.values()) overflow.alarmAt = null;
        return;
      case "lose_answers":
        for (const object of [this.user, ...this.#overflows.values()])
          object.answersToLose = step.answers;
        return;
      case "storing_fails":
        this.user.failsAfter = step.after;
        return;
      case "lose_accepted":
        this.#losesAccepted = true;
        return;
      case "look":
        await this.#look();
        return;
      case "replay":
        return this.#replay(step.destination);
      case "discard":
        return this.#excusing((core) => {
          const destination = DESTINATIONS[step.destination];
          const [first] = core.failures(destination, { limit: 1, after: null }).failures;
          if (first) core.discardFailure(destination, first.id);
        });
      case "hurry":
        while (!(await this.user.callAndWait((core) => core.hurry(step.prospect)))) continue;
        return;
      case "forget_told":
        while (!(await this.user.callAndWait((core) => core.forgetTold(step.prospect)))) continue;
        return;
      case "delete_destination":
        this.deleted.add(step.destination);
        return this.#excusing((core) => core.forgetDestination(DESTINATIONS[step.destination]));
      case "allow_bad":
        this.outreach.refusesBad = false;
        return;
      case "trouble":
        for (let i = 0; i < step.calls; i++) this.outreach.troubles.push(step.trouble);
        return;
      case "outage":
        this.outreach.outageUntil = now + step.forMs;
        return;
      case "others_spend":
        return this.outreach.spend(step.calls);
      case "revoke_access":
        return this.outreach.revokeAccess();
      case "lose_alarm":
        this.user.alarmAt = null;
        return;
      case "ring_twice":
        this.user.ring();
        return this.user.ring();
      case "clock_jump":
        this.#clockOffset += step.byMs;
        this.outreach.clockJumped();
        return;
      case "job_fails":
        this.outreach.failingInJobs.add(step.prospect);
        return;
      case "lose_job_start":
        this.outreach.losesNextStart = true;
    }
  }

  /** The platform sends one request after the other, each until it is acknowledged, as Adobe's retries do. */
  async #send(sent: readonly SentUpdate[], destination: 0 | 1): Promise<void> {
    if (this.deleted.has(destination)) return;
    const base = this.accepted.length;
    const at = this.timeline.now;
    const updates = sent.map((one, i) => toUpdate(one, at, base + i));
    const batch = {
      destinationId: DESTINATIONS[destination],
      updates,
      empty: 0,
      rejected: {},
    };
    await this.#sendUntilAccepted(batch);
    if (this.#losesAccepted) {
      this.#losesAccepted = false;
      this.#count("request sent again after it was accepted");
      await this.#sendUntilAccepted(batch);
    }
    sent.forEach((one, i) => {
      const marked = one.title === undefined ? one : { ...one, title: marker(one.title, base + i) };
      this.accepted.push({ ...marked, order: base + i, at, destination });
    });
  }

  async #sendUntilAccepted(batch: IncomingBatch): Promise<void> {
    for (;;) {
      const result = await this.timeline.whileAtWork(this.#accept(batch).catch(() => null));
      if (result?.ok) return;
      this.#count("request not accepted at first");
      await this.timeline.passUntil(this.timeline.now + RESEND_MS);
    }
  }

  async #accept(batch: IncomingBatch): Promise<AcceptResult> {
    if (this.plan.way === "spillway") return this.#client.accept(batch);
    const result = await this.user.rpc((core) => this.#storing(batch, () => core.accept(batch)));
    if (!result.ok && result.reason === "too_late") throw new Error("No time was set.");
    return result;
  }

  /**
   * Asks how much waits, as the console does. It may tell too much while something is handed on, and never too little:
   * a prospect that waits before and after must be in it.
   */
  async #look(): Promise<number | null> {
    const before = this.#unfinished();
    const status = await this.timeline.whileAtWork(this.#client.status().catch(() => null));
    if (!status) return null;
    const after = this.#unfinished();
    const throughout = [...before].filter((prospect) => after.has(prospect)).length;
    const told = status.backlog.pending + status.backlog.inFlight;
    if (told < throughout)
      this.violations.push(`rule 1: ${throughout} prospects waited, and ${told} were told`);
    return told;
  }

  /** Prospects that are not settled, wherever they wait. */
  #unfinished(): ReadonlySet<number> {
    const rows = this.user.db.all(`SELECT id FROM prospects WHERE accepted_at IS NOT NULL`);
    const found = new Set(rows.map(({ id }) => Number(id)));
    for (const { db } of this.#overflows.values()) {
      const spilled = db.all(
        `SELECT value ->> '$.prospectId' AS id FROM batches, json_each(batch, '$.updates')`,
      );
      for (const { id } of spilled) found.add(Number(id));
    }
    return found;
  }

  async #replay(destination: 0 | 1): Promise<void> {
    if (this.deleted.has(destination)) return;
    const replay = (core: OutreachUserCore): unknown =>
      core.replay(DESTINATIONS[destination], null);
    while (!(await this.user.callAndWait(replay))) continue;
  }

  /** What this takes off the lists of failures needs not be delivered any more. */
  async #excusing(work: (core: OutreachUserCore) => unknown): Promise<void> {
    const before = this.failures();
    while (!(await this.user.callAndWait(work))) continue;
    const after = new Set(this.failures());
    for (const key of before) if (!after.has(key)) this.excused.set(key, this.accepted.length);
  }

  /** Prospect and attribute of each listed failure; one may be listed for several values. */
  failures(): readonly string[] {
    const keys: string[] = [];
    const read = (core: OutreachUserCore): void => {
      keys.length = 0;
      for (const destination of DESTINATIONS) {
        const { failures } = core.failures(destination, { limit: 100_000, after: null });
        for (const { prospectId, fields } of failures)
          keys.push(...fields.map((name) => `${prospectId}.${name}`));
      }
    };
    while (!this.user.call(read)) continue;
    return keys;
  }

  #object<Core extends { wake: () => Promise<void> }>(
    bear: (body: Body) => Core,
  ): MortalObject<Core> {
    return new MortalObject({
      timeline: this.timeline,
      clockOffset: () => this.#clockOffset,
      bear,
      onDeath: () => {
        this.#count("death");
        this.outreach.forgetTold();
      },
      onError: (error) => {
        this.#count("exception in the loop");
        this.seen.push(`exception: ${String(error)}`);
      },
    });
  }

  #userCore({ db, alarm, later, reachOut }: Body): OutreachUserCore {
    const core = new OutreachUserCore({
      db,
      alarm,
      now: () => this.timeline.now + this.#clockOffset,
      random: () => this.#dice.next(),
      newState: () => `${USER}.${++this.#states}`,
      webhook: async () => ({ status: 204, excerpt: "" }),
      network: (request) => {
        this.seen.push(request.url);
        return reachOut(() => this.outreach.handle(request));
      },
      vault: { seal: (text, context) => `${context}:${btoa(text)}`, open: openSealed },
      hash: (id, field, value) =>
        createHash("sha1")
          .update(JSON.stringify([id, field, value]))
          .digest("base64url")
          .slice(0, 16),
      later,
      turn: () => this.timeline.pause(0),
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
      storageBytes: 10_000_000_000,
      bulkItemsPerDay: 5_000_000,
    });
    core.rearm();
    return core;
  }

  #overflowCore(shard: number, { db, alarm, reachOut }: Body): OverflowCore {
    const core = new OverflowCore({
      db,
      alarm,
      now: () => this.timeline.now + this.#clockOffset,
      log: (event, facts) => this.seen.push(JSON.stringify({ event, ...facts })),
      handOn: (outreachUserId, batches) => {
        this.#count("batches handed on", batches.length);
        if (outreachUserId !== USER) this.violations.push("a batch went to another user");
        const answer = this.user.rpc((user) => user.acceptOverflow(`${USER}.${shard}`, batches));
        return reachOut(() => ({ answer, afterMs: 0 }));
      },
    });
    core.rearm(this.timeline.now);
    return core;
  }

  #overflowApi(shard: number): OverflowApi {
    const object = (): MortalObject<OverflowCore> => {
      const known = this.#overflows.get(shard);
      if (known) return known;
      const made = this.#object((body) => this.#overflowCore(shard, body));
      this.#overflows.set(shard, made);
      return made;
    };
    return {
      store: (outreachUserId, batch, until) =>
        object().rpc((core) =>
          this.#storing(batch, () => core.store(outreachUserId, batch, until)),
        ),
      waiting: async () => {
        const known = this.#overflows.get(shard);
        if (!known) return 0;
        return known.rpc((core) => {
          core.rearm(this.timeline.now);
          return core.waiting();
        });
      },
      destroy: notInAWorld,
    };
  }

  /** One that dies of it may have stored it before. */
  #storing<T extends { readonly ok: boolean }>({ updates }: IncomingBatch, store: () => T): T {
    this.reached += updates.length;
    const result = store();
    if (!result.ok) this.reached -= updates.length;
    return result;
  }

  /** The object's methods that the world reaches as the Worker does. */
  #userApi(): OutreachUserApi {
    return {
      accept: (batch, until) =>
        this.user.rpc((core) => this.#storing(batch, () => core.accept(batch, until))),
      status: () =>
        this.user.rpc((core) => {
          core.rearm();
          return core.status();
        }),
      acceptOverflow: notInAWorld,
      quarantine: notInAWorld,
      calls: notInAWorld,
      glance: notInAWorld,
      setYearlyAllowance: notInAWorld,
      pause: notInAWorld,
      resume: notInAWorld,
      disconnect: notInAWorld,
      prospect: notInAWorld,
      activity: notInAWorld,
      hurry: notInAWorld,
      forgetTold: notInAWorld,
      prospects: notInAWorld,
      runs: notInAWorld,
      audiences: notInAWorld,
      seenAudiences: notInAWorld,
      failures: notInAWorld,
      failureGroups: notInAWorld,
      replay: notInAWorld,
      discardFailures: notInAWorld,
      discardFailure: notInAWorld,
      forgetDestination: notInAWorld,
      setDelivery: notInAWorld,
      setAlerts: notInAWorld,
      rename: notInAWorld,
      alerts: notInAWorld,
      testAlert: notInAWorld,
      beginConnection: notInAWorld,
      completeConnection: notInAWorld,
      destroy: notInAWorld,
    };
  }

  #count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }
}

async function notInAWorld(): Promise<never> {
  throw new Error("No world reaches the object this way.");
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
  const { prospect, title, status, audience, sinceMs } = sent;
  const at = now + sinceMs;
  return {
    prospectId: prospect,
    fields: {
      ...(title !== undefined && { title: { value: marker(title, order) } }),
      ...(status && {
        custom4: { value: status, at, audience: { namespace: "ups", id: audience, status } },
      }),
    },
  };
}

function openSealed(sealed: string, context: string): string | null {
  return sealed.startsWith(`${context}:`) ? atob(sealed.slice(context.length + 1)) : null;
}
