/**
 * Reads the command line. Flags, help text and defaults come from the settings themselves.
 * @module
 */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { describeFlags, type Flag } from "./flags.ts";
import { completeSettings, liveSettingsInput, type MockSettings } from "./settings.ts";
import type { ServerOptions } from "./server.ts";

export type CommandLine =
  | {
      readonly kind: "start";
      /** Where a file is loaded, only what the line says: the rest is the file's. */
      readonly options: ServerOptions;
      /** The file to start from. */
      readonly load?: string;
      /** The file to write when it ends. */
      readonly save?: string;
    }
  | { readonly kind: "help"; readonly text: string }
  /** @param text says what is wrong and where help is */
  | { readonly kind: "mistake"; readonly text: string };

/** Works from the folder that holds mock-outreach/, with this project's scripts or without. */
const COMMAND = "node mock-outreach/cli.ts";

/** The port of the README's examples. */
export const DEFAULT_PORT = 4010;

/** @param args without the program's own name */
export function readCommandLine(args: readonly string[]): CommandLine {
  const flags = describeFlags();
  const parsed = parse(args, flags);
  if (typeof parsed === "string") return { kind: "mistake", text: mistake(parsed) };
  if (parsed["help"] === true) return { kind: "help", text: helpText(flags) };
  const port = Number(parsed["port"] ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return { kind: "mistake", text: mistake("--port must be a number from 0 to 65535.") };
  }
  const host = typeof parsed["host"] === "string" ? { host: parsed["host"] } : {};
  const { load, save } = parsed;
  const files = {
    ...(typeof load === "string" && { load }),
    ...(typeof save === "string" && { save }),
  };
  const given = settingsIn(parsed, flags);
  try {
    const settings =
      files.load === undefined ? completeSettings(given) : liveSettings(parsed, given, flags);
    return { kind: "start", options: { ...settings, port, ...host }, ...files };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "mistake", text: mistake(withFlags(error.message, flags)) };
  }
}

type Flags = ReadonlyMap<string, Flag>;
type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** The values by flag, or what is wrong with the line. */
function parse(args: readonly string[], flags: Flags): Values | string {
  const options: ParseArgsOptionsConfig = {
    help: { type: "boolean", short: "h" },
    port: { type: "string", short: "p" },
    host: { type: "string" },
    load: { type: "string" },
    save: { type: "string" },
  };
  for (const [name, { type }] of flags) {
    options[name] =
      type === "boolean"
        ? { type }
        : { type: "string", ...(type === "list" && { multiple: true }) };
  }
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options, strict: true, allowNegative: true }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const blank = Object.keys(values).find((name) => [values[name]].flat().some(isBlank));
  return blank === undefined ? values : `--${blank} has an empty value; give one, or leave it out.`;
}

/** As where a shell's variable is not set: taken as it is, it would mean every address, or port 0. */
function isBlank(value: string | boolean | undefined): boolean {
  return typeof value === "string" && value.trim() === "";
}

function settingsIn(values: Values, flags: Flags): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [name, { setting, type }] of flags) {
    const value = values[name];
    if (value === undefined) continue;
    // What is no number becomes NaN, and the schema says so.
    settings[setting] = type === "number" ? Number(value) : value;
  }
  return settings;
}

/** @throws {RangeError} where a setting is not for a world that exists already */
function liveSettings(
  parsed: Values,
  given: Record<string, unknown>,
  flags: Flags,
): Partial<MockSettings> {
  const fixed = [...flags].find(
    ([name, { setting }]) => name in parsed && !(setting in liveSettingsInput.shape),
  );
  if (fixed) throw new RangeError(`--${fixed[0]} cannot be changed in a world that is loaded.`);
  const complete = completeSettings(given);
  return Object.fromEntries(Object.entries(complete).filter(([name]) => name in given));
}

/** The settings' own names in a message, as the flags that were typed. */
function withFlags(message: string, flags: Flags): string {
  let text = message;
  for (const [name, { setting }] of flags) text = text.replaceAll(`at ${setting}`, `at --${name}`);
  return text;
}

function mistake(text: string): string {
  return `${text}\n\n${COMMAND} --help explains every option.`;
}

function helpText(flags: Flags): string {
  const rows = [
    ["-p, --port n", `Port to listen on; 0 takes any free one [${DEFAULT_PORT}]`],
    ["--host text", "Address to listen on [127.0.0.1]"],
    ["--load file", "Start with the world of this file; options besides it change the world's own"],
    ["--save file", "Write the world to this file at the end (Ctrl+C, SIGTERM, SIGHUP)"],
    ["-h, --help", "Show this text"],
    ...[...flags].map(([name, flag]) => [
      usage(name, flag),
      `${flag.description} [${flag.preset}]`,
    ]),
  ];
  return `mock-outreach: Outreach's API v2 and OAuth, without Outreach

${COMMAND} [options]

${rows.map(([flag = "", text = ""]) => `  ${flag}\n      ${text}`).join("\n")}

A list is given by repeating its flag.
mock-outreach/README.md has recipes, and the control API by which a test steers the mock.`;
}

function usage(name: string, { type, placeholder, preset }: Flag): string {
  if (type === "boolean") return preset === "on" ? `--[no-]${name}` : `--${name}`;
  return `--${name} ${placeholder}`;
}
