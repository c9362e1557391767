/**
 * What a test can look at: the whole state, one prospect.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import type { User } from "../model/organisation.ts";
import { valueOf, type ProspectRecord } from "../model/prospects.ts";
import type { Attributes } from "../model/records.ts";
import type { Token } from "../oauth/token-store.ts";
import type { World } from "../world.ts";
import type { ProspectView, StateView } from "./answers.ts";
import { checkQuery, problem } from "./problem.ts";
import { count, PAGE_MAX, pageLimit } from "./queries.ts";

export const stateQuery = z.strictObject({
  prospects: z.enum(["changed", "all", "none"]).default("all"),
  after: count(0, Number.MAX_SAFE_INTEGER),
  limit: pageLimit(PAGE_MAX),
  windows: count(20, PAGE_MAX).describe("How many windows of each user, the latest"),
});

export const stateRoutes = new Hono<MockEnv>();

stateRoutes.get("/state", (c) => {
  const read = checkQuery(c, stateQuery);
  return read.ok ? c.json(stateView(c.var.world, read.input)) : read.response;
});

stateRoutes.get("/prospects/:id", (c) => {
  const id = c.req.param("id");
  const record = /^\d{1,15}$/.test(id) ? c.var.world.prospects.get(Number(id)) : undefined;
  if (record) return c.json(prospectView(record));
  return problem(c, 404, "No such prospect", "It never existed, or it was deleted.");
});

function stateView(world: World, query: z.infer<typeof stateQuery>): StateView {
  const { tally, tokens } = world;
  const { access, refresh, minted, throttled } = tokens.summary();
  const users = world.organisation.listUsers().map((user) => userView(world, user, query.windows));
  return {
    now: iso(world.clock.now()),
    options: world.settings,
    ...prospectsView(world, query),
    // Most tests know one user: the first, whom signing in by itself takes.
    budget: users[0]?.budget ?? null,
    users,
    tokens: { access: access.map(tokenView), refresh: refresh.map(tokenView), minted, throttled },
    calls: {
      total: tally.total,
      open: tally.open,
      refusedByLimit: tally.refusedByLimit,
      byMethodAndStatus: tally.byMethodAndStatus(),
    },
    findings: {
      openMax: tally.openMax,
      openPerProspectMax: tally.openPerProspectMax,
      overlapCount: tally.overlapCount,
      overlaps: tally.overlaps.map((overlap) => ({ ...overlap, at: iso(overlap.at) })),
    },
    journal: { count: world.journal.count, held: world.journal.held },
  };
}

/** A page of prospects; `next` is what to pass as `after` for the one that follows, null at the end. */
function prospectsView(world: World, page: z.infer<typeof stateQuery>) {
  const { prospects } = world;
  const ids = page.prospects === "changed" ? prospects.changedIds() : prospects.ids();
  const shown: number[] = [];
  let next: number | null = null;
  if (page.prospects !== "none") {
    for (const id of ids) {
      if (id <= page.after) continue;
      if (shown.length === page.limit) {
        next = shown.at(-1) ?? page.after;
        break;
      }
      shown.push(id);
    }
  }
  return {
    prospectCount: prospects.size,
    changedCount: prospects.changedCount,
    prospects: shown.flatMap((id) => prospects.get(id) ?? []).map(prospectView),
    next,
  };
}

/** Attributes that hold nothing, neither a value nor an item of a list, are left out. */
export function prospectView(record: ProspectRecord): ProspectView {
  const changes = Object.entries(record.changes).map(([name, { at, callId, before }]) => [
    name,
    { at: iso(at), requestId: callId, before },
  ]);
  const attributes: Attributes = { ...record.attributes, name: valueOf(record, "name") };
  return {
    id: record.id,
    writes: record.writes,
    attributes,
    references: record.references,
    changes: Object.fromEntries(changes),
  };
}

function userView({ budgets }: World, user: User, windowsMax: number): StateView["users"][number] {
  const budget = budgets.of(user.id);
  const { limit, remaining, resetsAt } = budget.read();
  const latest = windowsMax === 0 ? [] : budget.windows.slice(-windowsMax);
  const windows = latest.map((window) => ({
    ...window,
    startsAt: iso(window.startsAt),
    endsAt: iso(window.endsAt),
  }));
  return { ...user, budget: { limit, remaining, resetsAt: iso(resetsAt), windows } };
}

function tokenView({ id, userId, clientId, scopes, issuedAt, expiresAt }: Token) {
  return { id, userId, clientId, scopes, issuedAt: iso(issuedAt), expiresAt: iso(expiresAt) };
}

const iso = (at: number): string => new Date(at).toISOString();
