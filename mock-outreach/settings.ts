/**
 * The mock's settings: what each one means, its bounds and its default. The command line, `createMockOutreach`,
 * `POST /__mock/reset` and `PATCH /__mock/options` all read this one list.
 * @module
 */
import { z } from "zod";

/** Who can sign in. A `viewer` has every scope's token and yet may not write: 403 `unauthorizedRequest`. */
export const mockUser = z.strictObject({
  email: z.email().max(255),
  firstName: z.string().max(255),
  lastName: z.string().max(255),
  role: z.enum(["member", "viewer"]).default("member"),
});

export type MockUser = z.infer<typeof mockUser>;

/** Five million records still fit into Node's default heap, because a record exists only once it is read. */
const PROSPECTS_MAX = 5_000_000;
/** A day in milliseconds: longer waits in a test are a mistake. */
const LATENCY_MAX_MS = 86_400_000;

const seconds = (max: number) => z.int().min(1).max(max);
const oneYearS = 366 * 86_400;

export const settingsSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(PROSPECTS_MAX)
    .describe("How many prospects exist at the start; their ids run from 1"),
  randomSeed: z
    .string()
    .max(200)
    .describe("What every name, token and random fault is made from: the same text, the same run"),
  users: z
    .array(mockUser)
    .min(1)
    .max(10_000)
    .superRefine((users, context) => {
      const ids = new Map<string, number>();
      for (const [place, { email }] of users.entries()) {
        // Who signs in, and who a rule is about, is told by the address, in any case of letters.
        const first = ids.get(email.toLowerCase());
        if (first === undefined) ids.set(email.toLowerCase(), place + 1);
        else {
          const message = `is the address of user ${first} too: each needs one of their own`;
          context.addIssue({ code: "custom", path: [place, "email"], message });
        }
      }
    })
    .describe("Who can sign in; each has a budget of calls of its own"),

  limit: z.int().min(1).max(1_000_000_000).describe("Calls that each user has in a window"),
  windowSeconds: seconds(oneYearS)
    .meta({ flag: "window" })
    .describe("Length of the window, in seconds"),
  windowKind: z
    .enum(["fixed", "sliding"])
    .describe("Whether the window starts anew at its end or looks back from each call"),
  windowAlignment: z
    .enum(["clock", "first_call"])
    .describe("Where a fixed window begins: at multiples of its length, or with its first call"),
  resetFormat: z
    .enum(["epoch_seconds", "epoch_ms", "delta_seconds", "iso8601", "http_date"])
    .describe("How X-RateLimit-Reset and Retry-After tell the time"),
  remainingPair: z
    .boolean()
    .describe("X-RateLimit-Remaining as two numbers, `9999, 19988`; the first counts"),

  othersPerMinute: z
    .int()
    .min(0)
    .max(10_000)
    .describe(
      "Calls a minute that somebody else makes from a user's budget, once the user has called",
    ),

  autoApprove: z.boolean().describe("The sign-in page signs in and consents by itself"),
  clientId: z.string().min(1).max(500).nullable().describe("The only client id that is accepted"),
  clientSecret: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .describe("The only client secret that is accepted"),
  redirectUris: z
    .array(z.url().max(2_000))
    .max(100)
    .nullable()
    .meta({ flag: "redirect-uri" })
    .describe("The only redirect URIs that are accepted"),
  authorizationCodeSeconds: seconds(86_400).describe("Life of an authorization code, in seconds"),
  accessTokenSeconds: seconds(oneYearS).describe("Life of an access token, in seconds"),
  refreshTokenSeconds: seconds(oneYearS).describe("Life of a refresh token, in seconds"),
  rotateRefreshTokens: z.boolean().describe("Each refresh hands out a new refresh token"),
  oldRefreshTokens: z
    .enum(["die", "live"])
    .describe("What a rotation does to the refresh token it replaces"),
  refreshTokensMax: z
    .int()
    .min(1)
    .max(10_000)
    .describe("Live refresh tokens of one user and application; minting one more ends the oldest"),
  mintThrottleSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .describe(
      "One access token for a user and application in so many seconds, else 429; 0 switches it off",
    ),

  unknownAttributes: z
    .enum(["reject", "ignore"])
    .describe("What a write with an unknown or read-only attribute gets: 422, or no word about it"),
  duplicateValueErrors: z
    .boolean()
    .describe("422 validationDuplicateValueError for a write with emails that changes nothing"),
  excludedEmailDomains: z
    .array(z.string().min(1).max(255).toLowerCase())
    .max(1_000)
    .meta({ flag: "excluded-email-domain" })
    .describe("Domains whose e-mail addresses the organisation excludes"),
  contentTypeRequired: z
    .enum(["writes", "every_call"])
    .describe("Which calls need Content-Type: application/vnd.api+json, else 415"),
  detailKey: z
    .enum(["documented", "details"])
    .describe(
      "Errors say `detail` except where the documentation has `details`, or always `details`",
    ),
  largestPage: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .describe("Records on a page of a list that Outreach manages to answer; more get 502"),

  bulkDelaySeconds: z
    .number()
    .min(0)
    .max(86_400)
    .describe("From a bulk job's acceptance to its start, in seconds"),
  bulkItemsPerSecond: z
    .number()
    .min(0.001)
    .max(1_000_000)
    .describe("Items of each bulk job that Outreach carries out in a second"),
  bulkItemsPerCall: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe("Prospects of one bulk modify; more are refused"),
  bulkItemsPerDay: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .describe("Prospects of all bulk modifies in a day; more are refused"),
  bulkUpsertRecords: z
    .int()
    .min(1)
    .max(100_000)
    .describe("Records of one bulk upsert; more get 413"),
  bulkUpsertBytes: z
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .describe("Largest body of a bulk upsert, in bytes; more gets 413"),

  latencyMs: z
    .int()
    .min(0)
    .max(LATENCY_MAX_MS)
    .describe("How long Outreach works on a call, in milliseconds"),
  latencyJitterMs: z
    .int()
    .min(0)
    .max(LATENCY_MAX_MS)
    .describe("Up to this much more latency, from the random seed"),
  bodyBytesMax: z
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .describe("Largest request body, in bytes; more gets 413"),
  journalSize: z
    .int()
    .min(0)
    .max(10_000_000)
    .describe("Calls that the journal remembers; older ones drop out"),
  journalBodyBytes: z
    .int()
    .min(0)
    .max(1_073_741_824)
    .describe("How much of each body the journal keeps, in bytes"),
});

export type MockSettings = z.infer<typeof settingsSchema>;

/** What can be left out. */
export const settingsInput = settingsSchema.partial();
export type MockSettingsInput = z.input<typeof settingsInput>;
export type SettingsChange = z.output<typeof settingsInput>;

/** What is used up while the world is built, so that a change needs a reset. */
export const liveSettingsInput = settingsInput.omit({
  seed: true,
  randomSeed: true,
  users: true,
  journalSize: true,
});

/** Outreach's documented figures; where there are none, the middle of what is likely. */
export const DEFAULT_SETTINGS: MockSettings = {
  seed: 1_000,
  randomSeed: "outreach",
  users: [
    { email: "ada@example.com", firstName: "Ada", lastName: "Lovelace", role: "member" },
    { email: "grace@example.com", firstName: "Grace", lastName: "Hopper", role: "member" },
    { email: "alan@example.com", firstName: "Alan", lastName: "Turing", role: "member" },
    { email: "katherine@example.com", firstName: "Katherine", lastName: "Johnson", role: "member" },
    { email: "viewer@example.com", firstName: "Vera", lastName: "Viewer", role: "viewer" },
  ],
  limit: 10_000,
  windowSeconds: 3_600,
  windowKind: "fixed",
  windowAlignment: "clock",
  resetFormat: "epoch_seconds",
  remainingPair: false,
  othersPerMinute: 0,
  autoApprove: false,
  clientId: null,
  clientSecret: null,
  redirectUris: null,
  authorizationCodeSeconds: 600,
  accessTokenSeconds: 7_200,
  refreshTokenSeconds: 14 * 86_400,
  rotateRefreshTokens: true,
  oldRefreshTokens: "die",
  refreshTokensMax: 100,
  mintThrottleSeconds: 60,
  unknownAttributes: "reject",
  duplicateValueErrors: false,
  excludedEmailDomains: ["excluded.example"],
  contentTypeRequired: "writes",
  detailKey: "documented",
  largestPage: null,
  bulkDelaySeconds: 2,
  bulkItemsPerSecond: 1_000,
  bulkItemsPerCall: 100_000,
  bulkItemsPerDay: 5_000_000,
  bulkUpsertRecords: 500,
  bulkUpsertBytes: 1_048_576,
  latencyMs: 0,
  latencyJitterMs: 0,
  bodyBytesMax: 10_485_760,
  journalSize: 10_000,
  journalBodyBytes: 8_192,
};

/**
 * Fills in what is left out.
 * @throws {RangeError} naming each setting that is unknown or out of bounds
 */
export function completeSettings(
  input: unknown,
  defaults: MockSettings = DEFAULT_SETTINGS,
): MockSettings {
  const parsed = settingsInput.safeParse(input);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error));
  return withSettings(defaults, parsed.data);
}

/**
 * Settings of a world that was saved, changed like those of one that runs.
 * @throws {RangeError} naming each setting that is unknown, out of bounds, or used up while a world is built
 */
export function changeSettings(base: MockSettings, input: unknown): MockSettings {
  const parsed = liveSettingsInput.safeParse(input);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error));
  return withSettings(base, parsed.data);
}

/** `base` with the settings that `change` names; an `undefined` leaves its setting as it is. */
export function withSettings(base: MockSettings, change: SettingsChange): MockSettings {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return settingsSchema.parse({ ...base, ...Object.fromEntries(named) });
}
