/**
 * Takes accepted updates into the outbox.
 * @module
 */
import { hash53 } from "../model/change-set.ts";
import { merge } from "../model/merge.ts";
import type { Offer } from "../model/merge.ts";
import type { AudienceMembership, FieldUpdate, ProspectUpdate } from "../model/prospect-update.ts";
import type { IntakeEvent } from "../model/events.ts";
import type { PendingField } from "../model/prospect.ts";
import { acceptedProfiles } from "../api/intake.ts";
import type { DestinationDelivery, IncomingBatch, OverflowBatch } from "../api.ts";
import type { Ports } from "../ports.ts";
import type { Stores } from "../stores.ts";
import { Arrivals } from "./arrivals.ts";
import { WorkingSet } from "../outbox/working-set.ts";

/**
 * A new update waits this long before its call may leave, so that what the platform sends of one person in quick
 * succession travels in one call. It is a fifth of the five seconds promised from 202 to Outreach.
 */
export const GATHER_MS = 1_000;
/** More prospects than any Outreach customer has; a safeguard for the object's storage of 10 GB. */
export const BACKLOG_MAX = 5_000_000;
export class Intake {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #arrivals: Arrivals;

  constructor(ports: Ports, stores: Stores) {
    this.#ports = ports;
    this.#stores = stores;
    this.#arrivals = new Arrivals(stores.db);
  }

  /** Stores a batch whole; what it holds is durable when the object answers. */
  accept(batch: IncomingBatch, now: number): void {
    this.#stores.transaction(() => {
      const arrival = this.#arrivals.next(now);
      this.#take(batch, arrival, now);
    });
  }

  /**
   * Stores batches that an overflow object took. They arrived when they arrived there, so that none of them overrules
   * what came later. Those that were stored before, and whose acknowledgement got lost, are passed over.
   */
  acceptOverflow(overflow: string, batches: readonly OverflowBatch[], now: number): void {
    const { overflows } = this.#stores;
    this.#stores.transaction(() => {
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
    this.#stores.transaction(() => this.#set(destinationId, delivery, now));
  }

  #set(destinationId: string, delivery: DestinationDelivery, heardAt: number): void {
    const { destinations, due } = this.#stores;
    if (destinations.set(destinationId, delivery, heardAt)) due.changed();
  }

  #take(batch: IncomingBatch, arrival: number, now: number, from = 0): void {
    const { destinationId, updates } = batch;
    this.#set(destinationId, batch, arrival);
    const prospects = new WorkingSet(
      this.#stores,
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
    this.#stores.saveProspects(prospects.steps(), now, intakeEvents(batch));
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
  { value, at, audience }: FieldUpdate,
  arrival: number,
  audienceOf: AudienceOf,
): PendingField {
  return {
    value,
    at: at ?? arrival,
    arrival,
    ...(audience && {
      audience: audienceKey(audience),
      membership: {
        audience: audienceOf(audience, name),
        status: audience.status,
      },
    }),
  };
}
