/**
 * `/requests`: every call, the latest first, as they come in.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import type { MockEnv } from "../../context.ts";
import type { Call } from "../../traffic/journal.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { type Content, type Html, sectionPage } from "../layout.ts";
import { livePart, liveSwitch } from "../live.ts";
import { timeOfDay } from "../moments.ts";
import { table } from "../table.ts";
import { counted, grouped } from "../wording.ts";
import { callerOf, callLink, durationOf, statusMark } from "./call-marks.ts";
import { filterForm } from "./filter-form.ts";
import { latestCalls, type LogFilter, type LogPage } from "./search.ts";

const number = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional();

/** An address that somebody mistyped shows more calls, not an error. */
const logQuery = z.object({
  prospect: number.catch(undefined),
  user: number.catch(undefined),
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/)
    .optional()
    .catch(undefined),
  status: z
    .union([
      z.templateLiteral([z.number()]),
      z.templateLiteral([z.number(), "xx"]),
      z.literal("none"),
    ])
    .optional()
    .catch(undefined),
  before: number.catch(undefined),
});

const LIVE_MS = 1_000;
const ROWS = 50;

export function requestLog(c: Context<MockEnv>): Response | Promise<Response> {
  const { world } = c.var;
  const { prospect, before = null, user, method, status } = logQuery.parse(c.req.query());
  const filter = { prospectId: prospect, userId: user, method, status };
  const page = latestCalls(world.journal, filter, { before, limit: ROWS });
  const log = html`${totals(world)} ${logOf(world, filter, page)}`;
  const isLive = before === null;
  const content = html`<div class="title">
      <h1>Requests</h1>
      ${isLive ? liveSwitch() : html`<a href="${logPath(filter)}">Back to the latest</a>`}
    </div>
    ${filterForm(world, filter)} ${isLive ? livePart({ everyMs: LIVE_MS }, log) : log}`;
  return sectionPage(c, { title: "Requests", section: "/requests", content });
}

/** What has happened since the start, and what should not have. */
function totals({ tally, journal }: World): Html {
  const { overlaps, overlapCount, refusedByLimit } = tally;
  const first = overlaps[0];
  const refused = html`, <b class="bad">${grouped(refusedByLimit)}</b> refused by the limit`;
  const forgotten = journal.count - journal.held;
  return html`<p class="totals">
      <b>${grouped(tally.total)}</b> ${tally.total === 1 ? "call" : "calls"} since the start,
      ${grouped(tally.open)} under
      way${refusedByLimit > 0 ? refused : ""}.${forgotten > 0 ? ` The journal holds the latest ${grouped(journal.held)}.` : ""}
    </p>
    ${
      first === undefined
        ? ""
        : html`<p class="alert">
            ${counted(overlapCount, "time")}, two writes of one prospect were under way at once;
            first <a href="/requests?prospect=${first.prospectId}">prospect ${first.prospectId}</a>.
          </p>`
    }`;
}

function logOf(world: World, filter: LogFilter, page: LogPage): Html {
  if (page.calls.length === 0) return noCalls(world, filter);
  const columns = ["Call", "Status", "Time", "User", "Took", "Prospect"];
  const rows = page.calls.map((call) => ({ key: `call-${call.id}`, cells: cellsOf(world, call) }));
  const { before } = page;
  const older =
    before === null
      ? ""
      : html`<nav class="paging" aria-label="Pages of the log">
          <a rel="next" href="${logPath(filter, before)}">Earlier calls</a>
        </nav>`;
  return html`${table({ caption: "Calls, the latest first", columns, onPhone: "lines" }, rows)}
  ${page.cutShort ? html`<p class="dim">Calls from longer ago were not looked at.</p>` : ""}
  ${older}`;
}

function cellsOf(world: World, call: Call): readonly Content[] {
  const [first, ...more] = call.prospectIds;
  const faults = call.faultIds.map(
    (id) => html` <span class="fault">fault <bdi>${id}</bdi></span>`,
  );
  return [
    html`${callLink(call)}${faults}`,
    statusMark(call),
    timeOfDay(call.at),
    callerOf(world, call),
    durationOf(call),
    first === undefined
      ? ""
      : html`<a href="/prospects/${first}">${first}</a
          >${more.length > 0 ? ` and ${grouped(more.length)} more` : ""}`,
  ];
}

function noCalls({ journal }: World, filter: LogFilter): Html {
  const filtered = Object.values(filter).some((value) => value !== undefined);
  if (filtered && journal.count > 0) {
    return emptyState("No call matches.", html`<a href="/requests">Show all calls</a>`);
  }
  return emptyState(
    "No calls yet.",
    html`They appear here as soon as a program calls <code>/api/v2</code> or <code>/oauth</code>.`,
  );
}

function logPath({ prospectId, userId, method, status }: LogFilter, before?: number): string {
  const parts = { prospect: prospectId, user: userId, method, status, before };
  const given = Object.entries(parts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? "/requests" : `/requests?${new URLSearchParams(given).toString()}`;
}
