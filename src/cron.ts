/**
 * What the cron trigger does (`[triggers]` of wrangler.toml): an object's alarm may get lost, and where no request comes
 * nobody would notice. Any call has an object look whether work waits without an alarm.
 *
 * Promises: an object that fails costs the others nothing; few are asked at once.
 * @module
 */
import { outreachUserClient, overflowClient } from "./http/object-clients.ts";
import { logError } from "./log.ts";
import { OVERFLOWS, overflowName } from "./overflow/api.ts";
import { allOutreachUserIds } from "./registry/outreach-users.ts";

/** Users that are woken at the same time. */
const AT_ONCE = 20;
const HOUR_MS = 3_600_000;
const CRON_EVERY_MS = 5 * 60_000;

/** Wakes every user's object, and once an hour their overflow objects, which have alarms of their own. */
export async function onCron(env: Env, now: number): Promise<void> {
  const ids = [...(await allOutreachUserIds(env.SETTINGS))];
  const shards = now % HOUR_MS < CRON_EVERY_MS ? OVERFLOWS : 0;
  const workThrough = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
      const user = id;
      await attempt(user, () =>
        outreachUserClient(() => env.OUTREACH_USER.getByName(user)).prospects([]),
      );
      for (let shard = 0; shard < shards; shard++) {
        const name = overflowName(user, shard);
        await attempt(name, () => overflowClient(() => env.OVERFLOW.getByName(name)).waiting());
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workThrough));
}

async function attempt(object: string, wake: () => Promise<unknown>): Promise<void> {
  await wake().catch((error: unknown) => logError("wake_failed", error, { object }));
}
