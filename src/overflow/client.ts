/**
 * An Outreach user as routes see it: its own object and its overflow objects as one.
 * @module
 */
import type { AcceptResult, IncomingBatch, OutreachUserApi } from "../engine/api.ts";
import { OVERFLOWS } from "./api.ts";
import type { OverflowApi } from "./api.ts";
import type { Spillway } from "./spillway.ts";

export interface OutreachUserClient extends Omit<OutreachUserApi, "accept" | "acceptOverflow"> {
  /** Stores a request's updates, in whichever object takes them in time. */
  accept(batch: IncomingBatch): Promise<AcceptResult>;
}

/** @param overflow the overflow object of a shard */
export function withOverflow(
  outreachUserId: string,
  user: OutreachUserApi,
  overflow: (shard: number) => OverflowApi,
  spillway: Spillway,
): OutreachUserClient {
  const shards = Array.from({ length: OVERFLOWS }, (_, shard) => shard);
  return {
    ...user,
    accept: (batch) =>
      spillway.accept(outreachUserId, {
        direct: (until) => user.accept(batch, until),
        overflow: (shard, until) => overflow(shard).store(outreachUserId, batch, until),
      }),
    // Updates that are still to be handed on count as waiting: nobody knows yet how many prospects they are about.
    status: async () => {
      // Counted first: what is handed on meanwhile is counted twice, and never not at all.
      const counts = await Promise.all(shards.map((shard) => overflow(shard).waiting()));
      const status = await user.status();
      const spilled = counts.reduce((sum, count) => sum + count, 0);
      const { backlog } = status;
      return { ...status, backlog: { ...backlog, pending: backlog.pending + spilled } };
    },
    // What is still to be handed on goes first, or it would bring the user's object back to life.
    destroy: async () => {
      await Promise.all(shards.map((shard) => overflow(shard).destroy()));
      await user.destroy();
    },
  };
}
