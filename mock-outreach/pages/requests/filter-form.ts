/**
 * The choices by which the log is filtered.
 * @module
 */
import { html } from "hono/html";
import type { Html } from "../layout.ts";
import { wholeName } from "../people.ts";
import type { World } from "../../world.ts";
import type { LogFilter } from "./search.ts";

const METHODS = ["GET", "POST", "PATCH", "DELETE"];
const STATUSES = [
  ["2xx", "2xx: done"],
  ["4xx", "4xx: refused"],
  ["429", "429: over the limit"],
  ["5xx", "5xx: failed"],
  ["none", "No answer"],
];
/** More do not fit a menu; `?user=` takes the id of any. */
const USERS_MAX = 50;

export function filterForm(world: World, filter: LogFilter): Html {
  const { prospectId, userId, method, status } = filter;
  const users = world.organisation.listUsers().slice(0, USERS_MAX);
  const people = users.map((user) => [String(user.id), wholeName(user)]);
  const methods = METHODS.map((name) => [name, name]);
  return html`<form class="filter" method="get" action="/requests">
    ${menu({ name: "method", label: "Method", chosen: method }, methods)}
    ${menu({ name: "status", label: "Status", chosen: status }, STATUSES)}
    ${menu({ name: "user", label: "User", chosen: userId }, people)}
    <div>
      <label for="prospect">Prospect</label>
      <input
        id="prospect"
        name="prospect"
        inputmode="numeric"
        pattern="[0-9]*"
        maxlength="15"
        placeholder="Id"
        value="${prospectId ?? ""}"
      />
    </div>
    <button class="main">Filter</button>
  </form>`;
}

interface Menu {
  readonly name: string;
  readonly label: string;
  readonly chosen: string | number | undefined;
}

/** A choice that came with the address stays, even where the menu does not have it. */
function menu({ name, label, chosen }: Menu, choices: readonly (readonly string[])[]): Html {
  const value = chosen === undefined ? null : String(chosen);
  const known = value === null || choices.some(([choice]) => choice === value);
  const all = known ? choices : [...choices, [value, value]];
  return html`<div>
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      <option value="">Any</option>
      ${all.map(([choice = "", text = choice]) =>
        choice === value
          ? html`<option value="${choice}" selected>${text}</option>`
          : html`<option value="${choice}">${text}</option>`,
      )}
    </select>
  </div>`;
}
