/**
 * Takes accepted updates into the outbox.
 * @module
 */
import { hash53 } from "../model/change-set.ts";
import { merge } from "../model/merge.ts";
import type { Offer } from "../model/merge.ts";
import type { AudienceMembership, FieldUpdate, ProspectUpdate } from "../model/prospect-update.ts";
import type { IntakeEvent } from "../model/events.ts";
import { orderOf } from "../model/prospect.ts";
import type { PendingField } from "../model/prospect.ts";
import { acceptedProfiles } from "../api/intake.ts";
import type { DestinationDelivery, IncomingBatch, OverflowBatch } from "../api.ts";
import type { Ports } from "../ports.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { AudienceStore } from "../activity/audiences.ts";
import type { SeenAudienceStore } from "../activity/unmapped-audiences.ts";
import type { DestinationStore } from "../outbox/destinations.ts";
import type { DueStore } from "../outbox/due.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";
import type { OverflowCursors } from "./overflow-cursors.ts";
import { Arrivals } from "./arrivals.ts";
import { GATHER_MS } from "../outbox/schedule.ts";
import { WorkingSet } from "../outbox/working-set.ts";

/** More prospects than any Outreach customer has; a safeguard for the object's storage of 10 GB. */
export const BACKLOG_MAX = 5_000_000;
/** The tables that take updates in. */
interface IntakeStores {
  readonly db: ObservedDatabase;
  readonly outbox: Outbox;
  readonly prospects: ProspectStore;
  readonly destinations: DestinationStore;
  readonly due: DueStore;
  readonly audiences: AudienceStore;
  readonly seenAudiences: SeenAudienceStore;
  readonly overflows: OverflowCursors;
}

export class Intake {
  readonly #ports: Ports;
  readonly #stores: IntakeStores;
  readonly #arrivals: Arrivals;

  constructor(ports: Ports, stores: IntakeStores) {
    this.#ports = ports;
    this.#stores = stores;
    this.#arrivals = new Arrivals(stores.db);
  }

  /** IntakeStores a batch whole; what it holds is durable when the object answers. */
  accept(batch: IncomingBatch, now: number): void {
    this.#stores.outbox.transaction(() => {
      const arrival = this.#arrivals.next(now);
      this.#take(batch, arrival, now);
    });
  }

  /**
   * IntakeStores batches that an overflow object took. They arrived when they arrived there, so that none of them overrules
   * what came later. Those that were stored before, and whose acknowledgement got lost, are passed over.
   */
  acceptOverflow(overflow: string, batches: readonly OverflowBatch[], now: number): void {
    const { overflows } = this.#stores;
    this.#stores.outbox.transaction(() => {
      const taken = overflows.takenUpTo(overflow);
      for (const { seq, arrival, from, batch } of batches) {
        if (seq <= taken) continue;
        this.#arrivals.seen(arrival);
        this.#take(batch, arrival, now, from);
        overflows.taken(overflow, seq);
      }
    });
  }

  /** How a destination's updates travel from now on. */
  set(destinationId: string, delivery: DestinationDelivery, now: number): void {
    this.#stores.outbox.transaction(() => this.#set(destinationId, delivery, now));
  }

  #set(destinationId: string, delivery: DestinationDelivery, heardAt: number): void {
    const { destinations, due } = this.#stores;
    if (destinations.set(destinationId, delivery, heardAt)) due.changed();
  }

  #take(batch: IncomingBatch, arrival: number, now: number, from = 0): void {
    const { destinationId, updates } = batch;
    this.#set(destinationId, batch, arrival);
    const prospects = new WorkingSet(
      this.#stores.prospects,
      updates.map((update) => update.prospectId),
    );
    const audienceOf: AudienceOf = ({ namespace, id }, field) =>
      this.#stores.audiences.idOf(destinationId, namespace, id, field);
    const acceptedAt = Math.min(arrival, now);
    for (const [i, update] of updates.entries()) {
      const offered: Offer = {
        fields: waitingFields(update, placeIn(arrival, from + i), audienceOf),
        destinationId,
        acceptedAt,
        dueAt: acceptedAt + GATHER_MS,
      };
      prospects.set(merge(prospects.get(update.prospectId), offered, this.#ports.hash));
    }
    this.#stores.outbox.save(prospects.steps(), now, intakeEvents(batch));
    this.#stores.seenAudiences.note(destinationId, batch.seen ?? [], now);
  }
}

function intakeEvents(batch: IncomingBatch): IntakeEvent[] {
  const { destinationId, empty, rejected } = batch;
  return [
    { kind: "received", destinationId, accepted: acceptedProfiles(batch), empty },
    ...Object.entries(rejected).map(
      ([code, profiles]) => ({ kind: "profiles_rejected", destinationId, code, profiles }) as const,
    ),
  ];
}

/**
 * The arrival of a request's i-th update: later ones of the same request are later, by a fraction of a millisecond that
 * a JavaScript number still holds exactly.
 */
function placeIn(arrival: number, i: number): number {
  return arrival + Math.min(i, PLACES - 1) / PLACES;
}

/** Twice as many as a batch has updates. */
const PLACES = 2_048;

/** The row of an audience that the batch's destination writes into a field. */
type AudienceOf = (audience: AudienceMembership, field: string) => number;

function waitingFields(
  update: ProspectUpdate,
  arrival: number,
  audienceOf: AudienceOf,
): Record<string, PendingField> {
  const fields: Record<string, PendingField> = {};
  for (const [name, field] of Object.entries(update.fields)) {
    fields[name] = waitingField(name, field, arrival, audienceOf);
  }
  return fields;
}

/** The same for an audience in whatever destination; AEP writes its namespaces in either case. */
function audienceKey({ namespace, id }: AudienceMembership): number {
  return hash53(JSON.stringify([namespace.toLowerCase(), id]));
}

function waitingField(
  name: string,
  { value, at, audience, consent }: FieldUpdate,
  arrival: number,
  audienceOf: AudienceOf,
): PendingField {
  return {
    value,
    ...orderOf(at, arrival),
    ...(consent && { consent }),
    ...(audience && {
      audience: audienceKey(audience),
      membership: {
        audience: audienceOf(audience, name),
        status: audience.status,
      },
    }),
  };
}
