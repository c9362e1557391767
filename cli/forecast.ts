/**
 * `npm run forecast -- --profiles 250000 --audiences 3`: what an activation will cost, before anybody activates anything.
 * Asks nobody: it is reckoned here.
 * @module
 */
import { parseArgs } from "node:util";
import { forecastActivation } from "../src/engine/estimates/activation-rules.ts";
import type { Activation, Capacity } from "../src/engine/estimates/activation-rules.ts";
import { forecastReport } from "./forecast/report.ts";
import { givenArgs, optionsOf, whole } from "./local/command-line.ts";

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

function readOptions(): { activation: Activation; capacity: Capacity } {
  const { values } = parseArgs({
    args: givenArgs(),
    options: {
      profiles: { type: "string" },
      audiences: { type: "string", default: "1" },
      attributes: { type: "string", default: "0" },
      "changes-per-day": { type: "string", default: "0" },
      allowance: { type: "string" },
      limit: { type: "string", default: "10000" },
      reserve: { type: "string", default: "5" },
      "no-bulk": { type: "boolean", default: false },
    },
  });
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

const options = optionsOf("npm run forecast", HELP, readOptions);
if (options) {
  const { activation, capacity } = options;
  const forecast = forecastActivation(activation, capacity);
  process.stdout.write(`${forecastReport(activation, capacity, forecast)}\n`);
}
