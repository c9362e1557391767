/**
 * A user's recent windows as bars under the line of the limit; windows in which calls were refused are marked.
 * @module
 */
import { html } from "hono/html";
import type { WindowRecord } from "../../limits/budgets.ts";
import type { World } from "../../world.ts";
import type { Html } from "../layout.ts";
import { moment } from "../moments.ts";
import { table } from "../table.ts";
import { counted, grouped } from "../wording.ts";

type Windows = readonly Readonly<WindowRecord>[];

/** Height of the tallest bar in the picture's own units; above it there is room for the mark of a refusal. */
const BAR_HEIGHT = 100;
const TOP = 12;

export function windowBars({ settings }: World, userId: number, windows: Windows): Html {
  const { limit } = settings;
  // A limit that was lowered since leaves windows with more calls than it.
  const scale = Math.max(limit, ...windows.map(({ calls }) => calls));
  const bars = windows.map(
    (window) =>
      html`<li class="${window.refused > 0 ? "has-refused" : ""}">
        ${bar(window, scale, limit)}
        <span class="bar-time">${shortTime(window.startsAt)}</span>
        ${window.refused > 0 ? html`<span class="bar-refused">✕ ${grouped(window.refused)}</span>` : ""}
      </li>`,
  );
  return html`<h3>Windows with calls</h3>
    <ol class="bars" aria-hidden="true">
      ${bars}
    </ol>
    <ul class="legend" aria-hidden="true">
      <li><span class="key calls"></span>calls</li>
      <li><span class="key others"></span>by others</li>
      <li><span class="key refused"></span>✕ refused</li>
      <li><span class="key limit"></span>limit</li>
    </ul>
    <details id="figures-${userId}">
      <summary>In figures</summary>
      ${figures(userId, windows)}
    </details>`;
}

function bar(
  { calls, others, refused }: Readonly<WindowRecord>,
  scale: number,
  limit: number,
): Html {
  const height = (amount: number): number =>
    amount === 0 ? 0 : Math.max(2, Math.round((amount / scale) * BAR_HEIGHT));
  const all = height(calls);
  const byOthers = Math.min(all, height(others));
  const bottom = TOP + BAR_HEIGHT;
  const limitY = bottom - height(limit);
  return html`<svg viewBox="0 0 20 ${bottom}" preserveAspectRatio="none">
    <rect class="track" x="0" y="${TOP}" width="20" height="${BAR_HEIGHT}" />
    <rect class="calls" x="3" y="${bottom - all}" width="14" height="${all - byOthers}" />
    <rect class="others" x="3" y="${bottom - byOthers}" width="14" height="${byOthers}" />
    ${refused > 0 ? html`<rect class="refused" x="3" y="0" width="14" height="${TOP - 3}" />` : ""}
    <rect class="limit" x="0" y="${limitY}" width="20" height="1.5" />
  </svg>`;
}

/** `10:00`; windows shorter than a minute have their seconds in the figures. */
function shortTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function figures(userId: number, windows: Windows): Html {
  const columns = ["Begins", "Ends", "Calls", "By others", "Refused"];
  const rows = windows.toReversed().map(({ startsAt, endsAt, calls, others, refused }) => ({
    key: `window-${userId}-${startsAt}`,
    cells: [moment(startsAt), moment(endsAt), grouped(calls), grouped(others), grouped(refused)],
  }));
  const caption = `The last ${counted(rows.length, "window")} with calls, the latest first`;
  return table({ caption, columns, onPhone: "cards" }, rows);
}
