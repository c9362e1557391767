/**
 * `/jobs/batches/{id}` and `/jobs/imports/{id}`: one bulk job with its items.
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
import { grouped } from "../wording.ts";
import {
  failuresMark,
  jobName,
  jobPath,
  outlook,
  progress,
  prospectLink,
  stateMark,
  whatItDoes,
} from "./marks.ts";

/** An address that somebody mistyped shows the first items, not an error. */
const itemsQuery = z.object({
  failed: z.literal("1").optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
});

interface Chosen {
  readonly failedOnly: boolean;
  readonly page: number;
}

const LIVE_MS = 1_000;
const PAGE_ROWS = 50;

export function jobPage(c: Context<MockEnv>): Response | Promise<Response> {
  const { jobs } = c.var.world;
  const text = c.req.param("id") ?? "";
  const list = c.req.param("kind") === "imports" ? jobs.imports : jobs.batches;
  const job = /^\d{1,15}$/.test(text) ? list.get(Number(text)) : undefined;
  if (!job) return missing(c);
  const { failed, page } = itemsQuery.parse(c.req.query());
  return shown(c, job, { failedOnly: failed === "1", page });
}

function shown(c: Context<MockEnv>, job: Job, chosen: Chosen) {
  const { world } = c.var;
  const name = jobName(job);
  const parts = html`<section class="card" aria-label="Facts">
      <dl>
        ${factsOf(world, job).map(
          ([fact, value]) =>
            html`<div class="field">
              <dt>${fact}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </section>
    ${tabs(job, chosen)} ${itemsOf(world, job, chosen)}`;
  const content = html`<div class="title">
      <p class="trail"><a href="/jobs">Jobs</a></p>
      ${liveSwitch()}
    </div>
    <h1>${name}</h1>
    ${livePart({ everyMs: LIVE_MS }, parts)}`;
  return sectionPage(c, { title: name, section: "/jobs", content });
}

function factsOf(world: World, job: Job): readonly (readonly [string, Content])[] {
  const now = world.clock.now();
  const { order, createdAt, confirmedAt, startedAt, endedAt, errorReason } = job;
  const times = [
    ["Confirmed", confirmedAt],
    ["Began", startedAt],
    ["Ended", endedAt],
  ] as const;
  return [
    ["State", html`${stateMark(job.state)} ${outlook(job, now)}`],
    ["Progress", progress(job)],
    ["Failures", failuresMark(job)],
    ...(errorReason === null ? [] : [["Why", errorReason] as const]),
    ["Sets", whatItDoes(world, job)],
    [
      "Started",
      html`${moment(createdAt)}, ${ago(createdAt, now)}, by
        <a href="/requests/${order.callId}">call ${order.callId}</a> of
        <bdi>${userName(world, order.userId) ?? "nobody known"}</bdi>`,
    ],
    ...times.flatMap(([name, at]) => (at === null ? [] : [[name, moment(at)] as const])),
  ];
}

function tabs(job: Job, { failedOnly }: Chosen): Html {
  const tab = (name: string, size: number, failed: boolean): Html => {
    const inside = html`${name} <span class="count">${grouped(size)}</span>`;
    const href = itemsPath(job, { failedOnly: failed, page: 1 });
    return failed === failedOnly
      ? html`<li><a href="${href}" aria-current="true">${inside}</a></li>`
      : html`<li><a href="${href}">${inside}</a></li>`;
  };
  return html`<nav aria-label="Which items">
    <ul class="tabs">
      ${tab("All", job.total, false)} ${tab("Failed", job.failures, true)}
    </ul>
  </nav>`;
}

function itemsOf(world: World, job: Job, chosen: Chosen): Html {
  const first = (chosen.page - 1) * PAGE_ROWS;
  const places = placesOf(job, chosen.failedOnly, first + PAGE_ROWS + 1).slice(first);
  if (places.length === 0) return nothingToShow(job, chosen);
  const rows = places.slice(0, PAGE_ROWS).map((place) => ({
    key: `item-${place + 1}`,
    cells: [
      prospectLink(world, job.order.items[place] ?? null),
      stateMark(job.itemState(place)),
      reason(job, place),
      String(place + 1),
    ],
  }));
  const columns = ["Prospect", "State", "Why it failed", "Place"];
  return html`${table({ caption: "Items of the job", columns, onPhone: "cards" }, rows)}
  ${paging(job, chosen, places.length > PAGE_ROWS)}`;
}

/** The first places, at most so many. */
function placesOf(job: Job, failedOnly: boolean, max: number): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < job.total && places.length < max; place += 1) {
    if (!failedOnly || job.failureOf(place) !== null) places.push(place);
  }
  return places;
}

function reason(job: Job, place: number): Content {
  const failure = job.failureOf(place);
  return failure === null ? html`<span class="dash" aria-hidden="true">–</span>` : failure;
}

function nothingToShow(job: Job, { failedOnly, page }: Chosen): Html {
  const all = html`<a href="${jobPath(job)}">Show all items</a>`;
  if (page > 1) return emptyState("The list ends before this page.", all);
  if (failedOnly) return emptyState("No item has failed.", all);
  return emptyState("The job has no items.", "It was about no prospect that there is.");
}

function paging(job: Job, { failedOnly, page }: Chosen, hasNext: boolean): Html {
  if (page === 1 && !hasNext) return html``;
  const to = (target: number) => itemsPath(job, { failedOnly, page: target });
  return html`<nav class="paging" aria-label="Pages of items">
    ${page > 1 ? html`<a rel="prev" href="${to(page - 1)}">Previous</a>` : ""}
    <span class="dim"
      >Page ${page} of ${grouped(pagesOf(failedOnly ? job.failures : job.total))}</span
    >
    ${hasNext ? html`<a rel="next" href="${to(page + 1)}">Next</a>` : ""}
  </nav>`;
}

const pagesOf = (items: number): number => Math.ceil(items / PAGE_ROWS);

function itemsPath(job: Job, { failedOnly, page }: Chosen): string {
  const query = new URLSearchParams({
    ...(failedOnly && { failed: "1" }),
    ...(page > 1 && { page: String(page) }),
  }).toString();
  return query === "" ? jobPath(job) : `${jobPath(job)}?${query}`;
}

function missing(c: Context<MockEnv>) {
  const content = html`<h1>No such job</h1>
    ${emptyState("No call has started it.", html`<a href="/jobs">All jobs</a>`)}`;
  return sectionPage(c, { title: "No such job", section: "/jobs", content }, 404);
}
