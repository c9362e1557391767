/**
 * The mock under test: every answer that it gives to an operation is checked against what is published for it.
 * @module
 */
import type { z } from "zod";
import type { MockOutreachOptions } from "../../../mock-outreach/index.ts";
import { JSON_API, type Resource, testMock, type TestMock } from "../support.ts";
import type { Operation, Published } from "./published.ts";
import type { Tally } from "./tally.ts";

export interface Answer {
  readonly status: number;
  /** Null for an answer without a body. */
  readonly body: {
    readonly data?: Resource | readonly Resource[];
    readonly included?: readonly Resource[];
    readonly errors?: readonly {
      readonly id: string;
      readonly source?: { readonly pointer: string };
    }[];
  } | null;
}

export interface Subject {
  readonly mock: TestMock;
  /** @throws where the answer is not as published */
  readonly call: (
    operation: Operation,
    how?: {
      readonly id?: number;
      readonly query?: string;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    },
  ) => Promise<Answer>;
}

const SCOPES = ["prospects", "accounts", "stages", "personas", "users", "batches", "imports"]
  .map((resource) => `${resource}.all`)
  .join(" ");

export async function createSubject(
  published: Published,
  tally: Tally,
  options: MockOutreachOptions = {},
): Promise<Subject> {
  const mock = testMock({ seed: 20, limit: 1_000_000, ...options });
  const authorization = `Bearer ${await mock.signIn({ scopes: SCOPES })}`;
  return {
    mock,
    async call(operation, { id, query, body, headers } = {}) {
      const path = operation.path.replace("{id}", String(id ?? 1));
      const url = query === undefined ? path : `${path}?${query}`;
      const sent = { authorization, ...headers };
      const response = await mock.api(operation.method, url, body, sent);
      const answer = await readAnswer(response);
      const complaint =
        complain(operation, response, answer) ?? wrongIncluded(published, answer.body);
      if (complaint !== null) {
        throw new Error(`${operation.method} ${url} answered ${response.status}: ${complaint}`);
      }
      tally.answers += 1;
      tally.statuses.add(answer.status);
      return answer;
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** What is not as published; null where all is well. */
function complain(
  operation: Operation,
  response: Response,
  { status, body }: Answer,
): string | null {
  const known = operation.answers.has(status) ? status : documentedError(operation, status);
  const schema = known === null ? undefined : operation.answers.get(known);
  if (schema === undefined) return "a status that is not published.";
  if (schema === null) return body === null ? null : "a body, where none is published.";
  const type = response.headers.get("content-type");
  if (type !== JSON_API) return `${type}, where ${JSON_API} is published.`;
  const parsed = schema.safeParse(body);
  if (!parsed.success) return inWords(parsed.error);
  return status >= 400 ? wrongErrors(body) : wrongRecords(operation, body);
}

/** One error's schema is published for each operation, and every other error has the same shape. */
function documentedError({ answers }: Operation, status: number): number | null {
  if (status < 400) return null;
  return [...answers.keys()].find((known) => known >= 400) ?? null;
}

/** The schemas require nothing at all. */
function wrongErrors(body: Answer["body"]): string | null {
  return body?.errors?.length ? null : "no errors.";
}

function wrongRecords({ resource, path }: Operation, body: Answer["body"]): string | null {
  const data = body?.data;
  if (data === undefined) return "no data.";
  const isList = Array.isArray(data);
  if (isList && (path.includes("{id}") || path.includes("/actions/"))) return "a list.";
  const records: readonly Resource[] = [data].flat();
  const odd = records.find(({ id, type }) => type !== resource || !Number.isInteger(id));
  return odd ? `a record of type '${odd.type}' with the id ${odd.id}.` : null;
}

/** Nothing is published of `included` itself; its records are. */
function wrongIncluded({ record }: Published, body: Answer["body"]): string | null {
  for (const included of body?.included ?? []) {
    const parsed = record(included.type)?.safeParse(included);
    if (!parsed) return `an included record of the unpublished type '${included.type}'.`;
    if (!parsed.success) return `an included ${included.type} with ${inWords(parsed.error)}`;
  }
  return null;
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
