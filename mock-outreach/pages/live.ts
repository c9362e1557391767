/**
 * Parts of a page that keep up with the mock: `browser/live.js` asks for the page again and takes over what changed in
 * them. Without scripts they are as they were when the page was opened.
 * @module
 */
import { html } from "hono/html";
import type { Html } from "./layout.ts";

interface LiveOptions {
  /** How long the browser waits between two looks. */
  readonly everyMs: number;
  /** Read out by screen readers when it becomes another text; empty for nothing. */
  readonly announcement?: string;
}

/** At most one on a page. */
export function livePart({ everyMs, announcement = "" }: LiveOptions, content: Html): Html {
  return html`<div id="live" data-live="${everyMs}" data-announce="${announcement}">
    ${content}
  </div>`;
}

/** Whether the page keeps up, and the button that stops it; hidden where scripts do not run. */
export function liveSwitch(): Html {
  return html`<div class="live" data-live-switch hidden>
    <span class="live-state" data-live-state>Live</span>
    <button type="button" class="small" data-live-pause aria-pressed="false">Pause</button>
    <span class="unseen" role="status" data-live-announcer></span>
  </div>`;
}
