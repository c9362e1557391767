/**
 * The Durable Object around `OverflowCore`: several for each Outreach user. It wires Cloudflare's storage, clock and
 * alarm to the core and decides nothing itself.
 * @module
 */
import { DurableObject } from "cloudflare:workers";
import { logError, logEvent } from "../log.ts";
import type { IncomingBatch } from "../engine/api.ts";
import { databaseOf, StoredAlarm } from "../durable/durable-storage.ts";
import type { OverflowApi } from "./api.ts";
import { OverflowCore } from "./core.ts";
import type { OverflowPorts } from "./core.ts";

export class Overflow extends DurableObject<Env> implements OverflowApi {
  readonly #alarm: StoredAlarm;
  readonly #ports: OverflowPorts;
  #core: OverflowCore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const overflow = ctx.id.name ?? ctx.id.toString();
    this.#alarm = new StoredAlarm(ctx.storage);
    this.#ports = {
      db: databaseOf(ctx.storage),
      now: () => Date.now(),
      alarm: this.#alarm,
      log: (event, facts) => logEvent(event, { overflow, ...facts }),
      handOn: (outreachUserId, batches) =>
        env.OUTREACH_USER.getByName(outreachUserId).acceptOverflow(overflow, batches),
    };
    this.#core = new OverflowCore(this.#ports);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm.loaded(await ctx.storage.getAlarm());
      this.#core.rearm(Date.now());
    });
  }

  async store(outreachUserId: string, batch: IncomingBatch, until: number) {
    return this.#core.store(outreachUserId, batch, until);
  }

  async waiting() {
    this.#core.rearm(Date.now());
    return this.#core.waiting();
  }

  async destroy() {
    await this.ctx.storage.deleteAll();
    this.#alarm.loaded(null);
    this.#core = new OverflowCore(this.#ports);
  }

  override async alarm(): Promise<void> {
    this.#alarm.fired();
    try {
      await this.#core.wake();
    } catch (error) {
      // The watchdog alarm is set; a new instance goes on.
      logError("overflow_failed", error, { overflow: this.ctx.id.name ?? null });
      this.ctx.abort("overflow failed", { retryAlarm: false });
    }
  }
}
