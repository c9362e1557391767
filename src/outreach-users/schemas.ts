/**
 * What the API takes and answers about Outreach users: schemas that validate requests and describe the API.
 * @module
 */
import { z } from "@hono/zod-openapi";
import { orNull, shortText } from "../http/fields.ts";
import { nextPage } from "../http/routing.ts";
import { isoTime, toIso, toIsoOrNull } from "../http/times.ts";
import type { ConnectionStatus, QuarantinedRow, UserStatus } from "../engine/api.ts";
import { freshnessAnswer } from "./activity-schemas.ts";
import { bulkAnswer, toBulk } from "./bulk-schemas.ts";
import type { OutreachUserRecord } from "../registry/outreach-users.ts";

const name = shortText(200).openapi({
  description: "What people call it; Outreach is not told",
  example: "Marketing operations",
});
const yearlyAllowance = z.int().min(1).max(1_000_000_000).nullable().openapi({
  description:
    "API calls a year that your Outreach plan includes (250,000 to 1,000,000), or null where it is not known",
  example: 500_000,
});

export const newOutreachUser = z
  .strictObject({ name, yearlyAllowance: yearlyAllowance.optional() })
  .openapi("NewOutreachUser");

export const outreachUserChanges = z
  .strictObject({ name: name.optional(), yearlyAllowance: yearlyAllowance.optional() })
  .openapi("OutreachUserChanges");

const signInLink = z.url().openapi({
  description:
    "Open it in a browser to sign in to Outreach and grant access. It needs no token and is good for a week; each answer holds a fresh one",
});

export const outreachUserSummary = z
  .object({
    id: z.string().openapi({ example: "ou_5uYm0Xo1tq2vVb3cDz8K" }),
    name: z.string(),
    connectUrl: orNull(signInLink).openapi({
      description:
        "Null for people who may not manage destinations, and where `PUBLIC_BASE_URL` is needed and not set",
    }),
    createdAt: isoTime,
  })
  .openapi("OutreachUserSummary");

export const addedOutreachUser = outreachUserSummary
  .extend({ connectUrl: signInLink })
  .openapi("AddedOutreachUser");

export const outreachUserList = z
  .object({ outreachUsers: z.array(outreachUserSummary), next: nextPage })
  .openapi("OutreachUserList");

const identity = z
  .object({
    userId: z.int().nullable(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    scopes: z.array(z.string()).openapi({ description: "Scopes that Outreach granted" }),
    customFieldLabels: z.record(z.string(), z.string()).openapi({
      description:
        "What the organisation calls its custom fields, keyed by number; one without a label is missing",
      example: { "4": "Spring webinar" },
    }),
  })
  .openapi("OutreachIdentity", { description: "Who is connected, as Outreach tells" });

const connection = z.object({
  status: z.enum(["connected", "disconnected", "reconnect_required"]),
  detail: z
    .string()
    .nullable()
    .openapi({ description: "Why a person is needed, and what to do; null while all is well" }),
  connectedAt: isoTime.nullable(),
  accessTokenExpiresAt: isoTime.nullable(),
  identity: orNull(identity),
  missingScopes: z
    .array(z.object({ scope: z.string(), neededFor: z.string() }))
    .openapi({ description: "Scopes that Outreach did not grant, and what does not work without" }),
});

const count = z.int().min(0);

const budget = z
  .object({
    limit: count.openapi({ description: "Calls that Outreach takes from this user in a window" }),
    remaining: z.int().openapi({ description: "Calls left in this window" }),
    resetsAt: isoTime.nullable(),
    reserved: count.openapi({ description: "Calls left to people and other programs" }),
    windowSeconds: z.number(),
    usedByOthers: count.nullable().openapi({
      description:
        "Calls in this window that people and other programs made; null until Outreach has told",
    }),
  })
  .openapi({ description: "Outreach's rate limit for this user" });

export const backlogAnswer = z.object({
  pending: count.openapi({ description: "Prospects (not updates) that wait" }),
  inFlight: count.openapi({ description: "Prospects that are in a call right now" }),
  oldestAcceptedAt: isoTime.nullable().openapi({
    description:
      "When the oldest of them was accepted, or was replayed where it was a failure; null while nothing waits",
  }),
  drainsAt: isoTime.nullable().openapi({
    description:
      "When all of it is expected at Outreach; null while nothing waits, and while nobody can tell: nothing may be sent, changes come as fast as they leave, or a bulk job takes much longer than others",
  }),
});

const calls = z.object({
  lastHour: count,
  today: count,
  lastYear: count,
  lastYearByOthers: count.openapi({
    description:
      "Calls that people and other programs were seen to make as the same Outreach user in the last 365 days: the least they may be",
  }),
  yearlyAllowance: yearlyAllowance,
});

export const pausedAnswer = z
  .object({
    reason: z.enum([
      "paused",
      "disconnected",
      "reconnect_required",
      "token_refresh_waiting",
      "token_refresh_failing",
      "token_refused",
      "outreach_maintenance",
      "rate_limited",
      "yearly_allowance",
      "outreach_failing",
      "gateway_refusing",
    ]),
    until: isoTime
      .nullable()
      .openapi({ description: "When it goes on by itself; null where a person has to act" }),
  })
  .openapi({ description: "Why nothing is being sent" });

const freshness = freshnessAnswer.extend({ of: z.literal("last hour") });

export const outreachUserDetail = outreachUserSummary
  .extend({
    connection,
    budget,
    backlog: backlogAnswer,
    calls,
    bulk: bulkAnswer,
    freshness,
    paused: pausedAnswer.nullable(),
    storage: z
      .object({
        bytes: count,
        limitBytes: count,
        level: z.enum(["roomy", "pruning", "tight", "full"]),
      })
      .openapi({
        description:
          "How much its storage holds. `pruning`: from 80 % on, histories are shortened, and what Outreach is known to hold of prospects that were not touched for long is forgotten, so a repeat costs a call. `tight`: from 90 % on, new updates get 503 `backlog_full`, but for exits, opt-outs and those of prospects that wait already. `full`: from 95 % on all do; delivery goes on",
      }),
    quarantined: count.openapi({
      description: "Rows of its storage that could not be read and were set aside",
    }),
    safeMode: z
      .object({
        since: isoTime,
        reason: z.string(),
        crashes: count,
        triedAgainAt: isoTime,
      })
      .nullable()
      .openapi({
        description:
          "Why the delivery loop rests although it has work, without values; it is tried again at growing distances. Profiles are still accepted. What could not be read is told as unknown meanwhile. Null while the loop runs",
      }),
  })
  .openapi("OutreachUser");

export const quarantineAnswer = z
  .object({
    quarantine: z.array(
      z.object({
        id: z.string(),
        table: z.enum(["prospects", "jobs", "failures"]),
        rowId: z.number().openapi({ description: "Of a prospect, its id at Outreach" }),
        reason: z.string().openapi({ description: "What is wrong with it, without values" }),
        at: isoTime,
      }),
    ),
  })
  .openapi("Quarantine");

export function toQuarantine(rows: readonly QuarantinedRow[]): z.infer<typeof quarantineAnswer> {
  return { quarantine: rows.map((row) => ({ ...row, at: toIso(row.at) })) };
}

export const connectedAnswer = z
  .object({ id: z.string(), name: z.string(), connection })
  .openapi("Connected");

/** @param connectUrl null where the reader may not have it */
export function toSummary(user: OutreachUserRecord, connectUrl: string | null) {
  return { id: user.id, name: user.name, connectUrl, createdAt: toIso(user.createdAt) };
}

export function toAdded(user: OutreachUserRecord, connectUrl: string) {
  return { ...toSummary(user, connectUrl), connectUrl };
}

export function toDetail(
  user: OutreachUserRecord,
  connectUrl: string | null,
  status: UserStatus,
  destinationIds: readonly string[],
): z.infer<typeof outreachUserDetail> {
  const { budget: window } = status;
  return {
    ...toSummary(user, connectUrl),
    connection: toConnection(status.connection),
    budget: {
      limit: window.limit,
      remaining: window.remaining,
      resetsAt: toIsoOrNull(window.resetsAt),
      reserved: window.reserved,
      windowSeconds: window.windowMs / 1000,
      usedByOthers: window.usedByOthers,
    },
    backlog: toBacklog(status),
    calls: { ...status.calls },
    bulk: toBulk(status.bulk, destinationIds),
    freshness: { ...status.freshness, of: "last hour" },
    paused: toPaused(status),
    storage: { ...status.storage },
    quarantined: status.quarantined,
    safeMode: status.safeMode && {
      ...status.safeMode,
      since: toIso(status.safeMode.since),
      triedAgainAt: toIso(status.safeMode.triedAgainAt),
    },
  };
}

export function toBacklog({ backlog }: UserStatus): z.infer<typeof backlogAnswer> {
  return {
    pending: backlog.pending,
    inFlight: backlog.inFlight,
    oldestAcceptedAt: toIsoOrNull(backlog.oldestAcceptedAt),
    drainsAt: toIsoOrNull(backlog.drainsAt),
  };
}

export function toPaused({ paused }: UserStatus): z.infer<typeof pausedAnswer> | null {
  return paused && { reason: paused.reason, until: toIsoOrNull(paused.until) };
}

export function toConnection(status: ConnectionStatus): z.infer<typeof connection> {
  return {
    status: status.status,
    detail: status.detail,
    connectedAt: toIsoOrNull(status.connectedAt),
    accessTokenExpiresAt: toIsoOrNull(status.accessTokenExpiresAt),
    identity: status.identity && {
      ...status.identity,
      scopes: [...status.identity.scopes],
      customFieldLabels: { ...status.identity.customFieldLabels },
    },
    missingScopes: status.missingScopes.map((missing) => ({ ...missing })),
  };
}
