/**
 * Fuzz target: requests to the whole app, on its real stores and the real core.
 *
 * Rules: never a 5xx, but for a 503 while something is down; no status that the API's description does not declare;
 * answers are as described, every error a problem document; a request that is refused, and one that only reads, changes
 * nothing that is stored; no secret and no value of a profile is answered or logged where it does not belong.
 * @module
 */
import { z } from "zod";
import { problemDocument } from "../../../src/http/problem.ts";
import { PROBLEM_TYPES } from "../../../src/http/problem-types.ts";
import { answerSchema, operationOf } from "../edge/description.ts";
import type { Operation } from "../edge/description.ts";
import { Edge, SECRETS } from "../edge/edge.ts";
import { withLog } from "../edge/log.ts";
import { MARKER } from "../inputs/profiles.ts";
import { requests, requestSchema, SCRIPT } from "../inputs/requests.ts";
import type { RequestInput } from "../inputs/requests.ts";
import { holds } from "../target.ts";
import type { Target } from "../target.ts";

const schema = z.object({ requests: z.array(requestSchema) });

/** They use up or begin a sign-in, whatever comes of it. */
const SIGN_IN = new Set(["completeSignIn", "connectOutreachUser"]);

export const http: Target<z.infer<typeof schema>> = {
  name: "http",
  weight: 1,
  schema,
  inputs: requests.map((some) => ({ requests: some })),
  check: async (input) => {
    const { result: edge } = await withLog(() => Edge.inUse());
    const outcomes: string[] = [];
    for (const request of input.requests) outcomes.push(await tryRequest(edge, request));
    return outcomes.at(-1) ?? "nothing";
  },
};

async function tryRequest(edge: Edge, input: RequestInput): Promise<string> {
  const before = edge.stored();
  edge.d1.isDown = input.down === "database";
  edge.objects.areDown = input.down === "objects";
  const { path, init } = toRequest(input, edge);
  const { result: answer, logged } = await withLog(() => edge.request(path, init));
  const text = await answer.text();
  edge.d1.isDown = false;
  edge.objects.areDown = false;
  const { status } = answer;
  const operation = operationOf(
    input.method === "HEAD" ? "GET" : input.method,
    path.split("?")[0] ?? "",
  );
  const seen = () => ({ status, text: text.slice(0, 500), logged: logged.slice(0, 1_000) });

  const isDown = input.down !== "nothing";
  holds(status < 500 || (isDown && status === 503), "never a 5xx", seen);
  if (status === 503)
    holds(answer.headers.has("retry-after"), "a 503 says when to try again", seen);
  if (operation)
    holds(String(status) in operation.responses || status === 404, "a status is declared", seen);
  else holds([404, 405].includes(status), "what is not there is not found", seen);
  if (status >= 400) checkProblem(answer, text, input.method);
  else if (input.method !== "HEAD") checkAnswer(operation, status, answer, text);

  const isReading = status < 400 && ["GET", "HEAD"].includes(input.method);
  const mayChange = operation !== null && SIGN_IN.has(operation.operationId);
  if ((isReading || (status >= 400 && status < 500)) && !mayChange) {
    holds(edge.stored() === before, "what is refused, or only read, changes nothing", seen);
  }
  for (const secret of Object.values(SECRETS)) {
    holds(!text.includes(secret) && !logged.includes(secret), "no secret is told", seen);
  }
  const tokens = [
    edge.names["$ingest"] ?? "",
    edge.names["$clientSecret"] ?? "",
    edge.names["$access"] ?? "",
  ];
  holds(!tokens.some((token) => logged.includes(token)), "no token is logged", seen);
  holds(!logged.includes(MARKER), "no value is logged", seen);
  holds(!isHtml(answer) || !text.includes(SCRIPT), "a page shows no input as it is", seen);
  return `${operation?.operationId ?? "no operation"} ${status}`;
}

function checkProblem(answer: Response, text: string, method: string): void {
  if (isHtml(answer) || method === "HEAD") return;
  const seen = () => text;
  holds(
    answer.headers.get("content-type") === "application/problem+json",
    "an error is a problem",
    seen,
  );
  const parsed = problemDocument.safeParse(JSON.parse(text));
  holds(
    parsed.success && parsed.data.status === answer.status,
    "a problem document is valid",
    seen,
  );
  holds(Object.hasOwn(PROBLEM_TYPES, parsed.data.code), "a problem's code is known", seen);
}

function checkAnswer(
  operation: Operation | null,
  status: number,
  answer: Response,
  text: string,
): void {
  const described =
    operation && /json/.test(answer.headers.get("content-type") ?? "")
      ? answerSchema(operation, status)
      : null;
  if (!described) return;
  const parsed = described.safeParse(JSON.parse(text));
  holds(parsed.success, "an answer is as it is described", () => ({
    text,
    error: parsed.error?.issues,
  }));
}

function isHtml(answer: Response): boolean {
  return answer.headers.get("content-type")?.startsWith("text/html") ?? false;
}

function toRequest(
  { method, path, query, authorization, headers, body }: RequestInput,
  edge: Edge,
) {
  const basic = Buffer.from(`${edge.names["$clientId"]}:${edge.names["$clientSecret"]}`).toString(
    "base64",
  );
  const names = Object.entries({ ...edge.names, $basic: basic }).toSorted(
    ([a], [b]) => b.length - a.length,
  );
  const named = (text: string): string =>
    names.reduce((all, [name, value]) => all.replaceAll(name, () => value), text);
  const search = new URLSearchParams(query.map(([name, value]) => [name, named(value)])).toString();
  const all = {
    ...headers,
    ...(authorization !== null && { authorization: named(authorization) }),
  };
  const init = { method, headers: all, ...(body !== null && { body: named(body) }) };
  return { path: named(path) + (search === "" ? "" : `?${search}`), init };
}
