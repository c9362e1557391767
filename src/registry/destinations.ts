/**
 * The table of destinations: settings and credentials. Runs, counts and failures are in the Outreach user's object.
 * @module
 */
import { z } from "zod";
import type { DestinationDelivery } from "../engine/api.ts";
import { readCursor, toPage, type Page, type PageRequest } from "../paging.ts";
import { identitySettings } from "../mapping/settings.ts";
import { storedAlerts, type StoredAlerts } from "./alert-settings.ts";
import type { Credentials, Previous } from "./credentials.ts";
import { destinationSettings, type DestinationSettings } from "./settings.ts";

export interface Destination {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly outreachUserId: string;
  readonly settings: DestinationSettings;
  /** Null where no alerts are wanted. */
  readonly alerts: StoredAlerts | null;
  readonly enabled: boolean;
  readonly credentials: Credentials;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Counts changes, from 1. */
  readonly revision: number;
}

/** How its updates travel, as the object is told. */
export function deliveryOf({ settings, revision }: Destination): DestinationDelivery {
  const { delivery, weight } = settings;
  return { ...(delivery === "patch" && { single: true }), weight, revision };
}

/** Destinations that were stored before profiles could be about several prospects stay with the first. */
const storedIdentity = identitySettings.extend({
  several: identitySettings.shape.several.unwrap().default("first"),
});

/** Alerts are kept beside the other settings, which travel to whoever maps a profile. */
const storedSettings = destinationSettings.extend({
  identity: storedIdentity.prefault({}),
  alerts: storedAlerts.nullable().default(null),
});
type StoredSettings = z.infer<typeof storedSettings>;

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    outreach_user_id: z.string(),
    settings: z
      .string()
      .transform((text): StoredSettings => storedSettings.parse(JSON.parse(text))),
    enabled: z.literal([0, 1]),
    ingest_token_hash: z.string(),
    previous_ingest_token_hash: z.string().nullable(),
    previous_ingest_token_until: z.number().nullable(),
    client_id: z.string(),
    client_secret_hash: z.string(),
    client_secret_version: z.number(),
    previous_client_secret_hash: z.string().nullable(),
    previous_client_secret_until: z.number().nullable(),
    created_at: z.number(),
    updated_at: z.number(),
    revision: z.number(),
  })
  .transform(({ settings: { alerts, ...settings }, ...stored }): Destination => ({
    id: stored.id,
    name: stored.name,
    description: stored.description,
    outreachUserId: stored.outreach_user_id,
    settings,
    alerts,
    enabled: stored.enabled === 1,
    credentials: {
      ingestTokenHash: stored.ingest_token_hash,
      previousIngestToken: toPrevious(
        stored.previous_ingest_token_hash,
        stored.previous_ingest_token_until,
      ),
      clientId: stored.client_id,
      clientSecretHash: stored.client_secret_hash,
      clientSecretVersion: stored.client_secret_version,
      previousClientSecret: toPrevious(
        stored.previous_client_secret_hash,
        stored.previous_client_secret_until,
      ),
    },
    createdAt: stored.created_at,
    updatedAt: stored.updated_at,
    revision: stored.revision,
  }));

function toPrevious(hash: string | null, until: number | null): Previous | null {
  return hash === null || until === null ? null : { hash, until };
}

/** The columns that a change may touch, in the order of the statements below. */
function changeable(destination: Destination) {
  const { credentials } = destination;
  return [
    destination.name,
    destination.description,
    JSON.stringify({
      ...destination.settings,
      alerts: destination.alerts,
    } satisfies StoredSettings),
    destination.enabled ? 1 : 0,
    credentials.ingestTokenHash,
    credentials.previousIngestToken?.hash ?? null,
    credentials.previousIngestToken?.until ?? null,
    credentials.clientSecretHash,
    credentials.clientSecretVersion,
    credentials.previousClientSecret?.hash ?? null,
    credentials.previousClientSecret?.until ?? null,
    destination.updatedAt,
    destination.revision,
  ] as const;
}

/** False where the Outreach user does not exist, or no longer. */
export async function insertDestination(
  db: D1Database,
  destination: Destination,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO destinations (
         name, description, settings, enabled,
         ingest_token_hash, previous_ingest_token_hash, previous_ingest_token_until,
         client_secret_hash, client_secret_version,
         previous_client_secret_hash, previous_client_secret_until, updated_at, revision,
         id, client_id, created_at, outreach_user_id)
       SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, id FROM outreach_users WHERE id = ?`,
    )
    .bind(
      ...changeable(destination),
      destination.id,
      destination.credentials.clientId,
      destination.createdAt,
      destination.outreachUserId,
    )
    .run();
  return meta.changes > 0;
}

/** Stores a change and answers what is stored now. Null where the destination is gone or was changed since it was read. */
export async function updateDestination(
  db: D1Database,
  before: Destination,
  changes: Partial<
    Pick<Destination, "name" | "description" | "settings" | "alerts" | "enabled" | "credentials">
  >,
  now: number,
): Promise<Destination | null> {
  const after: Destination = {
    ...before,
    ...changes,
    updatedAt: now,
    revision: before.revision + 1,
  };
  const { meta } = await db
    .prepare(
      `UPDATE destinations SET
         name = ?, description = ?, settings = ?, enabled = ?,
         ingest_token_hash = ?, previous_ingest_token_hash = ?, previous_ingest_token_until = ?,
         client_secret_hash = ?, client_secret_version = ?,
         previous_client_secret_hash = ?, previous_client_secret_until = ?,
         updated_at = ?, revision = ?
       WHERE id = ? AND revision = ?`,
    )
    .bind(...changeable(after), before.id, before.revision)
    .run();
  return meta.changes > 0 ? after : null;
}

export async function findDestination(db: D1Database, id: string): Promise<Destination | null> {
  const found = await db.prepare("SELECT * FROM destinations WHERE id = ?").bind(id).first();
  return found === null ? null : row.parse(found);
}

export async function findDestinationByClientId(
  db: D1Database,
  clientId: string,
): Promise<Destination | null> {
  const found = await db
    .prepare("SELECT * FROM destinations WHERE client_id = ?")
    .bind(clientId)
    .first();
  return found === null ? null : row.parse(found);
}

/** In the order in which they were made. */
export async function listDestinations(
  db: D1Database,
  page: PageRequest,
): Promise<Page<Destination>> {
  const after = readCursor(page.after);
  const { results } = await db
    .prepare(
      `SELECT * FROM destinations WHERE (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
    )
    .bind(after.createdAt, after.id, page.limit + 1)
    .all();
  return toPage(z.array(row).parse(results), page.limit);
}

/** Of more destinations of one Outreach user neither settings nor names are looked through. */
export const SENDERS_MAX = 100;

/** Destinations that send to an Outreach user, the oldest first. */
export async function destinationsOf(
  db: D1Database,
  outreachUserId: string,
  limit = SENDERS_MAX,
): Promise<readonly Destination[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM destinations WHERE outreach_user_id = ? ORDER BY created_at, id LIMIT ?`,
    )
    .bind(outreachUserId, limit)
    .all();
  return z.array(row).parse(results);
}

/** False where there is none of this id. */
export async function deleteDestination(db: D1Database, id: string): Promise<boolean> {
  const { meta } = await db.prepare("DELETE FROM destinations WHERE id = ?").bind(id).run();
  return meta.changes > 0;
}
