/**
 * What calls were spent on: the year's allowance going down, calls by purpose, by destination, and by others.
 * @module
 */
import { totalOf } from "../../outreach-users/calls-schemas.ts";
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import { CALL_KINDS } from "../../engine/api.ts";
import type { CallKind, CallLedger, CallSpan, UserStatus } from "../../engine/api.ts";
import { Bar } from "../components/gauge.tsx";
import { Empty } from "../components/parts.tsx";
import { Table } from "../components/table.tsx";
import { UserFrame } from "../components/user-frame.tsx";
import { YearCard } from "../components/year-card.tsx";
import { inCount, inCounted, inDay, inMoment, inPercent } from "../wording.ts";

export const PERIODS = {
  day: { span: "hour", count: 24, text: "Last 24 hours" },
  month: { span: "day", count: 30, text: "Last 30 days" },
  year: { span: "day", count: 365, text: "Last 365 days" },
} as const;
export type Period = keyof typeof PERIODS;

const SPAN_MS = { hour: 3_600_000, day: 86_400_000 };

/** What calls were for, as somebody who never saw Outreach's API would say it. */
const KIND_WORDS: Readonly<Record<CallKind, string>> = {
  patch: "Bring one prospect up to date",
  bulk_modify: "Start a bulk job: many prospects, the same values",
  bulk_upsert: "Start a bulk job: many prospects, each its own values",
  poll_job: "Ask how far a bulk job is",
  confirm_batch: "Confirm a bulk job",
  find_batch: "Look for a bulk job whose answer was lost",
  read_back: "Check what a bulk job brought",
  identify: "Ask who is connected and what custom fields are called",
  unknown: "Not kept: before calls were told apart",
};

interface CallsProps {
  readonly user: OutreachUserRecord;
  readonly status: UserStatus;
  readonly period: Period;
  readonly ledger: CallLedger;
  /** Names of destinations by their ids; of a deleted one there is none. */
  readonly names: ReadonlyMap<string, string>;
  readonly now: number;
}

export function CallsPage(props: CallsProps) {
  const { user, status, ledger } = props;
  return (
    <UserFrame user={user} status={status} tab="calls">
      {ledger.days.length === 0 ? (
        <Empty title="No calls yet">
          <p>What calls to Outreach are spent on shows here as soon as the first one is made.</p>
        </Empty>
      ) : (
        <>
          <YearCard {...props} />
          <Spent {...props} />
        </>
      )}
    </UserFrame>
  );
}

function Spent({ user, period, ledger, names, now }: CallsProps) {
  const { span, count } = PERIODS[period];
  const spanMs = SPAN_MS[span];
  const from = Math.floor(now / spanMs) * spanMs - (count - 1) * spanMs;
  const spans = ledger.spans.filter(({ startedAt }) => startedAt >= from);
  const total = totalOf(spans);
  const all = total.calls + total.byOthers;
  const byKind = CALL_KINDS.flatMap((kind): Share[] => {
    const calls = total.byKind[kind] ?? 0;
    return calls > 0 ? [{ name: KIND_WORDS[kind], calls }] : [];
  });
  const named = Object.entries(total.byDestination).map(([id, calls]): Share => {
    const name = names.get(id);
    return name === undefined
      ? { name: `A deleted destination (${id})`, calls }
      : { name, calls, href: `/console/destinations/${id}` };
  });
  const forNone = total.calls - named.reduce((sum, { calls }) => sum + calls, 0);
  const byDestination = [
    ...named,
    ...(forNone > 0 ? [{ name: "For no destination", calls: forNone }] : []),
  ];
  return (
    <>
      <nav class="row" aria-label="Period" id="spent">
        {Object.entries(PERIODS).map(([id, { text }]) => (
          <a
            class={`button slim ${id === period ? "chosen" : ""}`}
            href={`/console/outreach-users/${user.id}/calls?period=${id}#spent`}
            aria-current={id === period ? "true" : undefined}
          >
            {text}
          </a>
        ))}
      </nav>
      <div class="halves">
        <SharesCard id="kinds" title="What calls were for" shares={byKind} />
        <SharesCard id="destinations" title="By destination" shares={byDestination} />
      </div>
      <section class="card" aria-labelledby="others">
        <h2 id="others">This connector and others</h2>
        <Bar
          label={`${inCounted(total.calls, "call")} by this connector, ${inCount(total.byOthers)} by others`}
          whole={all}
          parts={[
            ["own", total.calls],
            ["others", total.byOthers],
          ]}
          end={0}
        />
        <p class="legend">
          <span>
            <i class="own"></i>this connector {inCount(total.calls)}
          </span>
          <span>
            <i class="others"></i>people and other programs {inCount(total.byOthers)}
          </span>
        </p>
        <SpansTable spans={spans} span={span} />
      </section>
    </>
  );
}

interface Share {
  readonly name: string;
  readonly calls: number;
  readonly href?: string;
}

function SharesCard({
  id,
  title,
  shares,
}: {
  id: string;
  title: string;
  shares: readonly Share[];
}) {
  const sum = shares.reduce((total, { calls }) => total + calls, 0);
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {shares.length === 0 && <p class="dim">No calls in this time.</p>}
      {shares.length > 0 && (
        <Table
          folds={false}
          rows={shares.toSorted((a, b) => b.calls - a.calls)}
          columns={[
            ["", ({ name, href }) => (href ? <a href={href}>{name}</a> : name)],
            ["Calls", ({ calls }) => inCount(calls), "number"],
            ["Share", ({ calls }) => inPercent(calls, sum), "number"],
          ]}
        />
      )}
    </section>
  );
}

function SpansTable({ spans, span }: { spans: readonly CallSpan[]; span: "hour" | "day" }) {
  const isHour = span === "hour";
  return (
    <details>
      <summary>{isHour ? "Hour by hour" : "Day by day"}</summary>
      <Table
        folds={false}
        rows={spans}
        columns={[
          isHour
            ? [
                "Hour",
                ({ startedAt }) => (
                  <time datetime={new Date(startedAt).toISOString()}>{inMoment(startedAt)}</time>
                ),
              ]
            : ["Day (UTC)", ({ startedAt }) => inDay(startedAt)],
          ["This connector", ({ calls }) => inCount(calls), "number"],
          ["Others", ({ byOthers }) => inCount(byOthers), "number"],
        ]}
      />
    </details>
  );
}
