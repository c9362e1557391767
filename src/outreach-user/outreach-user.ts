/**
 * The Durable Object: one for each Outreach user, the only thing that talks to Outreach for that user. It wires
 * Cloudflare's storage, clock, alarm and network to the core and decides nothing itself.
 *
 * Its public methods are its RPC contract, `OutreachUserApi`; everything else is `#private`, because a method that
 * only TypeScript calls private can be called over RPC.
 * @module
 */
import { DurableObject } from "cloudflare:workers";
import { randomBytes } from "node:crypto";
import { CALL_TIMEOUT_MS } from "../engine/model/retry.ts";
import { logError, logEvent } from "../log.ts";
import { network } from "../outreach/network.ts";
import { deriveKey } from "../security/keys.ts";
import { open, seal } from "../security/sealing.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings.ts";
import type {
  AlertSettings,
  DestinationDelivery,
  FailureSelection,
  FailureStep,
  IncomingBatch,
  OutreachUserApi,
  OverflowBatch,
} from "../engine/api.ts";
import { OutreachUserCore } from "../engine/core.ts";
import { databaseOf, StoredAlarm } from "../durable/durable-storage.ts";
import type { Alarm } from "../durable/alarm.ts";
import type { Ports } from "../engine/ports.ts";
import { valueHash } from "./value-hash.ts";
import { webhooksOf } from "./webhooks.ts";

export class OutreachUser extends DurableObject<Env> implements OutreachUserApi {
  readonly #alarm: StoredAlarm;
  readonly #ports: Ports;
  #core: OutreachUserCore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const settings = readSettings(env);
    if (!settings.ok) throw new Error(settings.faults.map(({ detail }) => detail).join(" "));
    this.#alarm = new StoredAlarm(ctx.storage);
    this.#ports = portsOf(ctx, settings.settings, this.#alarm);
    this.#core = new OutreachUserCore(this.#ports);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm.loaded(await ctx.storage.getAlarm());
      this.#core.rearm();
    });
  }

  async accept(batch: IncomingBatch, until?: number) {
    return this.#awake.accept(batch, until);
  }

  async acceptOverflow(overflow: string, batches: readonly OverflowBatch[]) {
    return this.#awake.acceptOverflow(overflow, batches);
  }

  async status() {
    return this.#awake.status();
  }

  async calls(span: "hour" | "day", limit: number) {
    return this.#awake.calls(span, limit);
  }

  async glance() {
    return this.#awake.glance();
  }

  async setYearlyAllowance(calls: number | null) {
    this.#awake.setYearlyAllowance(calls);
  }

  async pause() {
    this.#awake.pause();
  }

  async resume() {
    this.#awake.resume();
  }

  async prospect(prospectId: number) {
    return this.#awake.prospect(prospectId);
  }

  async activity(minutes: number) {
    return this.#awake.activity(minutes);
  }

  async hurry(prospectId: number) {
    return this.#awake.hurry(prospectId);
  }

  async forgetTold(prospectId: number) {
    return this.#awake.forgetTold(prospectId);
  }

  async prospects(prospectIds: readonly number[]) {
    return this.#awake.prospects(prospectIds);
  }

  async runs(destinationId: string, limit: number) {
    return this.#awake.runs(destinationId, limit);
  }

  async audiences(destinationId: string) {
    return this.#awake.audiences(destinationId);
  }

  async seenAudiences(destinationId: string) {
    return this.#awake.seenAudiences(destinationId);
  }

  async failures(
    destinationId: string,
    page: { limit: number; after: string | null; group?: string | null },
  ) {
    return this.#awake.failures(destinationId, page);
  }

  async failureGroups(destinationId: string, limit: number) {
    return this.#awake.failureGroups(destinationId, limit);
  }

  async replay(destinationId: string, which: FailureSelection, step?: FailureStep) {
    return this.#awake.replay(destinationId, which, step);
  }

  async discardFailures(destinationId: string, which: FailureSelection, step?: FailureStep) {
    return this.#awake.discardFailures(destinationId, which, step);
  }

  async discardFailure(destinationId: string, failureId: string) {
    return this.#awake.discardFailure(destinationId, failureId);
  }

  async forgetDestination(destinationId: string) {
    await this.#awake.forgetDestination(destinationId);
  }

  async setDelivery(destinationId: string, delivery: DestinationDelivery) {
    this.#awake.setDelivery(destinationId, delivery);
  }

  async setAlerts(destinationId: string, settings: AlertSettings | null) {
    this.#awake.setAlerts(destinationId, settings);
  }

  async rename(name: string) {
    this.#awake.rename(name);
  }

  async alerts(destinationId: string) {
    return this.#awake.alerts(destinationId);
  }

  async testAlert(destinationId: string) {
    return this.#awake.testAlert(destinationId);
  }

  async beginConnection(redirectUri: string) {
    return this.#awake.beginConnection(redirectUri);
  }

  async completeConnection(query: string, redirectUri: string) {
    return this.#awake.completeConnection(query, redirectUri);
  }

  async disconnect() {
    this.#awake.disconnect();
  }

  async destroy() {
    await this.ctx.storage.deleteAll();
    this.#alarm.loaded(null);
    this.#core = new OutreachUserCore(this.#ports);
  }

  /** The core, after it has looked whether work waits without an alarm: alarms have been lost in the field. */
  get #awake(): OutreachUserCore {
    this.#core.rearm();
    return this.#core;
  }

  override async alarm(): Promise<void> {
    this.#alarm.fired();
    try {
      await this.#core.wake();
    } catch (error) {
      // The watchdog alarm is set; a new instance finds out what this one was doing.
      logError("delivery_failed", error, { outreachUserId: this.ctx.id.name ?? null });
      this.ctx.abort("delivery failed", { retryAlarm: false });
    }
  }
}

function portsOf(ctx: DurableObjectState, settings: Settings, alarm: Alarm): Ports {
  const id = ctx.id.name ?? ctx.id.toString();
  const tokenKey = deriveKey(settings.encryptionKey, "outreach-tokens");
  return {
    db: databaseOf(ctx.storage),
    now: () => Date.now(),
    random: () => Math.random(),
    // The callback finds the object by what stands before the dot.
    newState: () => `${id}.${randomBytes(24).toString("base64url")}`,
    network: network(CALL_TIMEOUT_MS),
    webhook: webhooksOf(ctx),
    vault: {
      seal: (text, context) => seal(tokenKey, text, `${id}/${context}`),
      open: (sealed, context) => open(tokenKey, sealed, `${id}/${context}`),
    },
    hash: valueHash(deriveKey(settings.encryptionKey, "delivered-values"), id),
    alarm,
    later: (ms, work) => void setTimeout(work, ms),
    turn: () => scheduler.wait(0),
    log: (event, facts) => logEvent(event, { outreachUserId: id, ...facts }),
    application: settings.application,
    limiter: settings.limiter,
    bulkItemsPerDay: settings.bulkItemsPerDay,
  };
}
