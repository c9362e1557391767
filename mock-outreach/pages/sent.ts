/**
 * Fields that somebody asked to be written, in a line: `Newsletter readers: realized`.
 * @module
 */
import { html } from "hono/html";
import type { Labels } from "../model/labels.ts";
import { fieldLabel } from "./fields.ts";
import type { Html } from "./layout.ts";
import { counted } from "./wording.ts";

/** Names and values as they were sent, checked by nobody. */
export type SentFields = Readonly<Record<string, unknown>>;

/** More are for the call's own page. */
const FIELDS_MAX = 3;
const TEXT_MAX = 60;

/** Null where there are none. */
export function sentFields(labels: Labels, fields: SentFields): Html | null {
  const sent = Object.entries(fields);
  if (sent.length === 0) return null;
  const shown = sent
    .slice(0, FIELDS_MAX)
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
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
