/**
 * `/jobs`: bulk jobs, batches and imports alike, the latest first.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import type { Job } from "../../bulk/job.ts";
import type { MockEnv } from "../../context.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { type Content, type Html, sectionPage } from "../layout.ts";
import { livePart, liveSwitch } from "../live.ts";
import { ago, moment } from "../moments.ts";
import { userName } from "../people.ts";
import { table } from "../table.ts";
import { counted, grouped } from "../wording.ts";
import {
  failuresMark,
  jobLink,
  jobPath,
  outlook,
  progress,
  prospectLink,
  stateMark,
  whatItDoes,
} from "./marks.ts";

/** An address that somebody mistyped shows the list, not an error. */
const listQuery = z.object({ page: z.coerce.number().int().min(1).max(1_000_000).catch(1) });

const LIVE_MS = 1_000;
const PAGE_ROWS = 50;
/** More are on the job's own page. */
const PROSPECTS_SHOWN = 3;

export function jobList(c: Context<MockEnv>): Response | Promise<Response> {
  const { world } = c.var;
  const { page } = listQuery.parse(c.req.query());
  const jobs = [...world.jobs.batches, ...world.jobs.imports].toSorted(
    (a, b) => b.createdAt - a.createdAt || b.order.callId - a.order.callId,
  );
  const list = html`${totals(world, jobs)} ${listOf(world, jobs, page)}`;
  const content = html`<div class="title">
      <h1>Jobs</h1>
      ${liveSwitch()}
    </div>
    ${livePart({ everyMs: LIVE_MS }, list)}`;
  return sectionPage(c, { title: "Jobs", section: "/jobs", content });
}

function totals({ jobs, settings }: World, all: readonly Job[]): Html {
  const open = all.filter(({ isOpen }) => isOpen).length;
  const used = settings.bulkItemsPerDay - jobs.itemsLeftToday();
  return html`<p class="totals">
    <b>${grouped(all.length)}</b> ${all.length === 1 ? "job" : "jobs"} since the start,
    ${grouped(open)} open. Bulk modifies have used <b>${grouped(used)}</b> of the organisation's
    ${counted(settings.bulkItemsPerDay, "item")} today.
  </p>`;
}

function listOf(world: World, jobs: readonly Job[], page: number): Html {
  const first = (page - 1) * PAGE_ROWS;
  const shown = jobs.slice(first, first + PAGE_ROWS);
  if (shown.length === 0) return nothingToShow(jobs.length);
  const columns = ["Job", "State", "Progress", "Failures", "Prospects", "Started"];
  const rows = shown.map((job) => ({
    key: `job-${job.order.type}-${job.id}`,
    cells: cellsOf(world, job),
  }));
  return html`${table({ caption: "Bulk jobs, the latest first", columns, onPhone: "cards" }, rows)}
  ${paging(page, first + shown.length < jobs.length)}`;
}

function cellsOf(world: World, job: Job): readonly Content[] {
  const now = world.clock.now();
  return [
    html`${jobLink(job)} <span class="under">${whatItDoes(world, job)}</span>`,
    html`${stateMark(job.state)} <span class="under">${outlook(job, now)}</span>`,
    progress(job),
    failuresMark(job),
    prospectsOf(world, job),
    started(world, job, now),
  ];
}

function prospectsOf(world: World, job: Job): Html {
  const { items } = job.order;
  const links = items
    .slice(0, PROSPECTS_SHOWN)
    .map((id) => html`<span class="item">${prospectLink(world, id)}</span>`);
  const more = items.length - links.length;
  return html`<div class="names">
    ${links}${more > 0 ? html`<a href="${jobPath(job)}">and ${grouped(more)} more</a>` : ""}
  </div>`;
}

function started(world: World, { createdAt, order }: Job, now: number): Html {
  return html`${moment(createdAt)}
    <span class="under"
      >${ago(createdAt, now)}, <a href="/requests/${order.callId}">call ${order.callId}</a> by
      <bdi>${userName(world, order.userId) ?? "nobody known"}</bdi></span
    >`;
}

function nothingToShow(jobs: number): Html {
  if (jobs > 0) {
    return emptyState("The list ends before this page.", html`<a href="/jobs">Show all jobs</a>`);
  }
  return emptyState(
    "No bulk jobs yet.",
    html`<code>POST /api/v2/batches/actions/prospectsBulkModify</code> and
      <code>POST /api/v2/imports/actions/bulkUpsert</code> start one.`,
  );
}

function paging(page: number, hasNext: boolean): Html {
  if (page === 1 && !hasNext) return html``;
  return html`<nav class="paging" aria-label="Pages of the list">
    ${page > 1 ? html`<a rel="prev" href="${listPath(page - 1)}">Later jobs</a>` : ""}
    ${hasNext ? html`<a rel="next" href="${listPath(page + 1)}">Earlier jobs</a>` : ""}
  </nav>`;
}

const listPath = (page: number): string => (page === 1 ? "/jobs" : `/jobs?page=${page}`);
