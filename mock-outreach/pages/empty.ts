/**
 * What a page says where there is nothing to show.
 * @module
 */
import { html } from "hono/html";
import type { Content, Html } from "./layout.ts";

/** @param next what the reader can do about it */
export function emptyState(title: string, next: Content): Html {
  return html`<div class="nothing">
    <p class="nothing-title">${title}</p>
    <p>${next}</p>
  </div>`;
}
