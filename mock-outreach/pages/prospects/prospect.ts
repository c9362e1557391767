/**
 * `/prospects/{id}`: one prospect, as Outreach shows it, and what calls have changed of it.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { MockEnv } from "../../context.ts";
import { type ProspectRecord, valueOf } from "../../model/prospects.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { fieldValue } from "../fields.ts";
import { type Html, sectionPage } from "../layout.ts";
import { livePart, liveSwitch } from "../live.ts";
import { ago, moment } from "../moments.ts";
import { prospectName, userName } from "../people.ts";
import { counted } from "../wording.ts";
import { lastChange } from "./changes.ts";
import { stageMark } from "./marks.ts";
import { sectionsOf } from "./sections.ts";
import { timeline } from "./timeline.ts";

const LIVE_MS = 2_000;

export function prospectPage(c: Context<MockEnv>): Response | Promise<Response> {
  const text = c.req.param("id") ?? "";
  const id = /^\d{1,15}$/.test(text) ? Number(text) : null;
  const record = id === null ? undefined : c.var.world.prospects.get(id);
  return record ? shown(c, record) : missing(c, id);
}

function shown(c: Context<MockEnv>, record: ProspectRecord) {
  const { world } = c.var;
  const parts = html`${heading(world, record)}
    <div class="columns">
      <div>${sectionsOf(world, record)}</div>
      <section aria-labelledby="timeline">
        <h2 id="timeline">Calls</h2>
        ${timeline(world, record.id)}
      </section>
    </div>`;
  const content = html`<div class="title">
      <p class="trail"><a href="/">Prospects</a></p>
      ${liveSwitch()}
    </div>
    ${livePart({ everyMs: LIVE_MS }, parts)}
    <p><a href="/__mock/prospects/${record.id}">This prospect as JSON</a></p>`;
  return sectionPage(c, { title: prospectName(record), section: "/", content });
}

function heading(world: World, record: ProspectRecord): Html {
  const name = prospectName(record);
  const owner = userName(world, record.references["owner"]);
  const title = valueOf(record, "title");
  const company = valueOf(record, "company");
  return html`<div class="card person">
    <span class="initials" aria-hidden="true">${initialsOf(name)}</span>
    <div>
      <h1><bdi>${name}</bdi></h1>
      <p>
        ${title === null ? "" : fieldValue("title", title)}
        ${title === null || company === null ? "" : html`<span class="dim">at</span>`}
        ${company === null ? "" : fieldValue("company", company)}
      </p>
      <ul class="facts">
        <li><span class="dim">Stage</span> ${stageMark(world, record.references["stage"])}</li>
        <li><span class="dim">Owner</span> ${owner ?? html`<span class="none">none</span>`}</li>
        <li><span class="dim">Id</span> ${record.id}</li>
      </ul>
      <p class="summary">${summary(record, world.clock.now())}</p>
    </div>
  </div>`;
}

function summary(record: ProspectRecord, now: number): Html {
  const change = lastChange(record);
  const writes = counted(record.writes, "write", "writes");
  if (change) {
    const fields = counted(Object.keys(record.changes).length, "field");
    return html`<strong>${fields} changed through the API</strong> in ${writes}, the last
      ${ago(change.at, now)}: ${moment(change.at)} by
      <a href="/requests/${change.callId}">call ${change.callId}</a>.`;
  }
  if (record.writes === 0) return html`<span class="dim">No call has written to it.</span>`;
  return html`<strong>No field changed through the API</strong>: ${writes} said what was there
    already.`;
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => /^./u.exec(word ?? "")?.[0].toUpperCase() ?? "").join("");
}

function missing(c: Context<MockEnv>, id: number | null) {
  const calls =
    id === null ? "" : html`<a href="/requests?prospect=${id}">Calls of this id</a>, or `;
  const content = html`<h1>No such prospect</h1>
    ${emptyState("It never existed, or it was deleted.", html`${calls}<a href="/">all prospects</a>.`)}`;
  return sectionPage(c, { title: "No such prospect", section: "/", content }, 404);
}
