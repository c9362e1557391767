/**
 * What the control API answers, as schemas: the routes' views have these types, and the client reads answers with them.
 * Times are ISO 8601 in UTC.
 * @module
 */
import { z } from "zod";
import { faultRule } from "../faults/rules.ts";
import { attributeValue } from "../model/records.ts";
import { mockUser, settingsSchema } from "../settings.ts";

const time = z.string();
const id = z.int();
const count = z.int().min(0);

/** `GET /prospects/{id}`; attributes that hold nothing are left out. */
export const prospectAnswer = z.object({
  id,
  writes: count,
  attributes: z.record(z.string(), attributeValue),
  references: z.record(z.string(), id),
  changes: z.record(z.string(), z.object({ at: time, requestId: id, before: attributeValue })),
});

/** One entry of the journal. */
export const callAnswer = z.object({
  id,
  at: time,
  method: z.string(),
  path: z.string(),
  query: z.string(),
  prospectIds: z.array(id).readonly(),
  requestBody: z.unknown(),
  userId: id.nullable(),
  end: z.enum(["open", "answered", "connection_lost"]),
  status: z.int().nullable(),
  durationMs: z.number().nullable(),
  rateRemaining: z.string().nullable(),
  errorBody: z.unknown(),
  faultIds: z.array(z.string()).readonly(),
});

/** Why a call that waited was answered; `new_world`: a reset or a restored snapshot came in between. */
export const waitOutcome = z.enum(["enough", "time_over", "new_world"]);

/** `GET /requests`; `waited` only where the call had a `count`. */
export const requestsAnswer = z.object({
  requests: z.array(callAnswer),
  next: id.nullable(),
  total: count,
  dropped: count,
  waited: waitOutcome.optional(),
});

const budget = { limit: count, remaining: count, resetsAt: time };
const windowAnswer = z.object({
  startsAt: time,
  endsAt: time,
  calls: z.int(),
  others: count,
  refused: count,
});
const tokenAnswer = z.object({
  id,
  userId: id,
  clientId: z.string(),
  scopes: z.array(z.string()).readonly(),
  issuedAt: time,
  expiresAt: time,
});
const userAnswer = z.object({
  ...mockUser.shape,
  id,
  budget: z.object({ ...budget, windows: z.array(windowAnswer) }),
});
const overlapAnswer = z.object({ prospectId: id, at: time, callIds: z.array(id).readonly() });

/** `GET /state` */
export const stateAnswer = z.object({
  now: time,
  options: settingsSchema,
  prospectCount: count,
  changedCount: count,
  prospects: z.array(prospectAnswer),
  next: id.nullable(),
  budget: userAnswer.shape.budget.nullable(),
  users: z.array(userAnswer),
  tokens: z.object({
    access: z.array(tokenAnswer),
    refresh: z.array(tokenAnswer),
    minted: count,
    throttled: count,
  }),
  calls: z.object({
    total: count,
    open: count,
    refusedByLimit: count,
    byMethodAndStatus: z.record(z.string(), count),
  }),
  findings: z.object({
    openMax: count,
    openPerProspectMax: count,
    overlapCount: count,
    overlaps: z.array(overlapAnswer),
  }),
  journal: z.object({ count, held: count }),
});

/** `POST /prospects` */
export const prospectsAnswer = z.object({ prospects: z.array(prospectAnswer) });

/** A bulk job; `requestId` is the call that started it. */
export const jobAnswer = z.object({
  type: z.enum(["batch", "import"]),
  id,
  state: z.enum(["pending", "confirming", "running", "finished", "failed", "canceled"]),
  total: count,
  pending: count,
  failures: count,
  dupes: count,
  errorReason: z.string().nullable(),
  firstFailure: z.string().nullable(),
  userId: id,
  requestId: id,
  createdAt: time,
  confirmedAt: time.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export const jobsAnswer = z.object({ jobs: z.array(jobAnswer) });

/** A fault rule and what became of it. */
export const faultAnswer = faultRule.extend({
  id: z.string(),
  matched: count,
  struck: count,
  /** When a maintenance that has begun is over; null before, and of other effects. */
  endsAt: time.nullable(),
});
export const faultsAnswer = z.object({ rules: z.array(faultAnswer) });

export const clockAnswer = z.object({ now: time, offsetSeconds: z.number() });
export const optionsAnswer = settingsSchema;
export const resetAnswer = z.object({ options: settingsSchema });
export const labelsAnswer = z.record(z.string(), z.string());
export const spendAnswer = z.object({ spent: count, remaining: count, resetsAt: time });
export const revokeAnswer = z.object({ revoked: count });

/** `POST /tokens`, which is Outreach's own token answer. */
export const tokensAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.string(),
  expires_in: z.int(),
  scope: z.string(),
});

/** A snapshot as the list tells of it. */
export const snapshotAnswer = z.object({
  name: z.string(),
  takenAt: time,
  prospectCount: count,
  changedCount: count,
  calls: count,
});
export const snapshotsAnswer = z.object({ snapshots: z.array(snapshotAnswer) });

/** A problem document (RFC 9457). */
export const problemAnswer = z.object({
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

export type StateView = z.infer<typeof stateAnswer>;
export type ProspectView = z.infer<typeof prospectAnswer>;
export type JobView = z.infer<typeof jobAnswer>;
export type CallView = z.infer<typeof callAnswer>;
export type RequestsView = z.infer<typeof requestsAnswer>;
export type WaitOutcome = z.infer<typeof waitOutcome>;
export type FaultView = z.infer<typeof faultAnswer>;
export type SnapshotView = z.infer<typeof snapshotAnswer>;
