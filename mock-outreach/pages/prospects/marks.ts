/**
 * Small parts that the list and the prospect's page share: stages, audience statuses.
 * @module
 */
import { html } from "hono/html";
import type { AttributeValue } from "../../model/records.ts";
import type { World } from "../../world.ts";
import { fieldValue } from "../fields.ts";
import type { Html } from "../layout.ts";
import { audienceStatus } from "./status-fields.ts";

/** A field's value; the word for an audience's status stands out. */
export function valueMark(attribute: string, value: AttributeValue): Html {
  const status = audienceStatus(value);
  const text = fieldValue(attribute, value);
  return status === null ? text : html`<span class="status ${status}">${text}</span>`;
}

/** The stage's name with its colour; nothing where the prospect has none. */
export function stageMark({ organisation }: World, stageId: number | undefined): Html {
  const stage = stageId === undefined ? undefined : organisation.stages.get(stageId);
  if (!stage) return html`<span class="none">none</span>`;
  const { name = null, color = null } = stage.attributes;
  const dot =
    typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color)
      ? html`<svg class="dot" viewBox="0 0 8 8" aria-hidden="true">
          <circle cx="4" cy="4" r="4" fill="${color}" />
        </svg>`
      : "";
  return html`<span class="stage">${dot}${fieldValue("name", name)}</span>`;
}
