/**
 * The forecast of an activation, as a table and bars for a terminal.
 * @module
 */
import type {
  Activation,
  ActivationForecast,
  Capacity,
  Outlook,
} from "../../src/engine/estimates/activation-rules.ts";

const BAR_WIDTH = 40;
/** Beyond so many times the allowance a bar is cut off, so that the allowance can still be seen beside it. */
const ALLOWANCES_SHOWN = 2;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CELL = 18;
const NAME = 30;

type Show = (outlook: Outlook) => string;

/** The whole report, lines of at most 100 characters. */
export function forecastReport(
  asked: Activation,
  capacity: Capacity,
  { patch, planned }: ActivationForecast,
): string {
  const { yearlyAllowance } = capacity;
  const row = (name: string, show: Show): string =>
    `    ${name.padEnd(NAME)}${show(patch).padStart(CELL)}${show(planned).padStart(CELL)}`;
  const ofAllowance = (callsOf: (outlook: Outlook) => number): string[] =>
    yearlyAllowance === null
      ? []
      : [row("share of the year's allowance", (one) => share(callsOf(one), yearlyAllowance))];
  const { changesPerDay } = asked;
  const days = [
    "",
    `  Each day after, ${count(changesPerDay)} changes`,
    row("calls it takes", ({ day }) => count(day.needed)),
    row("changes that reach Outreach", ({ day }) => reached(day, changesPerDay)),
    row("at Outreach after, on average", ({ day }) =>
      day.behindMs === null ? "falls behind" : duration(day.behindMs),
    ),
    row("calls a year it takes", (one) => count(yearNeeded(one))),
    ...ofAllowance(yearNeeded),
    ...(yearlyAllowance === null
      ? []
      : [row("the allowance would last", (one) => lasts(yearNeeded(one), yearlyAllowance))]),
  ];
  return [
    `  ${count(asked.profiles)} profiles, ${counted(asked.audiences, "audience")}, ${counted(asked.attributes, "attribute")}`,
    `  ${count(capacity.callsPerHour)} calls an hour, ${yearlyAllowance === null ? "no yearly allowance" : `${count(yearlyAllowance)} calls a year`}, ${capacity.bulk ? "bulk jobs" : "no bulk jobs"}`,
    "",
    `    ${"".padEnd(NAME)}${"PATCH alone".padStart(CELL)}${"as planned".padStart(CELL)}`,
    "  Activation",
    row("calls it takes", ({ activation }) => count(activation.calls)),
    row("at Outreach after", ({ activation }) => duration(activation.tookMs)),
    ...ofAllowance(({ activation }) => activation.calls),
    ...(changesPerDay > 0 ? days : []),
    "",
    ...bars(yearlyAllowance, { patch, planned }),
    "",
    "  An estimate: how long Outreach takes for a bulk job is assumed.",
  ].join("\n");
}

/** Activation and a year after it, against the allowance where one is set. */
function bars(allowance: number | null, { patch, planned }: ActivationForecast): string[] {
  const totals = [
    ["PATCH alone", patch.activation.calls + yearNeeded(patch)],
    ["as planned", planned.activation.calls + yearNeeded(planned)],
    ...(allowance === null ? [] : [["the year's allowance", allowance] as const]),
  ] as const;
  const most = Math.max(...totals.map(([, calls]) => calls));
  const shown = allowance === null ? most : Math.min(most, allowance * ALLOWANCES_SHOWN);
  return [
    "  Calls it takes, with the year after it",
    ...totals.map(([name, calls]) => {
      const width = Math.max(1, Math.round((Math.min(calls, shown) / shown) * BAR_WIDTH));
      const isCut = calls > shown;
      const times = isCut && allowance !== null ? ` (${Math.round(calls / allowance)} times)` : "";
      return `    ${name.padEnd(22)}${"█".repeat(width)}${isCut ? "▶" : ""} ${count(calls)}${times}`;
    }),
  ];
}

function yearNeeded({ day }: Outlook): number {
  return day.needed * 365;
}

function reached({ calls, needed }: Outlook["day"], changes: number): string {
  if (calls >= needed) return "all";
  return `${count((changes * calls) / needed)} (${((calls / needed) * 100).toFixed(1)} %)`;
}

function lasts(yearCalls: number, allowance: number): string {
  if (yearCalls <= allowance) return "the year";
  const days = Math.floor((allowance / yearCalls) * 365);
  return days < 1 ? "under a day" : counted(days, "day");
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function counted(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? "" : "s"}`;
}

function share(calls: number, allowance: number): string {
  const percent = (calls / allowance) * 100;
  if (percent > 0 && percent < 0.01) return "under 0.01 %";
  return percent >= 1_000 ? `${count(percent)} %` : `${percent.toFixed(2)} %`;
}

function duration(ms: number | null): string {
  if (ms === null) return "never";
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 3 * DAY_MS) return `${(ms / HOUR_MS).toFixed(1)} h`;
  const days = ms / DAY_MS;
  return days < 730
    ? `${days.toFixed(days < 30 ? 1 : 0)} days`
    : `${(days / 365).toFixed(1)} years`;
}
