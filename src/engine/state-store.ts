/**
 * The object's single values: each a named piece of state with a schema, read back as strictly as anything from
 * outside, because the code that wrote it may have been an older one.
 * @module
 */
import { z } from "zod";
import { NEW_BULK, NEW_LOOKS } from "./bulk/limits-rules.ts";
import { NEW_LIMITER } from "./budget/limiter/limiter-rules.ts";
import { NO_OTHERS } from "./budget/limiter/others-rules.ts";
import { NO_OUTAGE } from "./model/retry.ts";
import type { Database } from "../durable/database.ts";

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
    refused: z.boolean(),
    onTrial: z.boolean(),
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
export type Connection = z.infer<typeof connection>;

const bulkMeans = z.object({
  /** Records in one job. */
  max: z.number(),
  refusedUntil: z.number(),
  /** For people. */
  lastRefused: z
    .object({ at: z.number(), status: z.number().nullable(), detail: z.string() })
    .nullable()
    .default(null),
  last: z.object({ size: z.number(), ranMs: z.number().default(0), tookMs: z.number() }).nullable(),
  /** From a job's start until its prospects are settled; null before the first. */
  cycle: z
    .object({
      size: z.number(),
      ms: z.number(),
      sizeVariance: z.number(),
      covariance: z.number(),
    })
    .nullable()
    .default(null),
  /** How many looks find a job's end. */
  looks: z.number().default(NEW_LOOKS),
  goodSamples: z.number(),
  astray: z.number().default(0),
});
export type BulkMeans = z.infer<typeof bulkMeans>;

/** Every piece of state, with what it is before it was ever written. */
const PIECES = {
  limiter: z
    .object({
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
    })
    .default(NEW_LIMITER),
  /** Others' calls that were counted and may still be in Outreach's window. */
  others: z
    .object({
      seen: z.array(z.object({ endAt: z.number(), to: z.number(), calls: z.number() })).readonly(),
    })
    .default(NO_OTHERS),
  outage: z.object({ failures: z.number(), until: z.number() }).default(NO_OUTAGE),
  /** Since when a person has paused delivery. */
  pausedSince: z.number().nullable().default(null),
  /** Outreach announced a maintenance until then. */
  maintenanceUntil: z.number().nullable().default(null),
  /** The arrival that was handed out last; the next one is later, whatever the clock says. */
  lastArrival: z.number().default(0),
  yearlyAllowance: z.number().nullable().default(null),
  /** What the yearly allowance leaves; null before its first call. */
  allowance: z.object({ at: z.number(), left: z.number() }).nullable().default(null),
  connection: connection.nullable().default(null),
  /** Sign-ins that were begun and not ended: the state that Outreach will send back, and when. */
  signIns: z.array(z.object({ state: z.string(), begunAt: z.number() })).default([]),
  /** What a call takes of the connector's time, several being under way at once. */
  msPerCall: z.number().default(50),
  prunedAt: z.number().default(0),
  /** Destinations that were deleted lately, of which something may still have waited. */
  forgotten: z.array(z.object({ destinationId: z.string(), at: z.number() })).default([]),
  /** Whether bulk jobs of each kind may be used, and how large they may be. */
  bulk: z.object({ modify: bulkMeans, upsert: bulkMeans }).default(NEW_BULK),
  /** What a check on a few records of each destination showed of bulk upserts. */
  upsertChecks: z
    .array(
      z.object({
        destinationId: z.string(),
        /** Whose records they were, as `Connection.account` says. */
        account: z.string(),
        passed: z.boolean(),
        at: z.number(),
        /** Why it failed, for people. */
        detail: z.string().nullable(),
        /** Samples in a row, of jobs after it, that were not as they should be. */
        badSamples: z.number().default(0),
      }),
    )
    .default([]),
  /** Records sent in bulk on a day (UTC), of which an organisation has so many. */
  bulkItems: z.object({ day: z.number(), items: z.number() }).default({ day: 0, items: 0 }),
};

export type Piece = keyof typeof PIECES;
export type PieceValue<P extends Piece> = z.output<(typeof PIECES)[P]>;

export class StateStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read<P extends Piece>(name: P): PieceValue<P>;
  read(name: Piece): unknown {
    const [row] = this.#db.all(`SELECT value FROM state WHERE name = ?`, name);
    const stored: unknown = row ? JSON.parse(z.string().parse(row["value"])) : undefined;
    return PIECES[name].parse(stored);
  }

  write<P extends Piece>(name: P, value: z.input<(typeof PIECES)[P]>): void {
    this.#db.all(
      `INSERT INTO state (name, value) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      name,
      // What could not be read back must not be stored: an infinite number becomes null in JSON.
      JSON.stringify(PIECES[name].parse(JSON.parse(JSON.stringify(value)))),
    );
  }
}
