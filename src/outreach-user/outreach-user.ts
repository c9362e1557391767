/**
 * The Durable Object: one for each Outreach user, the only thing that talks to Outreach for that user. It wires
 * Cloudflare's storage, clock, alarm and network to the core and decides nothing itself.
 *
 * Its public methods are its RPC contract, `OutreachUserApi`; everything else is `#private`, because a method that
 * only TypeScript calls private can be called over RPC.
 * @module
 */
import { DurableObject } from "cloudflare:workers";
import { log } from "../http/log.ts";
import { CALL_TIMEOUT_MS } from "../delivery/retry.ts";
import { network } from "../outreach/network.ts";
import { randomState, valueHash, vaultOf } from "../security/user-keys.ts";
import { readSettings } from "../settings.ts";
import type {
  AcceptResult,
  AudienceCounts,
  ConnectResult,
  FailurePage,
  IncomingBatch,
  OutreachUserApi,
  ProspectStatus,
  Run,
  UserStatus,
} from "./api.ts";
import { OutreachUserCore } from "./core.ts";
import type { Database, SqlRow, SqlValue } from "./database.ts";
import type { Alarm } from "./ports.ts";

export class OutreachUser extends DurableObject<Env> implements OutreachUserApi {
  #core: OutreachUserCore | null = null;
  readonly #alarm: StoredAlarm;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#alarm = new StoredAlarm(ctx.storage);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarm.loaded(await ctx.storage.getAlarm());
      this.#core = this.#start();
      this.#core.rearm();
    });
  }

  #start(): OutreachUserCore {
    const { ctx, env } = this;
    const settings = readSettings(env);
    const id = ctx.id.name ?? ctx.id.toString();
    return new OutreachUserCore({
      db: new StorageDatabase(ctx.storage),
      now: () => Date.now(),
      chance: () => Math.random(),
      newState: () => `${id}.${randomState()}`,
      network: network(CALL_TIMEOUT_MS),
      vault: vaultOf(settings.encryptionKey, id),
      hash: valueHash(settings.encryptionKey, id),
      alarm: this.#alarm,
      log: (event, facts) => log.info(event, { outreachUserId: id, ...facts }),
      application: settings.application,
      limiter: settings.limiter,
    });
  }
}
