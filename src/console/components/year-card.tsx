/**
 * How the year's allowance of calls goes down, and until when it lasts.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import { burnDown, outlookOfYear } from "../../engine/budget/year-rules.ts";
import type { BurnDownPoint, YearOutlook } from "../../engine/budget/year-rules.ts";
import type { CallLedger } from "../../engine/api.ts";
import { fromNow, inCount, inCounted, inDay, inPercent } from "../wording.ts";
import { Chart } from "./chart.tsx";
import { Figure } from "./figure.tsx";
import { Table } from "./table.tsx";

interface YearCardProps {
  readonly user: OutreachUserRecord;
  readonly ledger: CallLedger;
  readonly now: number;
}

export function YearCard({ user, ledger, now }: YearCardProps) {
  const { days, yearlyAllowance } = ledger;
  const outlook = outlookOfYear(days, yearlyAllowance, now);
  return (
    <section class="card" aria-labelledby="year">
      <h2 id="year">The year’s allowance</h2>
      <dl class="figures">
        {outlook.left !== null && yearlyAllowance !== null && (
          <Figure
            name="Calls left"
            value={inCount(outlook.left)}
            note={`of ${inCount(yearlyAllowance)}, ${inPercent(outlook.left, yearlyAllowance)}`}
          />
        )}
        <Figure
          name="Used by this connector"
          value={inCount(outlook.used)}
          note="in the last 365 days"
        />
        <Figure
          name="Used by others"
          value={inCount(outlook.usedByOthers)}
          note="as this Outreach user"
        />
        <Figure
          name="Present pace"
          value={inCount(Math.round(outlook.perDay))}
          note={`calls a day, over ${inCounted(Math.round(outlook.paceDays), "day")}`}
        />
        {yearlyAllowance !== null && <Lasts outlook={outlook} now={now} />}
      </dl>
      {yearlyAllowance === null ? (
        <p class="dim small">
          <a href={`/console/outreach-users/${user.id}`}>Set the yearly allowance</a> of your
          Outreach plan to see how long it lasts.
        </p>
      ) : (
        <BurnDown points={burnDown(days, yearlyAllowance, now)} />
      )}
      <p class="dim small">
        Counted over the last 365 days. Others are people and other programs that work as the same
        Outreach user, as far as Outreach’s answers show them; what other users of your organization
        spend is not known here.
      </p>
    </section>
  );
}

function Lasts({ outlook, now }: { outlook: YearOutlook; now: number }) {
  const { lastsUntil } = outlook;
  const name = "At that pace it lasts";
  if (lastsUntil === null) return <Figure name={name} value="all year" />;
  if (lastsUntil <= now) return <Figure name={name} value="used up" />;
  return (
    <Figure name={name} value={`until ${inDay(lastsUntil)}`} note={fromNow(lastsUntil, now)} />
  );
}

function BurnDown({ points }: { points: readonly BurnDownPoint[] }) {
  return (
    <>
      <Chart
        times={points.map(({ at }) => at)}
        series={[
          {
            label: "Used evenly",
            tone: "field",
            line: "dotted",
            values: points.map(({ even }) => even),
          },
          {
            label: "At the present pace",
            tone: "accent",
            line: "dashed",
            values: points.map(({ expected }) => expected),
          },
          { label: "Left", tone: "accent", values: points.map(({ left }) => left) },
        ]}
      />
      <details>
        <summary>The same as a table</summary>
        <Table
          folds={false}
          rows={points}
          columns={[
            ["Day", ({ at }) => inDay(at)],
            ["Left", ({ left }) => orDash(left), "number"],
            ["At the present pace", ({ expected }) => orDash(expected), "number"],
            ["Used evenly", ({ even }) => inCount(even), "number"],
          ]}
        />
      </details>
    </>
  );
}

function orDash(calls: number | null): string {
  return calls === null ? "–" : inCount(calls);
}
