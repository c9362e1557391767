/**
 * `npm run forecast -- --profiles 250000 --audiences 3`: what an activation will cost, before anybody activates anything.
 * Asks nobody: it is reckoned here.
 * @module
 */
import { parseArgs } from "node:util";
import { forecastActivation } from "../src/delivery/activation.ts";
import type { Activation, Capacity } from "../src/delivery/activation.ts";
import { forecastReport } from "./forecast/report.ts";

const HELP = `npm run forecast -- --profiles <n> [options]

How many calls an activation takes, how long, and how much of the year's allowance: by one call a prospect (PATCH), and
as Outreach Edge plans it. Both keep to the rate limit and to the allowance, which is earned evenly over the year; a
month of it may be saved up.

  --profiles <n>          prospects in the audiences, together
  --audiences <n>         audiences whose status is written (1)
  --attributes <n>        mapped attributes, whose values differ from prospect to prospect (0)
  --changes-per-day <n>   prospects that change on a day afterwards (0)
  --allowance <n>         calls that the contract with Outreach allows in a year; left out: no limit
  --limit <n>             calls an hour of the Outreach user (10000)
  --reserve <n>           percent of them left to people and other programs (5)
  --no-bulk               without bulk jobs: their scopes are not granted
  --help                  this text
`;

const EXIT_USAGE = 2;
const MOST = 1_000_000_000;

function readOptions(): { activation: Activation; capacity: Capacity } | "help" {
  const { values } = parseArgs({
    args: withNegatives(process.argv.slice(2)),
    options: {
      profiles: { type: "string" },
      audiences: { type: "string", default: "1" },
      attributes: { type: "string", default: "0" },
      "changes-per-day": { type: "string", default: "0" },
      allowance: { type: "string" },
      limit: { type: "string", default: "10000" },
      reserve: { type: "string", default: "5" },
      "no-bulk": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.profiles === undefined) throw new Error("Say how many: --profiles 250000");
  const limit = whole("--limit", values.limit, 1);
  const reserve = whole("--reserve", values.reserve, 0, 99);
  return {
    activation: {
      profiles: whole("--profiles", values.profiles, 1),
      audiences: whole("--audiences", values.audiences, 0, 150),
      attributes: whole("--attributes", values.attributes, 0, 250),
      changesPerDay: whole("--changes-per-day", values["changes-per-day"], 0),
    },
    capacity: {
      callsPerHour: Math.max(1, limit - Math.ceil((limit * reserve) / 100)),
      yearlyAllowance:
        values.allowance === undefined ? null : whole("--allowance", values.allowance, 1),
      bulk: !values["no-bulk"],
    },
  };
}

/** A negative number is a value, and not another option: so that what is wrong with it is said. */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1) ?? "";
    const isValue = /^-\d/.test(arg) && /^--[^=]+$/.test(last);
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function whole(option: string, text: string, min: number, max = MOST): number {
  const value = /^\d{1,3}(,\d{3})+$|^\d{1,12}$/.test(text) ? Number(text.replaceAll(",", "")) : NaN;
  if (value >= min && value <= max) return value;
  throw new Error(
    `${option} takes a whole number from ${min} to ${max.toLocaleString("en-US")}, not "${text}".`,
  );
}

try {
  const options = readOptions();
  if (options === "help") process.stdout.write(HELP);
  else {
    const { activation, capacity } = options;
    const forecast = forecastActivation(activation, capacity);
    process.stdout.write(`${forecastReport(activation, capacity, forecast)}\n`);
  }
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${problem}\nnpm run forecast -- --help lists the options.\n`);
  process.exitCode = EXIT_USAGE;
}
