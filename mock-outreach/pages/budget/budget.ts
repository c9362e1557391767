/**
 * `/budget`: what each user has left of the limit, and forms to use it up and to let time pass.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { MockEnv } from "../../context.ts";
import type { World } from "../../world.ts";
import { emptyState } from "../empty.ts";
import { type Html, sectionPage } from "../layout.ts";
import { livePart, liveSwitch } from "../live.ts";
import { lengthOf, moment } from "../moments.ts";
import { wholeName } from "../people.ts";
import { counted, grouped } from "../wording.ts";
import { budgetCard } from "./gauge.ts";
import { type BudgetReading, readBudget } from "./reading.ts";

/** A countdown shows seconds. */
const LIVE_MS = 1_000;
/** A world can have ten thousand users; nobody looks at so many gauges. */
const USERS_MAX = 50;

export function budgetPage(c: Context<MockEnv>): Response | Promise<Response> {
  const { world } = c.var;
  const users = world.organisation.listUsers();
  const readings = users.map((user) => readBudget(world, user));
  const zero = readings.filter(({ level }) => level === "zero");
  const announcement = zero.map(({ user }) => `${wholeName(user)} has no calls left.`).join(" ");
  const content = html`<div class="title">
      <h1>Budget</h1>
      ${liveSwitch()}
    </div>
    ${livePart({ everyMs: LIVE_MS, announcement }, gauges(world, readings))} ${forms(world)}`;
  return sectionPage(c, { title: "Budget", section: "/budget", content });
}

function gauges(world: World, readings: readonly BudgetReading[]): Html {
  const active = readings.filter((reading) => reading.active);
  const idle = readings.filter((reading) => !reading.active);
  const shown = active.slice(0, USERS_MAX);
  return html`<p class="totals">${rule(world)}</p>
    ${
      active.length === 0
        ? emptyState(
            "Nobody has called yet.",
            html`A user's gauge appears with the first call. The form below uses up calls too.`,
          )
        : shown.map((reading) => budgetCard(world, reading))
    }
    ${active.length > shown.length ? html`<p>${grouped(active.length - shown.length)} more users have called; <a href="/__mock/state?prospects=none">the state</a> has them all.</p>` : ""}
    ${idle.length === 0 ? "" : idleUsers(idle)}`;
}

function rule({ settings, clock }: World): Html {
  const { limit, windowSeconds, windowKind, othersPerMinute } = settings;
  const others =
    othersPerMinute > 0
      ? ` Somebody else spends ${counted(othersPerMinute, "call")} a minute of it.`
      : "";
  const ahead = clock.offsetMs > 0 ? `, ${lengthOf(clock.offsetMs)} ahead of the computer's` : "";
  return html`Each user has <b>${counted(limit, "call")}</b> in a ${windowKind} window of
    ${lengthOf(windowSeconds * 1_000)}.${others} The mock's clock:
    <b>${moment(clock.now())}</b>${ahead}.`;
}

function idleUsers(idle: readonly BudgetReading[]): Html {
  const names = idle.slice(0, USERS_MAX).map(({ user }) => wholeName(user));
  const more = idle.length - names.length;
  const list = `${names.join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}`;
  return html`<p class="dim">Without a call: <bdi>${list}</bdi>.</p>`;
}

const STEPS = [
  [60, "by a minute"],
  [600, "by ten minutes"],
  [3_600, "by an hour"],
  [86_400, "by a day"],
] as const;

/** They send JSON to the control API, by a script: `browser/control-form.js`. */
function forms({ organisation, settings }: World): Html {
  const users = organisation.listUsers().slice(0, USERS_MAX);
  return html`<section aria-labelledby="try">
    <h2 id="try">Try it out</h2>
    <noscript><p class="alert">These forms need JavaScript.</p></noscript>
    <div class="forms">
      <form
        class="card"
        method="post"
        action="/__mock/spend"
        data-control
        data-done="{spent} spent, {remaining} left."
      >
        <h3>Somebody else spends calls</h3>
        <label for="spender">User</label>
        <select id="spender" name="user">
          ${users.map((user) => html`<option value="${user.email}">${wholeName(user)}</option>`)}
        </select>
        <label for="calls">Calls</label>
        <input
          id="calls"
          name="calls"
          type="number"
          min="1"
          max="1000000"
          value="${Math.min(settings.limit, 1_000_000)}"
          required
          data-number
        />
        <div class="actions">
          <button class="main">Spend</button>
          <span role="status" data-outcome></span>
        </div>
      </form>
      <form
        class="card"
        method="post"
        action="/__mock/clock"
        data-control
        data-done="The clock is {offsetSeconds} s ahead."
      >
        <h3>Let time pass</h3>
        <label for="step">Move the clock</label>
        <select id="step" name="advanceSeconds" data-number>
          ${STEPS.map(([seconds, name]) =>
            seconds === 3_600
              ? html`<option value="${seconds}" selected>${name}</option>`
              : html`<option value="${seconds}">${name}</option>`,
          )}
        </select>
        <p class="dim">Tokens grow old with it; it never goes back.</p>
        <div class="actions">
          <button class="main">Move</button>
          <span role="status" data-outcome></span>
        </div>
      </form>
    </div>
  </section>`;
}
