/**
 * A prospect as a row of the list, one cell for each of its columns.
 * @module
 */
import { html } from "hono/html";
import { type ProspectRecord, valueOf } from "../../model/prospects.ts";
import type { AttributeValue } from "../../model/records.ts";
import type { World } from "../../world.ts";
import type { Content, Html } from "../layout.ts";
import { ago, day, moment } from "../moments.ts";
import { emailsOf, prospectName, userName } from "../people.ts";
import { counted } from "../wording.ts";
import { lastChange } from "./changes.ts";
import { stageMark, valueMark } from "./marks.ts";

/** @param fields the custom fields that the list has columns for */
export function cellsOf(
  world: World,
  record: ProspectRecord,
  fields: readonly string[],
): readonly Content[] {
  const { references } = record;
  const email = emailsOf(record)[0];
  const name = html`<a href="/prospects/${record.id}"><bdi>${prospectName(record)}</bdi></a>
    <span class="under">${email === undefined ? `id ${record.id}` : address(email)}</span>`;
  return [
    name,
    work(record),
    userName(world, references["owner"]) ?? html`<span class="none">none</span>`,
    stageMark(world, references["stage"]),
    ...fields.map((field) => orDash(field, valueOf(record, field))),
    whenChanged(record, world.clock.now()),
  ];
}

/** Where it has to be broken, best before the company's part. */
function address(email: string): Html {
  const at = email.lastIndexOf("@");
  if (at < 1) return html`<bdi>${email}</bdi>`;
  return html`<bdi>${email.slice(0, at)}<wbr />${email.slice(at)}</bdi>`;
}

function work(record: ProspectRecord): Html {
  return html`<span class="work"
    >${orDash("title", valueOf(record, "title"))}
    <span class="under">${orDash("company", valueOf(record, "company"))}</span></span
  >`;
}

/** Most fields of a list are empty, and the word for it would be all that one sees. */
function orDash(attribute: string, value: AttributeValue): Html {
  if (value !== null) return valueMark(attribute, value);
  return html`<span class="dash" aria-hidden="true">–</span><span class="unseen">empty</span>`;
}

function whenChanged(record: ProspectRecord, now: number): Html {
  const change = lastChange(record);
  if (change) {
    return html`${moment(change.at)}
      <span class="under"
        >${ago(change.at, now)}, ${counted(change.fields, "field")},
        <a href="/requests/${change.callId}">call ${change.callId}</a></span
      >`;
  }
  const updatedAt = Date.parse(String(valueOf(record, "updatedAt")));
  if (Number.isNaN(updatedAt)) return html`<span class="none">never</span>`;
  if (record.writes === 0) return html`<span class="dim">${day(updatedAt)}</span>`;
  return html`${moment(updatedAt)} <span class="under">written, no field's value changed</span>`;
}
