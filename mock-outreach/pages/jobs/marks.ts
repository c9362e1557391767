/**
 * How a bulk job is told in a line: what it is, how far it is, what it does.
 * @module
 */
import { html } from "hono/html";
import { isObject } from "../../http/json.ts";
import type { Job, JobState } from "../../bulk/job.ts";
import type { World } from "../../world.ts";
import type { Content, Html } from "../layout.ts";
import { lengthOf } from "../moments.ts";
import { prospectName } from "../people.ts";
import { type SentFields, sentFields } from "../sent.ts";
import { counted, grouped } from "../wording.ts";

/** `Batch 3` or `Import 1`, which leads to its page. */
export function jobLink(job: Job): Html {
  return html`<a href="${jobPath(job)}">${jobName(job)}</a>`;
}

export function jobName({ id, order }: Job): string {
  return `${order.type === "batch" ? "Batch" : "Import"} ${id}`;
}

export function jobPath({ id, order }: Job): string {
  return `/jobs/${order.type === "batch" ? "batches" : "imports"}/${id}`;
}

/** Its tone says whether it is good news; the word says so too. */
const TONES: Readonly<Record<JobState, string>> = {
  pending: "open",
  confirming: "warn",
  running: "open",
  finished: "good",
  failed: "bad",
  canceled: "plain",
};

export function stateMark(state: JobState): Html {
  return html`<span class="code ${TONES[state]}">${state}</span>`;
}

/** What it waits for, or when it will be done. @param now by the mock's clock, in epoch milliseconds */
export function outlook(job: Job, now: number): string {
  switch (job.state) {
    case "confirming":
      return "until somebody confirms it";
    case "pending":
      return Number.isFinite(job.startsAt)
        ? `starts in ${lengthOf(job.startsAt - now)}`
        : "never starts: a fault rule keeps it";
    case "running":
      return `done in ${lengthOf(job.endsBy - now)}`;
    case "finished":
    case "failed":
    case "canceled":
      return job.endedAt === null ? "" : `after ${lengthOf(job.endedAt - job.createdAt)}`;
    default:
      return job.state satisfies never;
  }
}

/** A bar of what was carried out, its failed part at the end, and the same in words. */
export function progress(job: Job): Html {
  const { total, pending, failures } = job;
  const over = total - pending;
  const share = (items: number): number => (total === 0 ? 0 : (1_000 * items) / total);
  const good = share(over - failures);
  return html`<div
      class="progress"
      role="progressbar"
      aria-label="Items of ${jobName(job)} that are over"
      aria-valuemin="0"
      aria-valuemax="${total}"
      aria-valuenow="${over}"
    >
      <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="1000" height="20" />
        <rect class="fill" width="${good}" height="20" />
        <rect class="failed" x="${good}" width="${share(failures)}" height="20" />
      </svg>
    </div>
    <span class="under">${grouped(over)} of ${counted(total, "item")}</span>`;
}

/** Failed items, which lead to themselves. */
export function failuresMark(job: Job): Html {
  if (job.failures === 0) return html`<span class="dim">0</span>`;
  return html`<a class="bad" href="${jobPath(job)}?failed=1">${grouped(job.failures)}</a>`;
}

/** What it sets: of a modify the fields, of an upsert how it treats what is there already. */
export function whatItDoes({ labels }: World, { order, total }: Job): Content {
  const { work } = order;
  if (work.kind === "modify") return sentFields(labels, work.attributes) ?? "";
  return html`<span class="sent"
    >${counted(total, "record")} with values of their own, <code>${work.dupeMethod}</code></span
  >`;
}

/** What it asks to be written to one prospect. */
export function whatItSets({ order }: Job, prospectId: number): SentFields {
  const { work } = order;
  if (work.kind === "modify") return work.attributes;
  const records = work.records.filter(({ id }) => id === prospectId);
  return Object.fromEntries(
    records.flatMap(({ attributes }) => (isObject(attributes) ? Object.entries(attributes) : [])),
  );
}

/** A prospect by its name; one that a record is yet to create has none. */
export function prospectLink({ prospects }: World, id: number | null): Html {
  if (id === null) return html`<span class="none">a new prospect</span>`;
  const record = prospects.get(id);
  if (!record) {
    return html`<a href="/prospects/${id}">Prospect ${id}</a>
      <span class="dim">(there is none)</span>`;
  }
  return html`<a href="/prospects/${id}"><bdi>${prospectName(record)}</bdi></a>`;
}
