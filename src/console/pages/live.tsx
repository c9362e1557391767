/**
 * What goes on right now: budget, backlog, freshness, calls over time; pause and resume.
 * @module
 */
import type { OutreachUserRecord } from "../../connections/store.ts";
import type { Destination } from "../../destinations/store.ts";
import type { Activity, UserStatus } from "../../outreach-user/api.ts";
import { Minutes, Tail } from "../components/activity.tsx";
import { WindowGauge, YearGauge } from "../components/gauge.tsx";
import { Action, Moment, Notice } from "../components/parts.tsx";
import { UserFrame } from "../components/user-frame.tsx";
import type { Span } from "../minutes.ts";
import { fromNow, inCount, inMoment, inSpan, PAUSE_WORDS } from "../wording.ts";

/** One hour of all destinations of the Outreach user. */
export interface Hour {
  readonly startedAt: number;
  readonly calls: number;
  readonly received: number;
}

interface LiveProps {
  readonly user: OutreachUserRecord;
  readonly destinations: readonly Destination[];
  readonly status: UserStatus;
  readonly activity: Activity;
  readonly span: Span;
  /** Without gaps, the oldest first. */
  readonly hours: readonly Hour[];
  readonly now: number;
}

export function LivePage(props: LiveProps) {
  const { user, status, activity, span, hours } = props;
  return (
    <UserFrame user={user} status={status} tab="live">
      <div class="row between">
        <div class="row">
          <PauseAndResume {...props} />
        </div>
        <button type="button" class="quiet slim" data-live-toggle hidden>
          Stop updating
        </button>
      </div>
      <div id="live" class="stack" data-live>
        <Now {...props} />
        <Tail {...props} />
      </div>
      <Minutes
        place={`/console/outreach-users/${user.id}/live`}
        minutes={activity.minutes}
        span={span}
      />
      <section class="card" aria-labelledby="hours">
        <h2 id="hours">Calls by the hour</h2>
        <div class="chart" data-chart={chartData(hours)} aria-hidden="true"></div>
        <details>
          <summary>The same as a table</summary>
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">Hour</th>
                <th scope="col">Calls</th>
                <th scope="col">Profiles received</th>
              </tr>
            </thead>
            <tbody>
              {hours.toReversed().map(({ startedAt, calls, received }) => (
                <tr>
                  <th scope="row">
                    <time datetime={new Date(startedAt).toISOString()}>{inMoment(startedAt)}</time>
                  </th>
                  <td>{inCount(calls)}</td>
                  <td>{inCount(received)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </section>
    </UserFrame>
  );
}

/** uPlot counts in seconds. */
function chartData(hours: readonly Hour[]): string {
  return JSON.stringify({
    times: hours.map(({ startedAt }) => startedAt / 1000),
    values: [hours.map(({ received }) => received), hours.map(({ calls }) => calls)],
    series: [
      { label: "Profiles received", tone: "others" },
      { label: "Calls", tone: "accent" },
    ],
  });
}

function PauseAndResume({ user, status }: LiveProps) {
  const place = `/console/outreach-users/${user.id}`;
  const reason = status.paused?.reason;
  if (reason === "paused") {
    return <Action action={`${place}/resume`} text="Resume delivery" kind="primary" />;
  }
  const mayTry = reason === "outreach_failing" || reason === "outreach_maintenance";
  return (
    <>
      <Action action={`${place}/pause`} text="Pause delivery" />
      {mayTry && <Action action={`${place}/resume`} text="Send now" kind="primary" />}
    </>
  );
}

function FreshnessCard({ activity }: Pick<LiveProps, "activity">) {
  const { lastHour, lastDay } = activity.freshness;
  return (
    <section class="card" aria-labelledby="freshness">
      <h2 id="freshness">Freshness</h2>
      <p class="dim small">From an update's acceptance until Outreach holds it.</p>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">Half within</th>
            <th scope="col">95 % within</th>
            <th scope="col">99 % within</th>
            <th scope="col">Delivered</th>
          </tr>
        </thead>
        <tbody>
          {(
            [
              ["Last hour", lastHour],
              ["Last day", lastDay],
            ] as const
          ).map(([text, fresh]) => (
            <tr>
              <th scope="row">{text}</th>
              {[fresh.p50Ms, fresh.p95Ms, fresh.p99Ms].map((ms) => (
                <td>{ms === null ? "–" : inSeconds(ms)}</td>
              ))}
              <td>{inCount(fresh.delivered)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Short times to a tenth of a second. */
function inSeconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : inSpan(ms);
}

function Now({ status, activity, now }: LiveProps) {
  const { backlog, calls, paused } = status;
  const waiting = backlog.pending + backlog.inFlight;
  return (
    <>
      {paused && (
        <Notice tone={paused.until === null ? "bad" : "warn"} title="Nothing is being sent">
          <p>
            {PAUSE_WORDS[paused.reason]}
            {paused.until !== null && (
              <>
                {" "}
                It goes on <Moment at={paused.until} now={now} />.
              </>
            )}
          </p>
        </Notice>
      )}
      <section class="card" aria-labelledby="backlog">
        <h2 id="backlog">Backlog</h2>
        <dl class="figures">
          <Figure name="Prospects that wait" value={inCount(backlog.pending)} />
          <Figure name="In a call" value={inCount(backlog.inFlight)} />
          <Figure
            name="Backlog is empty"
            value={waiting === 0 ? "now" : whenOrUnknown(backlog.drainsAt, now)}
            {...(backlog.drainsAt !== null && { note: inMoment(backlog.drainsAt) })}
          />
          <Figure
            name="Oldest that waits was accepted"
            value={backlog.oldestAcceptedAt === null ? "–" : fromNow(backlog.oldestAcceptedAt, now)}
          />
          <Figure name="Calls in the last hour" value={inCount(calls.lastHour)} />
          <Figure name="Calls today" value={inCount(calls.today)} />
        </dl>
      </section>
      <FreshnessCard activity={activity} />
      <section class="card" aria-labelledby="budget">
        <h2 id="budget">Budget</h2>
        <WindowGauge {...status} />
        <YearGauge {...status} />
      </section>
    </>
  );
}

function whenOrUnknown(at: number | null, now: number): string {
  return at === null ? "not known" : fromNow(at, now);
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
