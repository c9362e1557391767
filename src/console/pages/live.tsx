/**
 * What goes on right now: backlog, freshness, budget, the last hours and the newest events; pause and resume.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { Activity, UserStatus } from "../../engine/api.ts";
import { Minutes, Tail } from "../components/activity.tsx";
import { Figure } from "../components/figure.tsx";
import { WindowGauge, YearGauge } from "../components/gauge.tsx";
import { Action, Moment, Notice } from "../components/parts.tsx";
import { Table } from "../components/table.tsx";
import { UserFrame } from "../components/user-frame.tsx";
import type { Span } from "../minutes.ts";
import { fromNow, inCount, inMoment, inSpan, PAUSE_WORDS, STOP_WORDS } from "../wording.ts";

interface LiveProps {
  readonly user: OutreachUserRecord;
  readonly destinations: readonly Destination[];
  readonly status: UserStatus;
  readonly activity: Activity;
  readonly span: Span;
  readonly now: number;
}

export function LivePage(props: LiveProps) {
  const { user, status, activity, span } = props;
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
    </UserFrame>
  );
}

function PauseAndResume({ user, status }: LiveProps) {
  const place = `/console/outreach-users/${user.id}`;
  const reason = status.paused?.reason;
  if (reason === "paused") {
    return <Action action={`${place}/resume`} text="Resume delivery" kind="primary" />;
  }
  const mayTry =
    reason === "outreach_failing" ||
    reason === "gateway_refusing" ||
    reason === "outreach_maintenance";
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
      <Table
        rows={
          [
            ["Last hour", lastHour],
            ["Last day", lastDay],
          ] as const
        }
        columns={[
          ["Of", ([text]) => text],
          ["Half within", ([, { p50Ms }]) => inSeconds(p50Ms), "number"],
          ["95 % within", ([, { p95Ms }]) => inSeconds(p95Ms), "number"],
          ["99 % within", ([, { p99Ms }]) => inSeconds(p99Ms), "number"],
          ["Delivered", ([, { delivered }]) => inCount(delivered), "number"],
        ]}
      />
    </section>
  );
}

/** Short times to a tenth of a second. */
function inSeconds(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : inSpan(ms);
}

function Now({ status, activity, now }: LiveProps) {
  const { backlog, calls, paused } = status;
  const waiting = backlog.pending + backlog.inFlight;
  return (
    <>
      {paused && (
        <Notice tone={STOP_WORDS[paused.reason].tone} title="Nothing is being sent">
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
          <Figure name="Pending prospects" value={inCount(backlog.pending)} />
          <Figure name="In flight" value={inCount(backlog.inFlight)} />
          <Figure
            name="Estimated completion"
            value={waiting === 0 ? "now" : whenOrUnknown(backlog.drainsAt, now)}
            {...(backlog.drainsAt !== null && { note: inMoment(backlog.drainsAt) })}
          />
          <Figure
            name="Oldest pending update accepted"
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
