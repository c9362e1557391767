/**
 * Requests to the app, made from its own OpenAPI document, then bent.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import { OPERATIONS, SCHEMAS } from "../edge/description.ts";
import type { Operation } from "../edge/description.ts";
import { fromSchema } from "./from-schema.ts";
import { profile } from "./profiles.ts";

export const requestSchema = z.object({
  method: z.string(),
  /** With `$names` for ids that exist. */
  path: z.string(),
  query: z.array(z.tuple([z.string(), z.string()])),
  authorization: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  /** What does not work meanwhile. */
  down: z.enum(["nothing", "objects", "database"]),
});
export type RequestInput = z.infer<typeof requestSchema>;

/** What a page must never show as it is. */
export const SCRIPT = "<script>alert(1)</script>";

const names = fc.constantFrom(
  "$user",
  "$destination",
  "$failure",
  "$prospect",
  "$state",
  "$clientId",
);
const text = fc.oneof(
  { weight: 3, arbitrary: names },
  fc.constantFrom(
    "Spring",
    "person.name.firstName",
    "identityMap.OutreachId",
    "firstName",
    "custom4",
    "emails",
  ),
  fc.constantFrom(
    SCRIPT,
    "../..",
    "%",
    "a\nb",
    "\u202E",
    "'; DROP TABLE destinations; --",
    "__proto__",
    "constructor",
    "",
  ),
);

/** Each parameter by its meaning; other texts now and then. */
function parameter(name: string): fc.Arbitrary<string> {
  const known: Readonly<Record<string, string>> = {
    failureId: "$failure",
    outreachId: "$prospect",
    state: "$state",
    expires: "$expires",
    signature: "$signature",
    code: "invalid_json",
  };
  const fits = known[name] ?? (name === "limit" ? "3" : "$id");
  const odd = fc.constantFrom(
    "0",
    "-1",
    "1e3",
    "9007199254740993",
    "00007",
    "1~x",
    "99999999999999~x",
    "x".repeat(201),
    "\uD800",
    " ",
    "é",
  );
  return fc.oneof({ weight: 8, arbitrary: fc.constant(fits) }, text, odd, fc.string());
}

const authorization = (schemes: readonly string[]): fc.Arbitrary<string | null> => {
  const fits: string[] = schemes.flatMap((scheme) => {
    if (scheme === "adminToken") return ["Bearer $admin"];
    if (scheme === "ingestToken") return ["Bearer $ingest"];
    if (scheme === "accessToken") return ["Bearer $access"];
    return ["Basic $basic"];
  });
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...fits, ...(fits.length === 0 ? [null] : [])) },
    fc.constantFrom(
      null,
      "Bearer",
      "Bearer x",
      "bearer  $admin ",
      "Basic $basic",
      "Basic !",
      "Bearer $access.x",
      "Bearer a.b.c",
      "Digest x",
    ),
  );
};

const FORM = "application/x-www-form-urlencoded";

function body({
  requestBody,
  operationId,
}: Operation): fc.Arbitrary<{ type: string; text: string } | null> {
  if (!requestBody) return fc.constant(null);
  const [[type, media] = ["application/json", null]] = Object.entries(requestBody.content);
  const fits = operationId.endsWith("Profiles")
    ? profiles
    : fromSchema(media?.schema ?? {}, SCHEMAS, text).map((value) => render(type, value));
  const types = fc.oneof(
    { weight: 12, arbitrary: fc.constant(type) },
    fc.constantFrom(
      "",
      "text/plain",
      "application/json; charset=utf-16",
      FORM,
      "application/x-ndjson",
      "multipart/form-data",
    ),
  );
  const bent = fc.oneof(
    { weight: 8, arbitrary: fits },
    fc.tuple(fits, fc.nat()).map(([whole, at]) => whole.slice(0, at % (whole.length + 1))),
    fc.constantFrom(
      "",
      "null",
      "[]",
      "{",
      '{"__proto__":{"x":1}}',
      "\uFEFF{}",
      "[".repeat(2_000),
      '{"a":1}{"a":2}',
      `{"name":"${"x".repeat(1_000_001)}"}`,
    ),
    fc.string({ unit: "binary" }),
  );
  return fc.tuple(types, bent).map(([contentType, sent]) => ({ type: contentType, text: sent }));
}

const profiles = fc
  .tuple(fc.array(profile, { maxLength: 3 }), fc.boolean())
  .map(([some, isList]) =>
    isList || some.length !== 1 ? JSON.stringify(some) : JSON.stringify(some[0]),
  );

function render(type: string, value: unknown): string {
  if (type !== FORM || typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    typeof one === "string" ? one.toWellFormed() : JSON.stringify(one),
  ]);
  return new URLSearchParams(entries).toString();
}

/** The form that hands out a token: its values mean something, which its schema cannot say. */
const TOKEN_FORM = "grant_type=client_credentials&client_id=$clientId&client_secret=$clientSecret";

function requestTo(operation: Operation): fc.Arbitrary<RequestInput> {
  const inPath = operation.parameters.filter((found) => found.in === "path");
  const inQuery = operation.parameters.filter((found) => found.in === "query");
  const id = operation.path.includes("outreach-users") ? "$user" : "$destination";
  const schemes = operation.security.flatMap((scheme) => Object.keys(scheme));
  const sent =
    operation.operationId === "getAccessToken"
      ? fc.oneof(body(operation), fc.constant({ type: FORM, text: TOKEN_FORM }))
      : body(operation);
  return fc
    .record({
      values: fc.tuple(...inPath.map(({ name }) => parameter(name))),
      query: fc.tuple(
        ...inQuery.map(({ name }) =>
          fc.option(
            parameter(name).map((value) => [name, value] as [string, string]),
            { nil: null, freq: 4 },
          ),
        ),
      ),
      twice: fc.constantFrom(false, false, false, false, true),
      authorization: authorization(schemes),
      sent,
      accept: fc.constantFrom("", "", "application/json", "text/html", "*/*;q=0", "x"),
      prefer: fc.constantFrom("", "", "return=representation", ", ,x"),
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constant(operation.method) },
        fc.constantFrom("PUT", "OPTIONS", "HEAD", "DELETE"),
      ),
      down: fc.oneof(
        { weight: 8, arbitrary: fc.constant("nothing" as const) },
        fc.constantFrom("objects" as const, "database" as const),
      ),
    })
    .map((made) => {
      const path = inPath.reduce(
        (all, { name }, i) =>
          all.replace(`{${name}}`, encoded(made.values[i] === "$id" ? id : (made.values[i] ?? ""))),
        operation.path,
      );
      const query = made.query.filter((entry) => entry !== null);
      const headers: Record<string, string> = {};
      if (made.accept !== "") headers["accept"] = made.accept;
      if (made.prefer !== "") headers["prefer"] = made.prefer;
      if (made.sent) headers["content-type"] = made.sent.type;
      const hasBody = !["GET", "HEAD"].includes(made.method);
      return {
        method: made.method,
        path,
        query: made.twice ? [...query, ...query] : query,
        authorization: made.authorization,
        headers,
        body: hasBody ? (made.sent?.text ?? null) : null,
        down: made.down,
      };
    });
}

/** Names stay readable; anything else becomes one step of a path. */
function encoded(value: string): string {
  return value.startsWith("$") ? value : encodeURIComponent(value.toWellFormed());
}

const stray: fc.Arbitrary<RequestInput> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE", "PATCH"),
  path: fc.constantFrom(
    "/",
    "//",
    "/v1",
    "/v1/destinations/",
    "/v1/destinations/$destination/",
    "/%",
    "/%E0%A4%A",
    "/v1/destinations/%2e%2e",
    "/v1/destinations/%00",
    "/problems/__proto__",
    "/problems/constructor",
    `/${"x/".repeat(500)}`,
  ),
  query: fc.constant([]),
  authorization: fc.constantFrom(null, "Bearer $admin"),
  headers: fc.constant({}),
  body: fc.constant(null),
  down: fc.constant("nothing" as const),
});

export const requests: fc.Arbitrary<RequestInput[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: stray },
    ...OPERATIONS.map((operation) => ({ weight: 2, arbitrary: requestTo(operation) })),
  ),
  { minLength: 1, maxLength: 4 },
);
