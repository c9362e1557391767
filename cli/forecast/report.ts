/**
 * The forecast of an activation, as a table and bars for a terminal.
 * @module
 */
import type {
  Activation,
  ActivationForecast,
  Capacity,
  Outlook,
} from "../../src/delivery/activation.ts";

const BAR_WIDTH = 40;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The whole report, lines of at most 100 characters. */
export function forecastReport(
  asked: Activation,
  capacity: Capacity,
  { patch, planned }: ActivationForecast,
): string {
  const { yearlyAllowance } = capacity;
  const rows = (...of: ((outlook: Outlook) => string)[]): string[] =>
    of.map((show) => show(patch).padStart(18) + show(planned).padStart(18));
  const [calls, took, ofYear] = rows(
    ({ activation }) => count(activation.calls),
    ({ activation }) => duration(activation.tookMs),
    ({ activation }) => share(activation.calls, yearlyAllowance),
  );
  const lines = [
    `  ${count(asked.profiles)} profiles, ${asked.audiences} audiences, ${asked.attributes} attributes`,
    "",
    `  ${"".padEnd(30)}${"PATCH alone".padStart(18)}${"as planned".padStart(18)}`,
    "  Activation",
    line("calls", calls),
    line("at Outreach after", took),
    ...(yearlyAllowance === null ? [] : [line("share of the year's allowance", ofYear)]),
  ];
  if (asked.changesPerDay > 0) lines.push(...daysAfter(asked, capacity, { patch, planned }, rows));
  lines.push("", ...bars(yearlyAllowance, { patch, planned }));
  return lines.join("\n");
}

function daysAfter(
  { changesPerDay }: Activation,
  { yearlyAllowance }: Capacity,
  { patch, planned }: ActivationForecast,
  rows: (...of: ((outlook: Outlook) => string)[]) => string[],
): string[] {
  const [calls, behind, year, ofYear] = rows(
    ({ day }) => count(day.calls),
    ({ day }) => (day.behindMs === null ? "falls behind" : duration(day.behindMs)),
    ({ yearCalls }) => count(yearCalls),
    ({ yearCalls }) => share(yearCalls, yearlyAllowance),
  );
  const lasts = [patch, planned].map(({ yearCalls }) =>
    yearlyAllowance === null || yearCalls <= yearlyAllowance
      ? "the year"
      : `${count(Math.floor((yearlyAllowance / yearCalls) * 365))} days`,
  );
  return [
    "",
    `  Each day after, ${count(changesPerDay)} changes`,
    line("calls a day", calls),
    line("at Outreach after, on average", behind),
    line("calls a year", year),
    ...(yearlyAllowance === null
      ? []
      : [
          line("share of the year's allowance", ofYear),
          line("the allowance lasts", lasts.map((text) => text.padStart(18)).join("")),
        ]),
  ];
}

/** Activation and a year after it, against the allowance where one is set. */
function bars(allowance: number | null, { patch, planned }: ActivationForecast): string[] {
  const totals = [
    ["PATCH alone", patch.activation.calls + patch.yearCalls],
    ["as planned", planned.activation.calls + planned.yearCalls],
    ...(allowance === null ? [] : [["the year's allowance", allowance] as const]),
  ] as const;
  const most = Math.max(...totals.map(([, calls]) => calls));
  return [
    "  Calls, with the year after it",
    ...totals.map(([name, calls]) => {
      const width = Math.max(1, Math.round((calls / most) * BAR_WIDTH));
      return `    ${name.padEnd(22)}${"█".repeat(width)} ${count(calls)}`;
    }),
  ];
}

function line(name: string, cells = ""): string {
  return `    ${name.padEnd(28)}${cells}`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function share(calls: number, allowance: number | null): string {
  return allowance === null ? "" : `${((calls / allowance) * 100).toFixed(2)} %`;
}

function duration(ms: number | null): string {
  if (ms === null) return "never";
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 3 * DAY_MS ? `${(ms / HOUR_MS).toFixed(1)} h` : `${(ms / DAY_MS).toFixed(1)} days`;
}
