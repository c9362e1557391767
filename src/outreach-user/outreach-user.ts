/**
 * The Durable Object: one for each Outreach user, the only thing that talks to Outreach for that user. It wires
 * Cloudflare's storage, clock, alarm and network to the core and decides nothing itself.
 *
 * Its public methods are its RPC contract, `OutreachUserApi`, made from its table: each is the core's method of that
 * name. Everything else is `#private`, because a method that only TypeScript calls private can be called over RPC.
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
import { OUTREACH_USER_RPC } from "../engine/api.ts";
import type { OutreachUserApi, OutreachUserMethods } from "../engine/api.ts";
import { OutreachUserCore } from "../engine/core.ts";
import { databaseOf, StoredAlarm } from "../durable/durable-storage.ts";
import type { Alarm } from "../durable/alarm.ts";
import type { Ports } from "../engine/ports.ts";
import { valueHash } from "./value-hash.ts";
import { webhooksOf } from "./webhooks.ts";

/** What an object's SQLite may hold (https://developers.cloudflare.com/durable-objects/platform/limits/). */
const STORAGE_BYTES = 10_000_000_000;

/** What the object passes on; it deletes itself on its own. */
const CORE_METHODS = Object.keys(OUTREACH_USER_RPC).filter(
  (name): name is keyof OutreachUserMethods => name !== "destroy",
);

/** Methods that are made below. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the table has every one of them
export interface OutreachUser extends OutreachUserApi {}

export class OutreachUser extends DurableObject<Env> implements OutreachUserApi {
  static {
    for (const name of CORE_METHODS) {
      const value = async function onCore(this: OutreachUser, ...args: unknown[]) {
        const core: OutreachUserMethods = this.#awake;
        return Reflect.apply(core[name], core, args);
      };
      Object.defineProperty(this.prototype, name, { value });
    }
  }

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
      // The alarm is set for later; a new instance finds out what this one was doing.
      logError("delivery_failed", error, { outreachUserId: this.ctx.id.name ?? null });
      await this.ctx.storage.sync();
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
    storageBytes: STORAGE_BYTES,
    bulkItemsPerDay: settings.bulkItemsPerDay,
  };
}
