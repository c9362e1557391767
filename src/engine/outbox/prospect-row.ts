/**
 * A prospect as its row holds it, read back as strictly as anything from outside.
 * @module
 */
import { z } from "zod";
import { LANES } from "../model/lane.ts";
import { fieldValue } from "../model/prospect-update.ts";
import type { Prospect } from "../model/prospect.ts";
import type { SqlRow } from "../../durable/database.ts";

const membership = z.object({ audience: z.number(), status: z.enum(["realized", "exited"]) });
const order = {
  at: z.number(),
  arrival: z.number(),
  audience: z.number().exactOptional(),
  byArrival: z.literal(true).exactOptional(),
};
const consent = z
  .object({
    says: z.enum(["in", "out"]),
    sticky: z.literal(true).exactOptional(),
    shared: z.literal(true).exactOptional(),
  })
  .exactOptional();
/** Fields as they wait, in a call or in a failure. */
export const waitingFields = z.record(
  z.string(),
  z.object({
    value: fieldValue,
    ...order,
    membership: membership.exactOptional(),
    consent,
    from: z.string().exactOptional(),
  }),
);
export const callError = z.object({
  at: z.number(),
  status: z.number().nullable(),
  code: z.string(),
  detail: z.string(),
  pointer: z.string().nullable(),
});
const load = {
  fields: waitingFields,
  destinationId: z.string(),
  acceptedAt: z.number(),
  since: z.number().exactOptional(),
  attempts: z.number(),
  failingSince: z.number().nullable(),
  lane: z.enum(LANES).default("attribute"), // what was stored before there were lanes
  single: z.literal(true).exactOptional(),
};
const pendingColumn = z.object({ ...load, dueAt: z.number() });
const inFlightColumn = z.object({
  ...load,
  startedAt: z.number(),
  job: z.number().exactOptional(),
});
const knownColumn = z.record(
  z.string(),
  z.object({
    ...order,
    told: z.string().nullable(),
    held: z.string().exactOptional(),
    refused: z.string().exactOptional(),
    membership: membership.exactOptional(),
    consent,
    from: z.string().exactOptional(),
  }),
);
const lastDelivery = z.object({ at: z.number(), fields: z.array(z.string()) });

/** What `readProspect` needs of a row. */
export const COLUMNS = `id, waiting, in_call, known, last_delivery, last_error`;

export function readProspect(row: SqlRow): Prospect {
  return {
    id: typeof row["id"] === "number" ? row["id"] : z.number().parse(row["id"]),
    pending: row["waiting"] === null ? null : read(row["waiting"], pendingColumn, isPending),
    inFlight: row["in_call"] === null ? null : read(row["in_call"], inFlightColumn, isInFlight),
    known: read(row["known"], knownColumn, isKnown),
    lastDelivery: row["last_delivery"] === null ? null : read(row["last_delivery"], lastDelivery),
    lastError: row["last_error"] === null ? null : read(row["last_error"], callError),
  };
}

/**
 * A column's JSON. The schemas say what may be in it; they are slow, and rows are read by the hundred for a request. So what
 * a check by hand finds to be as it is written today is taken, and the schema reads the rest: older rows and damaged ones.
 */
function read<S extends z.ZodType>(
  column: unknown,
  schema: S,
  isUsual?: (value: unknown) => value is z.output<S>,
): z.output<S> {
  const value: unknown = JSON.parse(typeof column === "string" ? column : z.string().parse(column));
  return isUsual?.(value) ? value : schema.parse(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptional(value: unknown, type: "number" | "string"): boolean {
  return value === undefined || typeof value === type;
}

/** What few fields have, consents and times of the future, the schema reads. */
function isOrdered(field: Record<string, unknown>): boolean {
  const { at, arrival, audience, membership: of } = field;
  return (
    field["consent"] === undefined &&
    field["byArrival"] === undefined &&
    typeof at === "number" &&
    typeof arrival === "number" &&
    isOptional(audience, "number") &&
    (of === undefined || isMembership(of))
  );
}

function isMembership(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { audience, status } = value;
  return typeof audience === "number" && (status === "realized" || status === "exited");
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isPendingFields(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) {
    const field = value[name];
    if (!isObject(field) || !isOrdered(field) || !isValue(field["value"])) return false;
    if (!isOptional(field["from"], "string")) return false;
  }
  return true;
}

const KNOWN_LANES: ReadonlySet<unknown> = new Set(LANES);

function isLoad(value: Record<string, unknown>): boolean {
  const { destinationId, acceptedAt, since, attempts, failingSince, lane, single } = value;
  return (
    typeof destinationId === "string" &&
    typeof acceptedAt === "number" &&
    isOptional(since, "number") &&
    typeof attempts === "number" &&
    (failingSince === null || typeof failingSince === "number") &&
    KNOWN_LANES.has(lane) &&
    (single === undefined || single === true) &&
    isPendingFields(value["fields"])
  );
}

function isPending(value: unknown): value is z.output<typeof pendingColumn> {
  return isObject(value) && typeof value["dueAt"] === "number" && isLoad(value);
}

function isInFlight(value: unknown): value is z.output<typeof inFlightColumn> {
  if (!isObject(value) || !isLoad(value)) return false;
  return typeof value["startedAt"] === "number" && isOptional(value["job"], "number");
}

function isKnown(value: unknown): value is z.output<typeof knownColumn> {
  if (!isObject(value)) return false;
  for (const name in value) {
    const field = value[name];
    if (!isObject(field) || !isOrdered(field)) return false;
    if (field["told"] !== null && typeof field["told"] !== "string") return false;
    if (!isOptional(field["held"], "string") || !isOptional(field["from"], "string")) return false;
  }
  return true;
}
