/**
 * What is kept of Outreach's health, and of a person's wish that nothing leaves.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import { NO_OUTAGE } from "../model/retry.ts";

const outage = z.object({ failures: z.number(), until: z.number() });
const moment = z.number().nullable();

export function outagePiece(db: ObservedDatabase) {
  return piece(db, "outage", outage, NO_OUTAGE);
}

/** Since when a person has paused delivery; null where nobody has. */
export function pausedSincePiece(db: ObservedDatabase) {
  return piece(db, "pausedSince", moment, null);
}

/** Until when Outreach announced a maintenance; null for none. */
export function maintenanceUntilPiece(db: ObservedDatabase) {
  return piece(db, "maintenanceUntil", moment, null);
}
