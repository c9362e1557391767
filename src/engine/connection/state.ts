/**
 * What is kept of the connection: sealed tokens, who the user is, and sign-ins that are open.
 * @module
 */
import { z } from "zod";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import { piece } from "../../durable/piece.ts";

const outreachIdentity = z.object({
  userId: z.number().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  scopes: z.array(z.string()),
  customFieldLabels: z.record(z.string(), z.string()),
});

const connection = z.object({
  /** Counts token pairs, so that an answer to an old token is not held against the new one. */
  generation: z.number(),
  sealedAccessToken: z.string(),
  sealedRefreshToken: z.string(),
  token: z.object({
    mintedAt: z.number(),
    expiresAt: z.number(),
    askedAt: z.number(),
    failures: z.number(),
    failingSince: z.number().nullable().default(null),
    refusedSince: z.number().nullable().default(null),
    refusals: z.number().default(0),
    tryAt: z.number().default(0),
  }),
  scopes: z.array(z.string()),
  connectedAt: z.number(),
  identity: outreachIdentity.nullable(),
  /** When `GET /api/v2` last said who signed in, or refused to; null where it did neither since. */
  identifiedAt: z.number().nullable(),
  /** How often it had no usable answer since the sign-in, and when to ask again. */
  unanswered: z.object({ times: z.number(), askAgainAt: z.number() }).nullable().default(null),
  /** Why the last refresh failed, while tries go on. */
  refreshProblem: z.string().nullable(),
  /** Why a person has to connect again. */
  broken: z.string().nullable(),
});
export type StoredConnection = z.infer<typeof connection>;

/** Null before the first sign-in. */
export function connectionPiece(db: ObservedDatabase) {
  return piece(db, "connection", connection.nullable(), null);
}

/** Sign-ins that were begun and not ended: the state that Outreach will send back, and when. */
export function signInsPiece(db: ObservedDatabase) {
  return piece(db, "signIns", z.array(z.object({ state: z.string(), begunAt: z.number() })), []);
}
