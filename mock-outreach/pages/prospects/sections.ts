/**
 * A prospect's fields in groups: contact data, custom fields, the rest. A field that a call has changed says when, by
 * which call, and what was there before.
 * @module
 */
import { html } from "hono/html";
import { PROSPECT } from "../../model/kinds/prospect.ts";
import { type Change, type ProspectRecord, valueOf } from "../../model/prospects.ts";
import type { World } from "../../world.ts";
import { customNumber, fieldLabel, fieldValue } from "../fields.ts";
import type { Html } from "../layout.ts";
import { ago, moment } from "../moments.ts";
import { callOf } from "../requests/search.ts";
import { valueMark } from "./marks.ts";

/** In the order in which they are read. */
const CONTACT = `
  firstName middleName lastName nickname title company occupation emails workPhones mobilePhones homePhones voipPhones
  otherPhones preferredContact addressStreet addressStreet2 addressZip addressCity addressState addressCountry timeZone
  linkedInUrl twitterUsername websiteUrl1 websiteUrl2 websiteUrl3 tags`
  .split(/\s+/)
  .filter(Boolean);

export function sectionsOf(world: World, record: ProspectRecord): Html {
  const named = new Set(CONTACT);
  const present = [...PROSPECT.attributes.keys()].filter((name) => isShown(record, name));
  const custom = [...PROSPECT.attributes.keys()].filter((name) => isCustom(world, record, name));
  const other = present.filter((name) => !named.has(name) && customNumber(name) === null);
  return html`
    ${section(world, record, { id: "custom", title: "Custom fields" }, custom)}
    ${section(
      world,
      record,
      { id: "contact", title: "Contact" },
      CONTACT.filter((name) => isShown(record, name)),
    )}
    ${section(world, record, { id: "other", title: "Everything else" }, other)}
  `;
}

/** Whether a field holds something, or held something before a call cleared it. */
function isShown(record: ProspectRecord, name: string): boolean {
  const holds = record.attributes[name] !== undefined && record.attributes[name] !== null;
  return holds || name in record.changes;
}

/** Outreach shows a custom field that has a label, whether or not it holds something. */
function isCustom({ labels }: World, record: ProspectRecord, name: string): boolean {
  const number = customNumber(name);
  return number !== null && (labels.get(number) !== null || isShown(record, name));
}

function section(
  world: World,
  record: ProspectRecord,
  { id, title }: { readonly id: string; readonly title: string },
  names: readonly string[],
): Html {
  const rows = names.map((name) => field(world, record, name));
  return html`<section class="card" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${rows.length === 0 ? html`<p class="dim">Nothing is filled in.</p>` : html`<dl>${rows}</dl>`}
  </section>`;
}

function field(world: World, record: ProspectRecord, name: string): Html {
  const change = record.changes[name];
  const value = valueOf(record, name);
  return html`<div class="field${change ? " changed" : ""}" id="field-${name}">
    <dt>
      <bdi>${fieldLabel(world.labels, name)}</bdi>
      ${customNumber(name) === null ? "" : html`<code>${name}</code>`}
    </dt>
    <dd>${valueMark(name, value)} ${change ? changeMark(world, name, change) : ""}</dd>
  </div>`;
}

function changeMark(world: World, name: string, { at, callId, before }: Change): Html {
  const call = callOf(world.journal, callId);
  return html`<p class="change">
    <b>Changed</b> ${moment(at)}, ${ago(at, world.clock.now())}, by
    <a href="/requests/${callId}">call ${callId}${call ? html` (${call.method})` : ""}</a>. Before:
    <span class="before">${fieldValue(name, before)}</span>
  </p>`;
}
