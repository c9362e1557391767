/**
 * Answers as Outreach, a gateway before it, or a broken line may give them.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import type { IncomingAnswer, NoAnswer } from "../../../src/outreach/network.ts";
import type { Recorded } from "../../support/recorded-answers.ts";
import { RECORDED, spoilt } from "../../support/recorded-answers.ts";
import { json } from "./profiles.ts";

export const answerSchema = z.union([
  z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }),
  z.object({ reason: z.enum(["timeout", "connection_lost", "answer_too_large"]) }),
]);
export type AnswerInput = z.infer<typeof answerSchema>;

export function toAnswer(input: AnswerInput): IncomingAnswer | NoAnswer {
  if ("reason" in input) return { status: null, reason: input.reason };
  return { ...input, headers: new Headers(input.headers) };
}

/** What a header can hold: visible Latin-1, inner spaces, nothing else. */
const headerText = fc
  .array(
    fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
    { maxLength: 12 },
  )
  .map((codes) => String.fromCharCode(...codes));

const count = fc.oneof(
  fc.integer({ min: -2, max: 20_000 }).map(String),
  fc.constantFrom("9999, 19988", "0", "1e4", "99999999999999", "1.5", "", "unlimited", "0x10"),
  headerText,
);

const moment = fc.oneof(
  fc.integer({ min: -10, max: 100_000 }).map(String),
  fc.constantFrom(
    "1793610000",
    "1793610000000",
    "9".repeat(300),
    "1.5",
    "0",
    "-1",
    "2026-11-02T10:00:00",
    "2026-11-02 10:00:00Z",
    "Mon, 02 Nov 2026 10:00:00 GMT",
    "9999-12-31T23:59:59Z",
    "+275760-09-13T00:00:00.000Z",
    "Infinity",
    "soon",
    "1800, 3600",
  ),
  headerText,
);

const clock = fc.constantFrom(
  "Mon, 02 Nov 2026 09:00:00 GMT",
  "Thu, 01 Jan 1970 00:00:00 GMT",
  "Fri, 31 Dec 9999 23:59:59 GMT",
  "yesterday",
);

const headers = fc
  .record(
    {
      "retry-after": moment,
      "x-ratelimit-reset": moment,
      "x-ratelimit-limit": count,
      "x-ratelimit-remaining": count,
      date: clock,
      "content-type": fc.constantFrom("application/vnd.api+json", "text/html", "x"),
    },
    { requiredKeys: [] },
  )
  .map((values): Record<string, string> => ({ ...values }));

/** What Outreach says of itself; never a value of an update. */
const words = fc.oneof(
  fc.constantFrom("", "validationError", "scheduledServerMaintenance", "rateLimitExceeded"),
  fc.constantFrom(
    "until 2026-11-02T10:00:00",
    "x".repeat(5_000),
    "\u0000",
    "\uD800",
    "Ünïcode 🙂\r\n",
  ),
);
const oddWord = fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: json });

const jsonApiError = fc
  .record(
    {
      id: oddWord,
      title: oddWord,
      detail: oddWord,
      details: oddWord,
      source: fc.oneof(fc.record({ pointer: oddWord }), json),
    },
    { requiredKeys: [] },
  )
  .map((error) => ({ ...error }));

const prospectDocument = fc.record({
  data: fc.record(
    {
      id: fc.oneof(fc.constantFrom<unknown>(1, "1", 2, "2", 3, "03", null, {})),
      type: fc.constant("prospect"),
      attributes: fc.oneof(
        fc.constantFrom<unknown>({}, { firstName: 1 }, { firstName: ["a"] }, []),
        json,
      ),
    },
    { requiredKeys: [] },
  ),
});

const rootDocument = fc.record(
  {
    meta: fc.record(
      {
        user: fc.oneof(json, fc.record({ id: json, email: oddWord, firstName: oddWord })),
        scopes: fc.oneof(
          fc.constantFrom<unknown>("prospects.write x", ["prospects.read"], "", []),
          json,
        ),
      },
      { requiredKeys: [] },
    ),
    data: fc.oneof(
      json,
      fc.record({
        attributes: fc.record({
          prospectLabel4: oddWord,
          prospectLabel0: oddWord,
          prospectLabel999: oddWord,
        }),
      }),
    ),
  },
  { requiredKeys: [] },
);

const body = fc.oneof(
  { weight: 3, arbitrary: prospectDocument.map((document) => JSON.stringify(document)) },
  { weight: 2, arbitrary: rootDocument.map((document) => JSON.stringify(document)) },
  {
    weight: 4,
    arbitrary: fc.array(jsonApiError, { maxLength: 2 }).map((errors) => JSON.stringify({ errors })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ error: oddWord, description: oddWord }).map((e) => JSON.stringify(e)),
  },
  { weight: 1, arbitrary: json.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      "Retry later",
      "<html>",
      "{",
      "[".repeat(50_000),
      "\u0000",
      "null",
    ),
  },
);

const status = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      200,
      200,
      204,
      301,
      400,
      401,
      403,
      404,
      408,
      409,
      413,
      422,
      429,
      429,
      500,
      502,
      503,
      503,
      504,
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);

const noAnswer = fc
  .constantFrom("timeout" as const, "connection_lost" as const, "answer_too_large" as const)
  .map((reason) => ({ reason }));

const spoiltOf = ({ status: code, body: whole }: Recorded): fc.Arbitrary<AnswerInput> =>
  fc
    .constantFrom(...spoilt(whole))
    .map(({ body: changed }) => ({ status: code, headers: {}, body: JSON.stringify(changed) }));

/** Recorded answers of which one member is left out, null or of another type. */
const spoiltAnswers = fc.oneof(
  spoiltOf(RECORDED.patch),
  spoiltOf(RECORDED.root),
  spoiltOf(RECORDED.refusal),
);

/** Of `GET /api/v2` and of `PATCH`. */
export const answers: fc.Arbitrary<AnswerInput> = fc.oneof(
  { weight: 3, arbitrary: spoiltAnswers },
  { weight: 7, arbitrary: fc.record({ status, headers, body }) },
  { weight: 1, arbitrary: noAnswer },
);

/** In every token that is handed out. */
export const TOKEN_MARKER = "tok-Zz9";

const token = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 999 }).map((n) => `${TOKEN_MARKER}-${n}`) },
  fc.constantFrom<unknown>(
    `${TOKEN_MARKER}\n`,
    `${TOKEN_MARKER} ü`,
    `${TOKEN_MARKER}\u0000`,
    `${TOKEN_MARKER}🙂`,
    "",
    null,
    7,
    {},
  ),
  fc.constant(TOKEN_MARKER.repeat(2_000)),
);

const grant = fc.record(
  {
    access_token: token,
    refresh_token: token,
    token_type: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom("bearer", "Bearer") },
      fc.constantFrom<unknown>("mac", "", null, 1),
    ),
    expires_in: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(7_200, 60, 1) },
      fc.constantFrom<unknown>(0, -1, 0.5, 1e21, 1e308, "7200", null, {}, 2 ** 53),
    ),
    scope: fc.oneof(
      fc.constantFrom<unknown>("prospects.write", "", "  a  b ", "prospects.read"),
      json,
    ),
  },
  { requiredKeys: ["access_token", "token_type"] },
);

const refusal = fc.record(
  {
    error: fc.oneof(
      fc.constantFrom<unknown>(
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "server_error",
        "",
        1,
      ),
      json,
    ),
    error_description: oddWord,
  },
  { requiredKeys: [] },
);

/** Of the token endpoint. */
export const tokenAnswers: fc.Arbitrary<AnswerInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(grant, headers, fc.constantFrom(200, 200, 200, 200, 201, 500))
      .map(([value, more, code]) => ({
        status: code,
        headers: { ...more, "content-type": "application/json" },
        body: JSON.stringify(value),
      })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(refusal, headers, fc.constantFrom(400, 401, 403, 429, 500, 503, 200))
      .map(([value, more, code]) => ({
        status: code,
        headers: {
          ...more,
          "content-type": "application/json",
          ...(code === 401 && { "www-authenticate": 'Basic realm="x", error=' }),
        },
        body: JSON.stringify(value),
      })),
  },
  { weight: 2, arbitrary: spoiltOf(RECORDED.tokens) },
  { weight: 2, arbitrary: answers },
);
