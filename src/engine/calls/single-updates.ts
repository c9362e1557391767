/**
 * Calls of their own: one prospect's PATCH, written down before it leaves.
 * @module
 */
import { dispatch } from "../model/call.ts";
import type { Prospect } from "../model/prospect.ts";
import { patchProspect } from "../../outreach/client.ts";
import { CallEnds } from "./settle.ts";
import type { SingleStores } from "./settle.ts";
import type { Connection, Pass } from "../connection/connection.ts";
import type { Outbound } from "./outbound.ts";
import type { Ports } from "../ports.ts";
import type { StoredQueue } from "../outbox/due.ts";
import type { Turns } from "../outbox/schedule.ts";

export class SingleCalls {
  readonly #ports: Ports;
  readonly #stores: SingleStores;
  readonly #ends: CallEnds;
  readonly #outbound: Outbound;
  readonly #turns: Turns;

  constructor(
    ports: Ports,
    stores: SingleStores,
    connection: Connection,
    outbound: Outbound,
    turns: Turns,
  ) {
    this.#ports = ports;
    this.#stores = stores;
    this.#ends = new CallEnds(ports, stores, connection);
    this.#outbound = outbound;
    this.#turns = turns;
  }

  /** After a restart: nobody knows what became of the calls that were under way. */
  recover(now: number): void {
    for (const before of this.#stores.prospects.inFlight()) this.#ends.lost(before, now);
  }

  /** Sends what waits for a prospect whose turn it is, and settles what became of it. */
  async send(prospect: Prospect, queue: StoredQueue, pass: Pass, now: number): Promise<void> {
    const attributes = this.#stores.outbox.transaction(() => {
      const departure = dispatch(prospect, now, this.#ports.hash);
      this.#ends.apply(departure, now);
      if (departure.attributes === null) return null;
      this.#turns.served(queue, 1);
      const { destinationId } = departure.prospect.inFlight ?? { destinationId: "" };
      this.#outbound.leave(now, "patch", destinationId);
      return departure.attributes;
    });
    if (attributes === null) return;
    const ended = await this.#outbound.make(pass, (caller) =>
      patchProspect(caller, prospect.id, attributes),
    );
    this.#stores.outbox.transaction(() => {
      this.#outbound.ended(ended, pass, ended.at - now);
      this.#ends.settle(prospect.id, ended, pass);
    });
  }
}
