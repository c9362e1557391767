/**
 * How a call is told in a line: what it asked for, what came of it.
 * @module
 */
import { html } from "hono/html";
import { z } from "zod";
import { parseJson } from "../../http/json.ts";
import type { Labels } from "../../model/labels.ts";
import type { Call } from "../../traffic/journal.ts";
import type { World } from "../../world.ts";
import { fieldLabel } from "../fields.ts";
import type { Html } from "../layout.ts";
import { took } from "../moments.ts";
import { userName } from "../people.ts";
import { counted } from "../wording.ts";

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

/** More are for the call's own page. */
const SENT_MAX = 3;
const SENT_TEXT_MAX = 60;

/** What a write asked for: `Newsletter readers: realized`; null where that cannot be told. */
export function whatWasSent(labels: Labels, { requestBody }: Call): Html | null {
  const json = requestBody === null ? null : parseJson(requestBody);
  const parsed = json?.ok ? written.safeParse(json.value) : null;
  if (!parsed?.success) return null;
  const sent = Object.entries(parsed.data.data.attributes);
  if (sent.length === 0) return null;
  const shown = sent
    .slice(0, SENT_MAX)
    .map(
      ([name, value]) =>
        html`<span class="sent"
          ><bdi>${fieldLabel(labels, cut(name))}</bdi>: <bdi>${cut(asText(value))}</bdi></span
        >`,
    );
  const more = sent.length - shown.length;
  return html`${shown}${more > 0 ? html`<span class="dim">and ${counted(more, "more field")}</span>` : ""}`;
}

function asText(value: unknown): string {
  if (value === null) return "cleared";
  if (Array.isArray(value)) return value.map(asText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(text: string): string {
  return text.length > SENT_TEXT_MAX ? `${text.slice(0, SENT_TEXT_MAX)}…` : text;
}
