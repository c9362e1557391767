/**
 * Watches every call to `/api` and `/oauth`: journal, counts, overlaps, and the clock's time in the `Date` header.
 * @module
 */
import type { Context, Next } from "hono";
import type { MockEnv } from "../context.ts";
import { isJobStart, prospectsNamed } from "../bulk/starts.ts";
import { ConnectionLost } from "../connection-lost.ts";
import { readBody, type RequestBody } from "../http/body.ts";
import type { World } from "../world.ts";
import type { Call } from "./journal.ts";

export async function observe(c: Context<MockEnv>, next: Next): Promise<void> {
  const { world } = c.var;
  const body = await readBody(c.req.raw, world.settings.bodyBytesMax);
  const call = world.journal.begin({
    at: world.clock.now(),
    method: c.req.method,
    path: c.req.path,
    ...whatWasSaid(c, world, body),
  });
  c.set("body", body);
  c.set("call", call);
  world.tally.begin(call);
  world.journal.tell(call);
  try {
    await next();
    call.end = "answered";
    await noteAnswer(c, world, call);
  } catch (error) {
    if (error instanceof ConnectionLost) call.end = "connection_lost";
    throw error;
  } finally {
    call.durationMs = world.clock.now() - call.at;
    world.tally.end(call, c.get("refusedByLimit") === true);
    world.journal.tell(call);
  }
}

/** OAuth's parameters are secrets, codes and personal data: of them the journal keeps only the kind of grant. */
function whatWasSaid(c: Context<MockEnv>, world: World, body: RequestBody) {
  const text = body.kind === "text" ? body.text : null;
  if (c.req.path.startsWith("/oauth")) {
    const grantType = text === null ? null : /grant_type\W{1,5}(\w{1,30})/.exec(text);
    return { query: "", prospectIds: [], requestBody: grantType?.[1] ?? null };
  }
  const start = c.req.url.indexOf("?");
  return {
    query: start === -1 ? "" : c.req.url.slice(start + 1, start + 1 + QUERY_MAX),
    prospectIds: prospectIdsIn(c.req.method, c.req.path, text),
    requestBody: text === null ? null : text.slice(0, world.settings.journalBodyBytes),
  };
}

/** Longer query strings are cut in the journal. */
const QUERY_MAX = 4_000;

function prospectIdsIn(method: string, path: string, body: string | null): readonly number[] {
  if (isJobStart(method, path)) return prospectsNamed(body ?? "");
  const id = /^\/api\/v2\/prospects\/([1-9]\d{0,14})(?:\/|$)/.exec(path)?.[1];
  return id === undefined ? [] : [Number(id)];
}

async function noteAnswer(c: Context<MockEnv>, world: World, call: Call): Promise<void> {
  const { res } = c;
  if (!res.headers.has("date")) res.headers.set("date", new Date(world.clock.now()).toUTCString());
  call.status = res.status;
  call.rateRemaining = res.headers.get("x-ratelimit-remaining");
  const worthKeeping = res.status >= 400 && call.path.startsWith("/api");
  if (!worthKeeping || res.body === null) return;
  call.errorBody = (await res.clone().text()).slice(0, world.settings.journalBodyBytes);
}
