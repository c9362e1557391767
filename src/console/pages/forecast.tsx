/**
 * What an activation will cost, by one call a prospect and as planned.
 * @module
 */
import type { UserForecast } from "../../outreach-users/forecast.ts";
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { Activation, Capacity, Outlook } from "../../engine/estimates/activation-rules.ts";
import type { UserStatus } from "../../engine/api.ts";
import { FormErrors, TextField } from "../components/fields.tsx";
import { Bar } from "../components/gauge.tsx";
import { Notice } from "../components/parts.tsx";
import { Table } from "../components/table.tsx";
import { UserFrame } from "../components/user-frame.tsx";
import type { FormState } from "../forms.ts";
import { inCount, inCounted, inPercent, inSpan } from "../wording.ts";

interface Answer {
  readonly plan: Activation;
  readonly forecast: UserForecast;
}

interface ForecastProps {
  readonly user: OutreachUserRecord;
  readonly status: UserStatus;
  readonly form: FormState;
  /** Null before anything was asked, and where it was not understood. */
  readonly answer: Answer | null;
}

export function ForecastPage({ user, status, form, answer }: ForecastProps) {
  return (
    <UserFrame user={user} status={status} tab="forecast">
      <FormErrors form={form} />
      <div class="forecast">
        <form
          class="card"
          method="get"
          action={`/console/outreach-users/${user.id}/forecast#answer`}
        >
          <h2>What will it cost?</h2>
          <p class="dim small">Asks Outreach nothing and changes nothing.</p>
          <ForecastFields form={form} />
          <div>
            <button class="primary">Forecast</button>
          </div>
        </form>
        {answer && <AnswerCards {...answer} user={user} />}
      </div>
    </UserFrame>
  );
}

function ForecastFields({ form }: { form: FormState }) {
  return (
    <>
      <TextField
        form={form}
        name="/profiles"
        label="Profiles"
        hint="People in the audiences, together; each counts once."
        placeholder="250,000"
        inputmode="numeric"
        required
      />
      <TextField
        form={form}
        name="/audiences"
        label="Audiences"
        hint="Whose status is written."
        inputmode="numeric"
      />
      <TextField
        form={form}
        name="/attributes"
        label="Mapped attributes"
        hint="Whose values differ from person to person."
        inputmode="numeric"
      />
      <TextField
        form={form}
        name="/changesPerDay"
        label="Changes a day"
        hint="People that change on a day afterwards."
        inputmode="numeric"
      />
    </>
  );
}

function AnswerCards({ plan, forecast, user }: Answer & { user: OutreachUserRecord }) {
  const { yearlyAllowance } = forecast.capacity;
  return (
    <div class="stack" id="answer">
      {!forecast.capacity.bulk && <WithoutBulk />}
      <section class="card" aria-labelledby="activation">
        <h2 id="activation">Activation of {inCounted(plan.profiles, "profile")}</h2>
        <Comparison
          forecast={forecast}
          rows={[
            ["Calls it takes", ({ activation }) => inCount(activation.calls)],
            ["At Outreach after", ({ activation }) => spanOr(activation.tookMs, "never")],
            ...shareRow(yearlyAllowance, ({ activation }) => activation.calls),
          ]}
        />
      </section>
      {plan.changesPerDay > 0 && (
        <section class="card" aria-labelledby="days">
          <h2 id="days">Each day after, {inCounted(plan.changesPerDay, "change")}</h2>
          <Comparison
            forecast={forecast}
            rows={[
              ["Calls it takes", ({ day }) => inCount(day.needed)],
              ["Changes that reach Outreach", ({ day }) => inReach(day)],
              ["At Outreach after, on average", ({ day }) => spanOr(day.behindMs, "falls behind")],
              ["Calls a year it takes", (outlook) => inCount(yearNeeded(outlook))],
              ...shareRow(yearlyAllowance, yearNeeded),
            ]}
          />
        </section>
      )}
      <Totals forecast={forecast} />
      <Assumptions capacity={forecast.capacity} user={user} />
    </div>
  );
}

type Row = readonly [name: string, show: (outlook: Outlook) => string];

function shareRow(allowance: number | null, callsOf: (outlook: Outlook) => number): Row[] {
  if (allowance === null) return [];
  return [["Share of the year's allowance", (outlook) => inShare(callsOf(outlook), allowance)]];
}

function Comparison({ forecast, rows }: { forecast: UserForecast; rows: readonly Row[] }) {
  return (
    <Table
      folds={false}
      rows={rows}
      columns={[
        ["", ([name]) => name],
        ["One call a prospect", ([, show]) => show(forecast.patch), "number"],
        ["As planned", ([, show]) => show(forecast.planned), "number"],
      ]}
    />
  );
}

/** The activation and a year of days after it, against the allowance where one is set. */
function Totals({ forecast }: { forecast: UserForecast }) {
  const { patch, planned, capacity } = forecast;
  const { yearlyAllowance: allowance } = capacity;
  const bars = [
    ["One call a prospect", "others", patch.activation.calls + yearNeeded(patch)],
    ["As planned", "own", planned.activation.calls + yearNeeded(planned)],
    ...(allowance === null ? [] : [["The year's allowance", "reserved", allowance] as const]),
  ] as const;
  const most = Math.max(...bars.map(([, , calls]) => calls));
  return (
    <section class="card" aria-labelledby="totals">
      <h2 id="totals">Calls it takes, with the year after it</h2>
      {bars.map(([name, kind, calls]) => (
        <div class="stack">
          <div class="row between">
            <h3>{name}</h3>
            <span class="dim small">
              {inCount(calls)}
              {allowance !== null && kind !== "reserved" && ` (${inShare(calls, allowance)})`}
            </span>
          </div>
          <Bar
            label={`${name}: ${inCounted(calls, "call")}`}
            whole={most}
            parts={[[kind, calls]]}
            end={0}
          />
        </div>
      ))}
    </section>
  );
}

function WithoutBulk() {
  return (
    <Notice tone="warn" title="Reckoned without bulk jobs">
      <p>
        Outreach has not granted the scopes for them. Add batches.read, batches.write, imports.read
        and imports.write to the application in Outreach and to OUTREACH_SCOPES, then reconnect.
      </p>
    </Notice>
  );
}

function Assumptions({ capacity, user }: { capacity: Capacity; user: OutreachUserRecord }) {
  const { callsPerHour, yearlyAllowance } = capacity;
  return (
    <p class="dim small">
      An estimate, with {inCount(callsPerHour)} calls an hour: the rate limit less what is left to
      people and other programs.{" "}
      {yearlyAllowance !== null &&
        "The yearly allowance is earned evenly over the year; a month of it may be saved up. "}
      How long Outreach takes for a bulk job is assumed.{" "}
      {yearlyAllowance === null && (
        <>
          <a href={`/console/outreach-users/${user.id}`}>Set the yearly allowance</a> of your
          Outreach plan to see how much of it that is.
        </>
      )}
    </p>
  );
}

function yearNeeded({ day }: Outlook): number {
  return day.needed * 365;
}

/** All of them, or as large a share as there are calls for. */
function inReach({ calls, needed }: Outlook["day"]): string {
  return calls >= needed ? "all" : inPercent(calls, needed);
}

function spanOr(ms: number | null, otherwise: string): string {
  return ms === null ? otherwise : inSpan(ms);
}

/** Bulk takes so few calls that they would often read as nothing; what is many times the allowance needs no decimals. */
function inShare(calls: number, allowance: number): string {
  const share = calls / allowance;
  if (share > 0 && share < 0.0005) return "under 0.1 %";
  return share >= 10 ? `${inCount(Math.round(share * 100))} %` : inPercent(calls, allowance);
}
