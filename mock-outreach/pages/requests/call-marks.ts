/**
 * How a call is told in a line: what it asked for, what came of it.
 * @module
 */
import { html } from "hono/html";
import { z } from "zod";
import { parseJson } from "../../http/json.ts";
import type { Call } from "../../traffic/journal.ts";
import type { World } from "../../world.ts";
import { whatItSets } from "../jobs/marks.ts";
import type { Html } from "../layout.ts";
import { took } from "../moments.ts";
import { userName } from "../people.ts";
import { sentFields } from "../sent.ts";

/** The status code, or why there is none. Its tone says whether it is good news; the number says so too. */
export function statusMark({ status, end }: Call): Html {
  if (end === "open") return html`<span class="code open">under way</span>`;
  if (end === "connection_lost") return html`<span class="code bad">connection broken</span>`;
  if (status === null) return html`<span class="code bad">no answer</span>`;
  const tone = status < 300 ? "good" : status < 400 ? "plain" : status < 500 ? "warn" : "bad";
  return html`<span class="code ${status === 429 ? "bad" : tone}">${status}</span>`;
}

/** Method and path; the path leads to the call. */
export function callLink({ id, method, path, query }: Call): Html {
  const whole = query === "" ? path : `${path}?${query}`;
  const shown = whole.length > PATH_MAX ? `${whole.slice(0, PATH_MAX)}…` : whole;
  return html`<a class="path" href="/requests/${id}"><b>${method}</b> <bdi>${shown}</bdi></a>`;
}

/** Longer paths are for the call's own page. */
const PATH_MAX = 160;

/** Who called; OAuth's calls and those without a valid token come from nobody that is known. */
export function callerOf(world: World, { userId }: Call): Html {
  const name = userName(world, userId);
  return name === null ? html`<span class="none">nobody known</span>` : html`<bdi>${name}</bdi>`;
}

export function durationOf({ durationMs }: Call): string {
  return durationMs === null ? "" : took(durationMs);
}

/** The documented shape of a write. The journal keeps only the beginning of a long body, which is no document. */
const written = z.object({
  data: z.object({ attributes: z.record(z.string(), z.unknown()) }),
});

/**
 * What a write asked for of a prospect: `Newsletter readers: realized`; null where that cannot be told. Of a bulk job
 * it is what the job does to this one.
 */
export function whatWasSent({ labels, jobs }: World, call: Call, prospectId: number): Html | null {
  const job = jobs.startedBy(call.id);
  if (job) return sentFields(labels, whatItSets(job, prospectId));
  const json = call.requestBody === null ? null : parseJson(call.requestBody);
  const parsed = json?.ok ? written.safeParse(json.value) : null;
  return parsed?.success ? sentFields(labels, parsed.data.data.attributes) : null;
}
