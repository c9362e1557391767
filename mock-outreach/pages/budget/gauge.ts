/**
 * A user's budget as a gauge that empties. At zero the whole card says so, in words and not by colour alone.
 * @module
 */
import { html } from "hono/html";
import type { World } from "../../world.ts";
import type { Html } from "../layout.ts";
import { lengthOf, timeOfDay } from "../moments.ts";
import { wholeName } from "../people.ts";
import { counted, grouped } from "../wording.ts";
import type { BudgetReading } from "./reading.ts";
import { windowBars } from "./window-bars.ts";

export function budgetCard(world: World, reading: BudgetReading): Html {
  const { user, level, windows } = reading;
  return html`<section
    class="card budget ${level}"
    id="budget-${user.id}"
    aria-labelledby="user-${user.id}"
  >
    <h2 id="user-${user.id}">
      <bdi>${wholeName(user)}</bdi> <span class="under">${user.email}</span>
    </h2>
    ${level === "zero" ? usedUp(world, reading) : left(reading)} ${gauge(reading)}
    ${figures(world, reading)} ${windows.length === 0 ? "" : windowBars(world, user.id, windows)}
  </section>`;
}

function usedUp({ clock }: World, { current, resetsAt }: BudgetReading): Html {
  const refused = current?.refused ?? 0;
  return html`<div class="used-up">
    <p class="used-up-title">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 1.5 23 21.5H1z" />
        <path class="inner" d="M11 8h2v7h-2zM11 17h2v2h-2z" />
      </svg>
      No calls left
    </p>
    <p>
      For another ${lengthOf(resetsAt - clock.now())}, every call is answered with 429.
      ${counted(refused, "call")} refused so far.
    </p>
  </div>`;
}

function left({ remaining, limit, level }: BudgetReading): Html {
  return html`<p class="left">
    <b>${grouped(remaining)}</b> of ${counted(limit, "call")}
    left${level === "low" ? html` <span class="code warn">running low</span>` : ""}
  </p>`;
}

/** The scale is the limit; what is left is filled. */
function gauge({ user, limit, remaining }: BudgetReading): Html {
  const share = Math.min(1, remaining / limit);
  const label = `Calls that ${wholeName(user)} has left`;
  return html`<div
    class="gauge"
    role="meter"
    aria-label="${label}"
    aria-valuemin="0"
    aria-valuemax="${limit}"
    aria-valuenow="${remaining}"
    aria-valuetext="${remaining} of ${limit}"
  >
    <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="1000" height="20" />
      <rect class="fill" width="${Math.ceil(share * 1000)}" height="20" />
    </svg>
  </div>`;
}

function figures({ settings, clock }: World, reading: BudgetReading): Html {
  const { user, limit, remaining, resetsAt, current } = reading;
  const when = settings.windowKind === "fixed" ? "Resets in" : "Next call freed in";
  const others = current?.others ?? 0;
  const refused = current?.refused ?? 0;
  return html`<dl class="figures">
    <div>
      <dt>Used</dt>
      <dd>${grouped(limit - remaining)}</dd>
    </div>
    <div>
      <dt>By others</dt>
      <dd>${grouped(others)}</dd>
    </div>
    <div>
      <dt>Refused</dt>
      <dd>
        ${refused === 0 ? "0" : html`<a href="/requests?user=${user.id}&status=429">${grouped(refused)}</a>`}
      </dd>
    </div>
    <div>
      <dt>${when}</dt>
      <dd>
        ${lengthOf(resetsAt - clock.now())} <span class="under">at ${timeOfDay(resetsAt)}</span>
      </dd>
    </div>
  </dl>`;
}
