/**
 * Fault rules as a test writes them: which calls, how often, and what happens to them.
 * @module
 */
import { z } from "zod";
import { ownName } from "../control/names.ts";

/** Longer than any client waits. */
const WAIT_MAX_MS = 86_400_000;

/** A header's name is a token and its value one line (RFC 9110). `null` takes the header away. */
const headerChanges = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, "is no header name"),
  z
    .string()
    .max(1_000)
    .regex(/^[\t\x20-\x7E]*$/, "must be one line of printable ASCII")
    .nullable(),
);

const applied = z
  .boolean()
  .describe("Whether the call is carried out all the same and only its answer is lost or replaced");
const counted = z.boolean().optional().describe("Whether the call counts against the rate limit");

const job = z
  .literal("job")
  .describe("The bulk job that the call starts goes wrong; other rules go on to apply");

const kinds = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("answer").describe("Any answer of your own"),
    status: z.int().min(200).max(599),
    body: z.unknown().optional().describe("A text is sent as it is, anything else as JSON"),
    headers: headerChanges.default({}),
    applied: applied.default(false),
    counted,
  }),
  z.strictObject({
    type: z.literal("maintenance").describe("503 with Retry-After as an ISO 8601 time"),
    forSeconds: z.int().min(1).max(86_400).default(600),
    counted,
  }),
  z.strictObject({
    type: z.enum(["server_error", "bad_gateway", "gateway_timeout"]).describe("500, 502 or 504"),
    applied: applied.default(false),
    counted,
  }),
  z.strictObject({
    type: z.literal("rate_limited").describe("The 429 of a budget that is used up"),
    counted,
  }),
  z.strictObject({
    type: z
      .literal("unauthorized")
      .describe("The gateway's 401, as for a token that it does not know"),
    counted,
  }),
  z.strictObject({
    type: z.literal("drop").describe("The connection breaks before anything is done"),
    counted,
  }),
  z.strictObject({
    type: z.literal("drop_after").describe("The call is carried out, then the connection breaks"),
    counted,
  }),
  z.strictObject({
    type: z.literal("hang").describe("No answer until the caller gives up"),
    applied: applied.default(false),
    counted,
  }),
  z.strictObject({
    type: z.literal("garbage").describe("The answer's status with half a JSON document"),
    applied: applied.default(true),
    counted,
  }),
  z.strictObject({
    type: z.literal("latency").describe("The answer comes late; other rules go on to apply"),
    ms: z.int().min(0).max(WAIT_MAX_MS),
    jitterMs: z.int().min(0).max(WAIT_MAX_MS).default(0),
    applied: applied.default(false).describe("Whether the call is carried out before the wait"),
  }),
  z.strictObject({
    type: z
      .literal("headers")
      .describe("The true answer with other headers; other rules go on to apply"),
    set: headerChanges,
  }),
  z.discriminatedUnion("outcome", [
    z.strictObject({
      type: job,
      outcome: z.enum(["failed", "stuck"]).describe("Ends as failed, never starts"),
    }),
    z.strictObject({
      type: job,
      outcome: z.literal("partial"),
      share: z.number().min(0).max(1).default(0.5).describe("Of items that fail"),
    }),
    z.strictObject({
      type: job,
      outcome: z.literal("late"),
      seconds: z
        .int()
        .min(1)
        .max(WAIT_MAX_MS / 1_000)
        .default(3_600)
        .describe("How much later it starts"),
    }),
  ]),
]);

/** `"drop"` is short for `{"type": "drop"}`. */
export const faultEffect = z.preprocess(
  (value: EffectInput) => (typeof value === "string" ? { type: value } : value),
  kinds,
);

const method = z.string().min(1).max(20).toUpperCase();

const pathPattern = z
  .string()
  .startsWith("/")
  .max(1_000)
  .refine((path) => path.split("/").every(isSegmentPattern), {
    error: "`*` stands for a whole segment, and `**` for any rest, so only at the end",
  })
  .refine((path) => !/[?#]/.test(path), {
    error: "is matched with paths alone, which have no `?` and no `#`",
  })
  .describe("`/api/v2/prospects/*` or `/api/v2/**`; without an asterisk, how the path begins");

function isSegmentPattern(segment: string, i: number, all: readonly string[]): boolean {
  if (segment === "**") return i === all.length - 1;
  return segment === "*" || !segment.includes("*");
}

export const faultRule = z.strictObject({
  id: ownName.optional().describe("To find it again; left out, a number"),
  match: z
    .strictObject({
      method: z
        .union([method.transform((one) => [one]), z.array(method).min(1).max(20)])
        .optional(),
      path: pathPattern.optional(),
      prospects: z.array(z.int()).min(1).max(100_000).optional(),
      user: z
        .union([z.int(), z.string().min(1).max(255)])
        .optional()
        .describe("Id or e-mail"),
    })
    .default({})
    .describe("Which calls; what is left out matches every call"),
  skip: z.int().min(0).default(0).describe("So many matching calls go by first"),
  times: z.int().min(1).nullable().default(null).describe("How often it strikes; null: always"),
  rate: z.number().min(0).max(1).default(1).describe("The chance that it strikes a matching call"),
  effect: faultEffect,
});

export type FaultEffect = z.infer<typeof kinds>;
export type JobEffect = Extract<FaultEffect, { type: "job" }>;
export type FaultRule = z.infer<typeof faultRule>;

/** Effects that need nothing said but their name. */
type PlainEffect = Exclude<FaultEffect["type"], "answer" | "latency" | "headers" | "job">;
type EffectInput = PlainEffect | z.input<typeof kinds>;
/** A rule as it is written: everything but its effect may be left out. */
export type FaultRuleInput = z.input<typeof faultRule>;
