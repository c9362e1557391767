/**
 * `/__mock/requests`: the journal, at once or as soon as it holds what a test waits for.
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import { parseJson } from "../http/json.ts";
import type { Call } from "../traffic/journal.ts";
import { type Wait, waitedFor, waitForCalls } from "../traffic/waiting.ts";
import type { CallView, RequestsView, WaitOutcome } from "./answers.ts";
import { unknownUser } from "./organisation.ts";
import { checkQuery, problem } from "./problem.ts";
import { count, pageLimit, positive } from "./queries.ts";

/** Shorter than the five minutes for which Node's `fetch` waits for an answer. */
const WAIT_MAX_S = 240;

export const requestsQuery = z
  .strictObject({
    prospect: positive.optional(),
    user: z
      .union([positive, z.string().max(255)])
      .optional()
      .describe("Id or e-mail"),
    method: z.string().min(1).max(20).toUpperCase().optional(),
    status: z.coerce.number<number>().int().min(100).max(599).optional(),
    path: z.string().max(1_000).optional(),
    end: z.enum(["open", "answered", "connection_lost"]).optional(),
    after: count(0, Number.MAX_SAFE_INTEGER),
    limit: pageLimit(100),
    count: positive.optional(),
    waitSeconds: z.coerce.number<number>().min(0).max(WAIT_MAX_S).optional(),
  })
  .refine(({ count: wanted, waitSeconds }) => waitSeconds === undefined || wanted !== undefined, {
    error: "says how long to wait for so many calls: send `count` too",
    path: ["waitSeconds"],
  });

export const requestRoutes = new Hono<MockEnv>();

/** With `count`, waits until so many calls match that have ended, or, with `end=open`, have begun. */
requestRoutes.get("/requests", async (c) => {
  const read = checkQuery(c, requestsQuery);
  if (!read.ok) return read.response;
  const { prospect, user: named, after, limit, ...others } = read.input;
  const { count: wanted, waitSeconds = 0, ...rest } = others;
  const { journal, organisation, settings } = c.var.world;
  const user = named === undefined ? null : organisation.findUser(named);
  if (user === undefined) return unknownUser(c, "/user");
  if (wanted !== undefined && wanted > settings.journalSize) {
    return moreThanHeld(c, settings.journalSize);
  }
  const given = { ...rest, prospectId: prospect, userId: user?.id };
  const filter = wanted === undefined ? given : waitedFor(given);
  const waited =
    wanted === undefined
      ? undefined
      : await wait(c, { filter, after, count: wanted, withinMs: waitSeconds * 1_000 });
  const page = journal.search(filter, { after, limit });
  const answer: RequestsView = {
    requests: page.calls.map(callView),
    next: page.next,
    total: page.total,
    dropped: journal.count - journal.held,
    ...(waited && { waited }),
  };
  return c.json(answer);
});

function moreThanHeld(c: Context<MockEnv>, journalSize: number): Response {
  const detail = `The journal holds the latest ${journalSize} calls: wait for no more, or start the mock with a larger \`journalSize\`.`;
  return problem(c, 422, "Invalid request", detail, [
    { pointer: "/count", detail: `must be at most ${journalSize}` },
  ]);
}

function wait(c: Context<MockEnv>, what: Omit<Wait, "signal" | "worldEnds">): Promise<WaitOutcome> {
  const { journal, ending } = c.var.world;
  return waitForCalls(journal, { ...what, worldEnds: ending.signal, signal: c.req.raw.signal });
}

function callView(call: Call): CallView {
  return {
    ...call,
    at: new Date(call.at).toISOString(),
    requestBody: jsonOrText(call.requestBody),
    errorBody: jsonOrText(call.errorBody),
  };
}

/** A body that is a whole JSON document is shown as one. */
function jsonOrText(text: string | null): unknown {
  const parsed = text === null ? null : parseJson(text);
  return parsed?.ok ? parsed.value : text;
}
