/**
 * The Worker's settings: variables and secrets of its environment, checked once.
 *
 * Promises: whoever gets `Settings` can rely on every one of them. A required setting that is missing or malformed is
 * named together with the remedy. An optional one that is malformed counts as left out, and is named too: in the log,
 * in the console and by `GET /ready`. No value is ever repeated.
 * @module
 */
import { z } from "zod";
import { logWarning } from "./log.ts";
import { KEY_BYTES } from "./security/keys.ts";

export interface Settings {
  /** The application that an administrator registered with Outreach. */
  readonly application: {
    /** Where Outreach is, without a slash at the end. */
    readonly baseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Space-separated. */
    readonly scopes: string;
  };
  /** What is assumed of Outreach's rate limit until its headers say better. */
  readonly limiter: {
    readonly limit: number;
    readonly windowMs: number;
    /** Share of the limit that is left to people and other programs. */
    readonly reservePercent: number;
  };
  /** Records that an organisation may change in bulk on a day. */
  readonly bulkItemsPerDay: number;
  /** The Worker's own address without a slash at the end; null where the request's origin is to be used. */
  readonly publicBaseUrl: string | null;
  readonly adminToken: string;
  /** 32 bytes; every key is derived from it (`deriveKey`). */
  readonly encryptionKey: Uint8Array;
  /** Optional settings that are malformed: their defaults are in effect. */
  readonly faults: readonly SettingFault[];
}

/** A setting that the Worker cannot work with. */
export interface SettingFault {
  readonly name: string;
  /** What is wrong and what to do, without the value. */
  readonly detail: string;
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly SettingFault[] };

/** Prospects one by one, and in bulk. Where Outreach grants fewer, what they allow is done. */
const DEFAULT_SCOPES =
  "prospects.read prospects.write batches.read batches.write imports.read imports.write";

/** A day is longer than any window that Outreach documents. */
const WINDOW_SECONDS_MAX = 86_400;

/** The least that nobody guesses, of letters and digits made at random. */
const ADMIN_TOKEN_CHARS = 24;

const SECRET_REMEDY = (name: string) =>
  `Set it with \`wrangler secret put ${name}\`, or in \`.dev.vars\` for local development.`;

/** An empty text is as good as none: that is how a dashboard or a shell leaves a variable out. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

const secret = (name: string) =>
  z
    .string(`${name} is not set. ${SECRET_REMEDY(name)}`)
    .min(1, `${name} is empty. ${SECRET_REMEDY(name)}`);

const number = (name: string, min: number, max: number, fallback: number) => {
  const rule = `${name} must be a number from ${min} to ${max}; left out, it is ${fallback}.`;
  return optional(z.coerce.number(rule).min(min, rule).max(max, rule).default(fallback));
};
const integer = (name: string, min: number, max: number, fallback: number) =>
  number(name, min, max, fallback).refine(Number.isInteger, `${name} must be a whole number.`);

const environment = z.object({
  OUTREACH_BASE_URL: optional(z.string().default("https://api.outreach.io")).transform(
    (text, context) => readBaseUrl(context, "OUTREACH_BASE_URL", text),
  ),
  OUTREACH_CLIENT_ID: secret("OUTREACH_CLIENT_ID"),
  OUTREACH_CLIENT_SECRET: secret("OUTREACH_CLIENT_SECRET"),
  OUTREACH_SCOPES: optional(
    z
      .string()
      .regex(
        /^[\w.]+( +[\w.]+)*$/,
        `OUTREACH_SCOPES must be scopes with spaces between them; left out, it is "${DEFAULT_SCOPES}".`,
      )
      .default(DEFAULT_SCOPES),
  ),
  OUTREACH_RATE_LIMIT: integer("OUTREACH_RATE_LIMIT", 1, 10_000_000, 10_000),
  OUTREACH_RATE_WINDOW_SECONDS: number(
    "OUTREACH_RATE_WINDOW_SECONDS",
    1,
    WINDOW_SECONDS_MAX,
    3_600,
  ),
  // All of the limit cannot be reserved: nothing would ever be delivered.
  OUTREACH_RESERVE_PERCENT: number("OUTREACH_RESERVE_PERCENT", 0, 99, 5),
  // Reported by two sources for a whole organisation; people's own bulk work counts too.
  OUTREACH_BULK_ITEMS_PER_DAY: integer("OUTREACH_BULK_ITEMS_PER_DAY", 0, 1_000_000_000, 5_000_000),
  PUBLIC_BASE_URL: optional(z.string().optional()).transform((text, context) =>
    text === undefined ? null : readBaseUrl(context, "PUBLIC_BASE_URL", text),
  ),
  ADMIN_TOKEN: secret("ADMIN_TOKEN")
    .min(
      ADMIN_TOKEN_CHARS,
      `ADMIN_TOKEN must have at least ${ADMIN_TOKEN_CHARS} characters, so that nobody guesses it. \`openssl rand -base64 32\` makes a good one. ${SECRET_REMEDY("ADMIN_TOKEN")}`,
    )
    .regex(
      /^[\x21-\x7e]+$/,
      "ADMIN_TOKEN must be letters, digits and punctuation without spaces: it travels in a header. `openssl rand -base64 32` makes a good one.",
    ),
  ENCRYPTION_KEY: secret("ENCRYPTION_KEY").transform((text, context) => {
    const key = readKey(text);
    if (key) return key;
    const detail = `ENCRYPTION_KEY must be ${KEY_BYTES} bytes in base64. \`openssl rand -base64 ${KEY_BYTES}\` makes one. ${SECRET_REMEDY("ENCRYPTION_KEY")}`;
    context.addIssue({ code: "custom", message: detail });
    return z.NEVER;
  }),
});

const REQUIRED: ReadonlySet<string> = new Set([
  "OUTREACH_CLIENT_ID",
  "OUTREACH_CLIENT_SECRET",
  "ADMIN_TOKEN",
  "ENCRYPTION_KEY",
]);

const parsed = new WeakMap<object, SettingsResult>();

/** The settings of an environment; an environment is read once, and what is wrong with it is logged once. */
export function readSettings(env: object): SettingsResult {
  const known = parsed.get(env);
  if (known) return known;
  const result = parseSettings(env);
  parsed.set(env, result);
  for (const { name, detail } of result.ok ? result.settings.faults : result.faults) {
    if (logged.has(name)) continue;
    logged.add(name);
    logWarning("setting_wrong", { setting: name, detail });
  }
  return result;
}

/** Names of settings that this isolate has complained about: the Worker and its objects read the same ones. */
const logged = new Set<string>();

function parseSettings(env: object): SettingsResult {
  const faults = faultsOf(env);
  if (faults.some(({ name }) => REQUIRED.has(name))) return { ok: false, faults };
  const leftOut = Object.fromEntries(faults.map(({ name }) => [name, undefined]));
  const data = environment.parse({ ...env, ...leftOut });
  const settings: Settings = {
    application: {
      baseUrl: data.OUTREACH_BASE_URL,
      clientId: data.OUTREACH_CLIENT_ID,
      clientSecret: data.OUTREACH_CLIENT_SECRET,
      scopes: data.OUTREACH_SCOPES,
    },
    limiter: {
      limit: data.OUTREACH_RATE_LIMIT,
      windowMs: data.OUTREACH_RATE_WINDOW_SECONDS * 1000,
      reservePercent: data.OUTREACH_RESERVE_PERCENT,
    },
    bulkItemsPerDay: data.OUTREACH_BULK_ITEMS_PER_DAY,
    publicBaseUrl: data.PUBLIC_BASE_URL,
    adminToken: data.ADMIN_TOKEN,
    encryptionKey: data.ENCRYPTION_KEY,
    faults,
  };
  return { ok: true, settings };
}

/** One a setting: the first is the plainest, so that an empty token is called empty and not badly formed. */
function faultsOf(env: object): readonly SettingFault[] {
  const faults = new Map<string, SettingFault>();
  for (const { path, message } of environment.safeParse(env).error?.issues ?? []) {
    const name = String(path[0]);
    const detail = REQUIRED.has(name) ? message : `${message} ${PASSED_OVER}`;
    if (!faults.has(name)) faults.set(name, { name, detail });
  }
  return [...faults.values()];
}

const PASSED_OVER = "Until it is corrected, it counts as left out.";

function readBaseUrl(context: z.core.$RefinementCtx, name: string, text: string): string {
  const fault = baseUrlFault(text);
  if (fault === null) return text.trim().replace(/\/+$/, "");
  context.addIssue({ code: "custom", message: `${name} ${fault}` });
  return z.NEVER;
}

function baseUrlFault(text: string): string | null {
  const url = URL.parse(text.trim());
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    return "must be an absolute URL such as https://api.outreach.io.";
  }
  if (url.search || url.hash || url.username || url.password) {
    return "must be an address alone, without query, fragment or credentials.";
  }
  if (url.protocol === "http:" && !isLocal(url.hostname)) {
    return "must begin with https://: tokens would travel in the open. Plain http:// is for local development.";
  }
  return null;
}

/** Hosts that no one else's network lies between: this machine, private networks, reserved names (RFC 6761, 8375). */
function isLocal(hostname: string): boolean {
  if (hostname.startsWith("[")) return /^\[(::1\]|f[cd])/.test(hostname);
  return (
    !hostname.includes(".") ||
    /\.(localhost|test|local|internal)$/.test(hostname) ||
    /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(hostname)
  );
}

/** Base64 or base64url, with or without padding. Null where it is not 32 bytes. */
function readKey(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(text.trim())) return null;
  const bytes = Buffer.from(text.trim(), "base64");
  return bytes.length === KEY_BYTES ? new Uint8Array(bytes) : null;
}
