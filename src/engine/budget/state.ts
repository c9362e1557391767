/**
 * What is kept of the budget: the limiter's window, what others spend, the yearly allowance, the pace of calls.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";
import { NEW_LIMITER } from "./limiter/limiter-rules.ts";
import { NO_OTHERS } from "./limiter/others-rules.ts";

const limiter = z.object({
  limit: z.number().nullable(),
  windowMs: z.number().nullable(),
  fixed: z.boolean(),
  told: z
    .object({
      remaining: z.number(),
      resetFrom: z.number(),
      resetAt: z.number(),
      guessed: z.boolean(),
      ofRefusal: z.literal(true).exactOptional(),
      ours: z.number(),
      askedAt: z.number(),
      overdue: z.number(),
    })
    .nullable(),
  out: z.number(),
  ended: z
    .array(
      z.object({
        endAt: z.number(),
        calls: z.number(),
        counted: z.number(),
        countedFrom: z.number(),
        to: z.number(),
      }),
    )
    .readonly(),
  refusals: z.number(),
});
const others = z.object({
  seen: z.array(z.object({ endAt: z.number(), to: z.number(), calls: z.number() })).readonly(),
});
const allowance = z.object({ at: z.number(), left: z.number() }).nullable();

export function limiterPiece(db: ObservedDatabase) {
  return piece(db, "limiter", limiter, NEW_LIMITER);
}

/** Others' calls that were counted and may still be in Outreach's window. */
export function othersPiece(db: ObservedDatabase) {
  return piece(db, "others", others, NO_OTHERS);
}

/** Calls a year; null where none is set. */
export function yearlyAllowancePiece(db: ObservedDatabase) {
  return piece(db, "yearlyAllowance", z.number().nullable(), null);
}

/** What the yearly allowance leaves; null before its first call. */
export function allowancePiece(db: ObservedDatabase) {
  return piece(db, "allowance", allowance, null);
}

/** What a call takes of the connector's time, several being under way at once. */
export function msPerCallPiece(db: ObservedDatabase) {
  return piece(db, "msPerCall", z.number(), 50);
}
