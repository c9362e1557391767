/**
 * `/`: the prospects, as a salesperson sees them in a list.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import type { MockEnv } from "../../context.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { fieldLabel } from "../fields.ts";
import { type Html, sectionPage } from "../layout.ts";
import { livePart, liveSwitch } from "../live.ts";
import { table } from "../table.ts";
import { counted, grouped } from "../wording.ts";
import { cellsOf } from "./row.ts";
import { type ListPage, type ListQuery, PAGE_ROWS, selectProspects } from "./select.ts";
import { statusFields } from "./status-fields.ts";

/** An address that somebody mistyped shows the list, not an error. */
const listQuery = z.object({
  q: z.string().trim().max(200).catch(""),
  written: z.literal("1").optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
});

/** With 100,000 that were written to, a look takes a quarter of a second: then one every half minute will do. */
const LIVE_MS = { few: 3_000, many: 30_000, manyFrom: 20_000 };

export async function prospectList(c: Context<MockEnv>): Promise<Response> {
  const { q, written, page } = listQuery.parse(c.req.query());
  const query: ListQuery = { q, written: written === "1", page };
  const { world } = c.var;
  const found = await selectProspects(world.prospects, query);
  const list = html`${tabs(world, query)} ${listOf(world, query, found)}`;
  // A search looks at every prospect: once, not every few seconds.
  const isLive = q === "";
  const everyMs = found.written.length < LIVE_MS.manyFrom ? LIVE_MS.few : LIVE_MS.many;
  return show(c, query, isLive ? livePart({ everyMs }, list) : list, isLive);
}

function show(c: Context<MockEnv>, query: ListQuery, list: Html, isLive: boolean) {
  const content = html`<div class="title">
      <h1>Prospects</h1>
      ${isLive ? liveSwitch() : ""}
    </div>
    <form class="filter" method="get" action="/" role="search">
      <label for="q">Search</label>
      <input
        id="q"
        name="q"
        type="search"
        maxlength="200"
        value="${query.q}"
        placeholder="Name, e-mail, company or id"
      />
      ${query.written ? html`<input type="hidden" name="written" value="1" />` : ""}
      <button class="main">Search</button>
    </form>
    ${list}`;
  return sectionPage(c, { title: "Prospects", section: "/", content });
}

function tabs({ prospects }: World, { q, written }: ListQuery): Html {
  const tab = (name: string, size: number, to: boolean): Html =>
    to === written
      ? html`<li>
          <a href="${listPath({ q, written: to, page: 1 })}" aria-current="true"
            >${name} <span class="count">${grouped(size)}</span></a
          >
        </li>`
      : html`<li>
          <a href="${listPath({ q, written: to, page: 1 })}"
            >${name} <span class="count">${grouped(size)}</span></a
          >
        </li>`;
  return html`<nav aria-label="Which prospects">
    <ul class="tabs">
      ${tab("All", prospects.size, false)}
      ${tab("Written by the API", prospects.changedCount, true)}
    </ul>
  </nav>`;
}

function listOf(world: World, query: ListQuery, found: ListPage): Html {
  if (found.prospects.length === 0) return nothingFound(world, query, found);
  const fields = statusFields(found.written);
  const { labels } = world;
  const columns = [
    "Name",
    "Title and company",
    "Owner",
    "Stage",
    ...fields.shown.map((name) => fieldLabel(labels, name)),
    "Last change",
  ];
  const caption = "Prospects; those that the API wrote to come first, the latest on top";
  const rows = found.prospects.map((record) => ({
    key: `prospect-${record.id}`,
    cells: cellsOf(world, record, fields.shown),
  }));
  const more = `${counted(fields.more, "more custom field was", "more custom fields were")} written; a prospect's page shows all.`;
  return html`${table({ caption, columns, onPhone: "cards" }, rows)}
  ${fields.more > 0 ? html`<p class="dim">${more}</p>` : ""}
  ${found.cutShort ? html`<p class="dim">The search stopped early: narrow it down.</p>` : ""}
  ${paging(query, found)}`;
}

function nothingFound({ prospects }: World, query: ListQuery, found: ListPage): Html {
  const all = html`<a href="/">Show all prospects</a>`;
  if (query.q !== "") {
    const why = found.cutShort ? "The search stopped early: say more of the name. " : "";
    return emptyState("No prospect matches.", html`${why}${all}`);
  }
  if (query.page > 1) return emptyState("The list ends before this page.", all);
  if (query.written) {
    const next = html`They appear here by themselves, as soon as a program writes through
      <code>/api/v2</code>. ${all}`;
    return emptyState("No call has written to a prospect yet.", next);
  }
  const how = html`Start the mock with <code>--seed 1000</code>, or create one with
    <code>POST /api/v2/prospects</code>.`;
  return emptyState(prospects.size === 0 ? "There are no prospects." : "Nothing to show.", how);
}

function paging(query: ListQuery, found: ListPage): Html {
  const { page } = query;
  if (page === 1 && !found.hasNext) return html``;
  const first = (page - 1) * PAGE_ROWS + 1;
  const to = (target: number) => listPath({ ...query, page: target });
  return html`<nav class="paging" aria-label="Pages of the list">
    ${page > 1 ? html`<a rel="prev" href="${to(page - 1)}">Previous</a>` : ""}
    <span class="dim">${grouped(first)} to ${grouped(first + found.prospects.length - 1)}</span>
    ${found.hasNext ? html`<a rel="next" href="${to(page + 1)}">Next</a>` : ""}
  </nav>`;
}

function listPath({ q, written, page }: ListQuery): string {
  const query = new URLSearchParams({
    ...(q !== "" && { q }),
    ...(written && { written: "1" }),
    ...(page > 1 && { page: String(page) }),
  }).toString();
  return query === "" ? "/" : `/?${query}`;
}
