/**
 * What is kept of who failed, and of a person's wish that nothing leaves.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import { NO_EVIDENCE } from "../model/evidence.ts";

const evidence = z.object({
  failing: z.array(z.number()).readonly(),
  blocked: z.array(z.number()).readonly(),
  probes: z.number(),
  probedAt: z.number(),
  untriedAt: z.number(),
  triedAt: z.number(),
  lapsed: z.number(),
});
const moment = z.number().nullable();

/** Who failed, and when it is tried again; see `model/evidence.ts`. */
export function evidencePiece(db: ObservedDatabase) {
  return piece(db, "evidence", evidence, NO_EVIDENCE);
}

/** Since when a person has paused delivery; null where nobody has. */
export function pausedSincePiece(db: ObservedDatabase) {
  return piece(db, "pausedSince", moment, null);
}

/** Until when Outreach announced a maintenance; null for none. */
export function maintenanceUntilPiece(db: ObservedDatabase) {
  return piece(db, "maintenanceUntil", moment, null);
}
