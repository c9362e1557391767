/**
 * A prospect's fields as people know them: custom fields by the organisation's labels, values as text.
 * @module
 */
import { html } from "hono/html";
import { PROSPECT } from "../model/kinds/prospect.ts";
import type { Labels } from "../model/labels.ts";
import type { AttributeValue } from "../model/records.ts";
import type { Html } from "./layout.ts";
import { moment } from "./moments.ts";
import { counted } from "./wording.ts";

/** The number of a custom field; null for any other attribute. */
export function customNumber(attribute: string): number | null {
  const number = /^custom([1-9]\d{0,2})$/.exec(attribute)?.[1];
  return number === undefined ? null : Number(number);
}

/** What a field is called: `Newsletter readers` for `custom2`, `Address city` for `addressCity`. */
export function fieldLabel(labels: Labels, attribute: string): string {
  const number = customNumber(attribute);
  if (number !== null) return labels.get(number) ?? `Custom field ${number}`;
  const words = attribute.replaceAll(/(?<=[a-z])(?=[A-Z0-9])/g, " ").toLowerCase();
  const spelled = words
    .replace("linked in", "LinkedIn")
    .replace(/\b(?:url|id|iana)\b/, (word) => word.toUpperCase());
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}

/** More of a text is for its JSON. */
const TEXT_MAX = 600;

/** A value to look at. Texts keep to their own direction of writing, so that none of them turns its neighbours round. */
export function fieldValue(attribute: string, value: AttributeValue): Html {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
    return html`<span class="none">empty</span>`;
  }
  if (typeof value === "boolean") return html`${value ? "Yes" : "No"}`;
  if (typeof value === "number") return html`${value}`;
  if (typeof value === "string") return textValue(attribute, value);
  return html`${value.map((item) => html`<span class="item">${cutText(asText(item))}</span>`)}`;
}

function textValue(attribute: string, text: string): Html {
  const kind = PROSPECT.attributes.get(attribute)?.kind;
  const at = kind === "dateTime" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? cutText(text) : moment(at);
}

function asText(item: string | readonly [number, number]): string {
  return typeof item === "string" ? item : item.join(" / ");
}

function cutText(text: string): Html {
  if (text.length <= TEXT_MAX) return html`<bdi>${text}</bdi>`;
  const more = counted(text.length - TEXT_MAX, "more character");
  return html`<bdi>${text.slice(0, TEXT_MAX)}</bdi>… <span class="dim">(${more})</span>`;
}
