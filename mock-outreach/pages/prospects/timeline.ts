/**
 * A prospect's calls, the latest first.
 * @module
 */
import { html } from "hono/html";
import type { Call } from "../../traffic/journal.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import type { Html } from "../layout.ts";
import { jobLink, stateMark } from "../jobs/marks.ts";
import { ago, moment } from "../moments.ts";
import { callerOf, callLink, durationOf, statusMark, whatWasSent } from "../requests/call-marks.ts";
import { latestCalls } from "../requests/search.ts";

const CALLS_MAX = 30;

export function timeline(world: World, prospectId: number): Html {
  const { journal } = world;
  const { calls, before } = latestCalls(
    journal,
    { prospectId },
    { before: null, limit: CALLS_MAX },
  );
  if (calls.length === 0) {
    return emptyState("No calls yet.", "Whatever reads or writes this prospect is listed here.");
  }
  const older = html`<p><a href="/requests?prospect=${prospectId}">All its calls</a></p>`;
  return html`<ol class="timeline">
      ${calls.map((call) => entry(world, call, prospectId))}
    </ol>
    ${before === null ? "" : older}`;
}

function entry(world: World, call: Call, prospectId: number): Html {
  const sent = whatWasSent(world, call, prospectId);
  const job = world.jobs.startedBy(call.id);
  return html`<li id="call-${call.id}">
    <div>${callLink(call)} ${statusMark(call)}</div>
    ${job ? html`<div>${jobLink(job)} ${stateMark(job.state)}</div>` : ""}
    ${sent === null ? "" : html`<div class="sent-list">${sent}</div>`}
    <div class="under">
      ${moment(call.at)}, ${ago(call.at, world.clock.now())} · ${callerOf(world, call)} ·
      ${durationOf(call)}
    </div>
  </li>`;
}
