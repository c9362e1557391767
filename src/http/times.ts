/**
 * Times in answers: ISO 8601 in UTC, with milliseconds.
 * @module
 */
import { z } from "@hono/zod-openapi";

/** Later than this no calendar of a client can follow. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const isoTime = z
  .string()
  .openapi({ format: "date-time", example: "2026-11-23T14:00:00.000Z" });

/** Epoch ms as text; a forecast beyond the calendar becomes its last moment. */
export function toIso(at: number): string {
  return new Date(Math.min(LATEST, Math.max(0, Math.round(at)))).toISOString();
}

export function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : toIso(at);
}
