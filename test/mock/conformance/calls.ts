/**
 * Calls that the conformance test makes again and again.
 * @module
 */
import type { Resource } from "../support.ts";
import type { Operation } from "./published.ts";
import type { Answer, Subject } from "./subject.ts";

/** The one record of an answer. */
export function recordIn(body: Answer["body"]): Resource {
  const data = body?.data;
  if (!data || !("id" in data)) throw new Error("The answer holds no record.");
  return data;
}

/** Creates a record with these attributes, or changes them, as the operation does. */
export async function write(
  subject: Subject,
  operation: Operation,
  id: number,
  attributes: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const type = operation.resource;
  const data = operation.method === "PATCH" ? { type, id, attributes } : { type, attributes };
  return subject.call(operation, { id, body: { data } });
}

/** Calls that each go wrong in another way; their statuses. */
export async function provokeErrors(
  subject: Subject,
  operation: Operation,
  id: number,
): Promise<readonly number[]> {
  const { mock } = subject;
  const data = { type: operation.resource, id };
  const withoutScope = `Bearer ${await mock.signIn({ scopes: "webhooks.read" })}`;
  const anyMethod = [
    { id: 999_999, body: { data } },
    { id, headers: { authorization: withoutScope } },
    { id, query: "nothing=1" },
  ];
  const withBody = [
    { id, body: { data }, headers: { "content-type": "text/plain" } },
    { id, body: "{" },
    { id, body: { data: { ...data, type: "nothing" } } },
    { id, body: { data: { ...data, attributes: { nothing: 1 } } } },
  ];
  const hasBody = operation.method === "POST" || operation.method === "PATCH";
  const statuses: number[] = [];
  for (const { body, ...attempt } of hasBody ? [...anyMethod, ...withBody] : anyMethod) {
    const how = hasBody ? { ...attempt, body } : attempt;
    statuses.push((await subject.call(operation, how)).status);
  }
  for (const effect of ["maintenance", "rate_limited"]) {
    await mock.control("POST", "/faults", { effect, times: 1 });
    statuses.push((await subject.call(operation, { id })).status);
  }
  return statuses;
}
