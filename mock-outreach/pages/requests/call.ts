/**
 * `/requests/{id}`: one call, what it said and what was answered.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { Job } from "../../bulk/job.ts";
import type { MockEnv } from "../../context.ts";
import { parseJson } from "../../http/json.ts";
import type { Call } from "../../traffic/journal.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { fieldLabel, fieldValue } from "../fields.ts";
import { jobLink, jobPath, prospectLink, stateMark } from "../jobs/marks.ts";
import { type Content, type Html, sectionPage } from "../layout.ts";
import { ago, moment } from "../moments.ts";
import { prospectName } from "../people.ts";
import { valueMark } from "../prospects/marks.ts";
import { table } from "../table.ts";
import { counted, grouped } from "../wording.ts";
import { callerOf, durationOf, statusMark } from "./call-marks.ts";
import { callOf } from "./search.ts";

export function callPage(c: Context<MockEnv>): Response | Promise<Response> {
  const text = c.req.param("id") ?? "";
  const call = /^\d{1,15}$/.test(text) ? callOf(c.var.world.journal, Number(text)) : undefined;
  return call ? shown(c, call) : missing(c);
}

function shown(c: Context<MockEnv>, call: Call) {
  const { world } = c.var;
  const content = html`<p class="trail"><a href="/requests">Requests</a></p>
    <h1 class="call-title">Call ${call.id}: ${call.method} <bdi>${call.path}</bdi></h1>
    <section class="card" aria-label="Facts">
      <dl>
        ${factsOf(world, call).map(
          ([name, value]) =>
            html`<div class="field">
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </section>
    <section aria-labelledby="request">
      <h2 id="request">Request</h2>
      ${requestBody(world, call)}
    </section>
    <section aria-labelledby="answer">
      <h2 id="answer">Answer</h2>
      ${answerBody(world, call)}
    </section>
    ${changesBy(world, call)}`;
  return sectionPage(c, { title: `Call ${call.id}`, section: "/requests", content });
}

function factsOf(world: World, call: Call): readonly (readonly [string, Content])[] {
  const { query, rateRemaining, faultIds, prospectIds } = call;
  const facts: [string, Content][] = [
    ["Status", statusMark(call)],
    ["When", html`${moment(call.at)}, ${ago(call.at, world.clock.now())}`],
    ["User", callerOf(world, call)],
  ];
  if (call.durationMs !== null) facts.push(["Took", durationOf(call)]);
  if (query !== "") facts.push(["Query", html`<code><bdi>${decoded(query)}</bdi></code>`]);
  const job = world.jobs.startedBy(call.id);
  if (job) facts.push(["Started", html`${jobLink(job)} ${stateMark(job.state)}`]);
  if (prospectIds.length > 0) facts.push(["Prospects", prospectLinks(world, prospectIds, job)]);
  if (rateRemaining !== null) facts.push(["Calls left", html`${rateRemaining}`]);
  if (faultIds.length > 0) facts.push(["Faults", html`<bdi>${faultIds.join(", ")}</bdi>`]);
  return facts;
}

/** A call of a thousand prospects does not need a thousand links. */
const LINKS_MAX = 20;

/** Those that are left out are on the page of their job. */
function prospectLinks(world: World, ids: readonly number[], job: Job | undefined): Html {
  const links = ids
    .slice(0, LINKS_MAX)
    .map((id) => html`<span class="item">${prospectLink(world, id)}</span>`);
  const more = ids.length - links.length;
  if (more === 0) return html`${links}`;
  const rest = `and ${grouped(more)} more`;
  return html`${links}${job ? html`<a href="${jobPath(job)}">${rest}</a>` : rest}`;
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}

function requestBody({ settings }: World, { path, requestBody: body }: Call): Html {
  if (path.startsWith("/oauth")) {
    const what = body === null ? "" : html` It was a grant of type <code>${body}</code>.`;
    return html`<p class="dim">OAuth's parameters are secrets and are not kept.${what}</p>`;
  }
  return body === null
    ? html`<p class="dim">No body.</p>`
    : bodyText(body, settings.journalBodyBytes);
}

function answerBody({ settings }: World, call: Call): Html {
  const { end, status, errorBody: body } = call;
  if (body !== null) return bodyText(body, settings.journalBodyBytes);
  if (end === "open") return html`<p class="dim">There is none yet.</p>`;
  if (end === "connection_lost") return html`<p class="dim">None: the connection broke.</p>`;
  if (status !== null && status >= 400) return html`<p class="dim">Its body is not kept.</p>`;
  return html`<p class="dim">
    It went well. The journal keeps no body of such an answer, only those of refusals and failures.
  </p>`;
}

function bodyText(body: string, keptMax: number): Html {
  const json = parseJson(body);
  const text = json.ok ? JSON.stringify(json.value, null, 2) : body;
  const isCut = !json.ok && body.length >= keptMax;
  return html`<pre tabindex="0"><code>${text}</code></pre>
    ${isCut ? html`<p class="dim">The journal keeps the first ${grouped(keptMax)} characters.</p>` : ""}`;
}

const CHANGES_MAX = 200;

/** What the call changed that no later one has changed again. */
function changesBy(world: World, call: Call): Html {
  const rows = call.prospectIds.flatMap((id) => {
    const record = world.prospects.get(id);
    const changes = Object.entries(record?.changes ?? {});
    return changes.flatMap(([name, change]) =>
      record && change.callId === call.id ? [{ record, name, before: change.before }] : [],
    );
  });
  if (rows.length === 0) return html``;
  const columns = ["Field", "Prospect", "Before", "Now"];
  const shownRows = rows.slice(0, CHANGES_MAX).map(({ record, name, before }) => ({
    key: `change-${record.id}-${name}`,
    cells: [
      html`<bdi>${fieldLabel(world.labels, name)}</bdi>`,
      html`<a href="/prospects/${record.id}"><bdi>${prospectName(record)}</bdi></a>`,
      fieldValue(name, before),
      valueMark(name, record.attributes[name] ?? null),
    ],
  }));
  const more = rows.length - shownRows.length;
  return html`<section aria-labelledby="changes">
    <h2 id="changes">Changes that still stand</h2>
    ${table({ caption: "Fields that this call changed", columns, onPhone: "cards" }, shownRows)}
    ${more > 0 ? html`<p class="dim">And ${counted(more, "more change")}.</p>` : ""}
  </section>`;
}

function missing(c: Context<MockEnv>) {
  const { journal } = c.var.world;
  const next = html`The journal holds the latest ${counted(journal.held, "call")}.
    <a href="/requests">Show them</a>`;
  const content = html`<h1>No such call</h1>
    ${emptyState("It never was, or it has dropped out of the journal.", next)}`;
  return sectionPage(c, { title: "No such call", section: "/requests", content }, 404);
}
