/**
 * What a test can look at: the whole state, one prospect, the journal.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import { parseJson } from "../http/json.ts";
import type { User } from "../model/organisation.ts";
import { valueOf, type ProspectRecord } from "../model/prospects.ts";
import type { Attributes } from "../model/records.ts";
import type { Token } from "../oauth/token-store.ts";
import type { Call } from "../traffic/journal.ts";
import type { World } from "../world.ts";
import { checkInput, problem } from "./problem.ts";

/** Pages of more would not be quick to read either. */
const PAGE_MAX = 10_000;

const count = (fallback: number, max: number) =>
  z.coerce.number().int().min(0).max(max).default(fallback);
const positive = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const stateQuery = z.strictObject({
  prospects: z.enum(["changed", "all", "none"]).default("all"),
  after: count(0, Number.MAX_SAFE_INTEGER),
  limit: count(PAGE_MAX, PAGE_MAX),
  windows: count(20, PAGE_MAX).describe("How many windows of each user, the latest"),
});

const journalQuery = z.strictObject({
  prospect: positive.optional(),
  user: positive.optional(),
  method: z.string().min(1).max(20).optional(),
  status: z.coerce.number().int().min(100).max(599).optional(),
  path: z.string().max(1_000).optional(),
  after: count(0, Number.MAX_SAFE_INTEGER),
  limit: count(100, PAGE_MAX),
});

export const stateRoutes = new Hono<MockEnv>();

stateRoutes.get("/state", (c) => {
  const read = checkInput(c, stateQuery, c.req.query());
  return read.ok ? c.json(stateView(c.var.world, read.input)) : read.response;
});

stateRoutes.get("/prospects/:id", (c) => {
  const id = c.req.param("id");
  const record = /^\d{1,15}$/.test(id) ? c.var.world.prospects.get(Number(id)) : undefined;
  if (record) return c.json(prospectView(record));
  return problem(c, 404, "No such prospect", "It never existed, or it was deleted.");
});

stateRoutes.get("/requests", (c) => {
  const read = checkInput(c, journalQuery, c.req.query());
  if (!read.ok) return read.response;
  const { prospect, user, after, limit, ...filter } = read.input;
  const { journal } = c.var.world;
  const page = journal.search({ ...filter, prospectId: prospect, userId: user }, { after, limit });
  return c.json({
    requests: page.calls.map(callView),
    next: page.next,
    total: page.total,
    dropped: journal.count - journal.held,
  });
});

/** What `GET /__mock/state` answers. */
export type StateView = ReturnType<typeof stateView>;
/** What `GET /__mock/prospects/{id}` answers. */
export type ProspectView = ReturnType<typeof prospectView>;
/** One entry of the journal. */
export type CallView = ReturnType<typeof callView>;

function stateView(world: World, query: z.infer<typeof stateQuery>) {
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
function prospectView(record: ProspectRecord) {
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

function userView({ budgets }: World, user: User, windowsMax: number) {
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

function callView(call: Call) {
  return {
    ...call,
    at: iso(call.at),
    requestBody: jsonOrText(call.requestBody),
    errorBody: jsonOrText(call.errorBody),
  };
}

/** A body that is a whole JSON document is shown as one. */
function jsonOrText(text: string | null): unknown {
  const parsed = text === null ? null : parseJson(text);
  return parsed?.ok ? parsed.value : text;
}

const iso = (at: number): string => new Date(at).toISOString();
