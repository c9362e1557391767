/**
 * The connector's API as a program from outside uses it.
 * @module
 */
import { z } from "zod";

const created = z.object({ id: z.string(), connectUrl: z.string() });
const destination = z.object({
  id: z.string(),
  ingestUrl: z.string(),
  ingestToken: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
});
const status = z.object({
  connectUrl: z.string().nullish(),
  connection: z.object({ status: z.string() }),
  budget: z.object({ limit: z.number(), remaining: z.number(), resetsAt: z.string().nullable() }),
  backlog: z.object({
    pending: z.number(),
    inFlight: z.number(),
    drainsAt: z.string().nullable(),
  }),
  calls: z.object({ lastHour: z.number() }),
  paused: z.object({ reason: z.string(), until: z.string().nullable() }).nullable(),
});
const runs = z.object({
  runs: z.array(
    z.object({
      received: z.number(),
      accepted: z.number(),
      rejected: z.number(),
      coalesced: z.number(),
      unchanged: z.number(),
      delivered: z.number(),
      failed: z.number(),
      calls: z.number(),
    }),
  ),
});
const failures = z.object({
  failures: z.array(z.object({ prospectId: z.number() })),
  total: z.number(),
  next: z.string().nullable(),
});
const accepted = z.object({
  received: z.number(),
  accepted: z.number(),
  rejectedCount: z.number(),
  rejected: z.array(z.object({ code: z.string() })),
});

export type UserStatus = z.infer<typeof status>;
export type Run = z.infer<typeof runs>["runs"][number];
export type Destination = z.infer<typeof destination>;
export type Accepted = z.infer<typeof accepted>;

export class Edge {
  readonly #url: string;
  readonly #adminToken: string;

  constructor(url: string, adminToken: string) {
    this.#url = url;
    this.#adminToken = adminToken;
  }

  createOutreachUser(name: string) {
    return this.#ask("POST", "/v1/outreach-users", created, { name });
  }

  outreachUser(id: string): Promise<UserStatus> {
    return this.#ask("GET", `/v1/outreach-users/${id}`, status);
  }

  createDestination(settings: object): Promise<Destination> {
    return this.#ask("POST", "/v1/destinations", destination, settings);
  }

  async runs(destinationId: string): Promise<readonly Run[]> {
    return (await this.#ask("GET", `/v1/destinations/${destinationId}/runs`, runs)).runs;
  }

  failures(destinationId: string) {
    return this.#ask("GET", `/v1/destinations/${destinationId}/failures?limit=100`, failures);
  }

  async #ask<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#adminToken}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  }
}

/** Posts profiles to a destination's ingest URL. */
export async function postProfiles(
  to: { ingestUrl: string; ingestToken: string },
  contentType: string,
  body: string,
): Promise<Accepted> {
  const response = await fetch(to.ingestUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${to.ingestToken}`, "content-type": contentType },
    body,
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`ingest answered ${response.status}: ${text}`);
  return accepted.parse(JSON.parse(text));
}

/**
 * Connects an Outreach user as a browser would, through every redirect, at a mock whose sign-in page accepts
 * `auto=1` in place of a person.
 */
export async function signIn(connectUrl: string): Promise<void> {
  const authorize = new URL(await redirectOf(connectUrl));
  authorize.searchParams.set("auto", "1");
  const callback = await redirectOf(authorize.href);
  const done = await fetch(callback, { headers: { accept: "application/json" } });
  if (!done.ok) throw new Error(`The sign-in ended with ${done.status}: ${await done.text()}`);
  await done.body?.cancel();
}

async function redirectOf(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "manual" });
  const location = response.headers.get("location");
  if (response.status !== 302 || location === null) {
    throw new Error(`Expected a redirect, got ${response.status}: ${await response.text()}`);
  }
  await response.body?.cancel();
  return new URL(location, url).href;
}
