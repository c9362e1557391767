/**
 * The app with a real database, a fake Outreach user and a clock that a test moves.
 * @module
 */
import { env } from "cloudflare:workers";
import { createApp } from "../../src/app.ts";
import { consoleRoutes } from "../../src/console/routes.tsx";
import { addedOutreachUser } from "../../src/outreach-users/schemas.ts";
import { createdDestination } from "../../src/destinations/schemas.ts";
import { fakeOutreachUser, fakeOverflow } from "./fake-outreach-user.ts";

export const ORIGIN = "https://edge.example";
export const START = Date.UTC(2026, 10, 23, 14);
export const ADMIN = "test-admin-token-of-the-worker";

export interface Call {
  readonly method?: string;
  /** Sent as JSON where it is an object, as it is where it is text. */
  readonly body?: unknown;
  /** Null for none; left out, the admin token. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is not JSON. */
  readonly json: unknown;
}

export type WorkerUnderTest = ReturnType<typeof workerUnderTest>;

/** @param variables settings that this test changes; undefined takes one out */
export function workerUnderTest(variables: Readonly<Record<string, string | undefined>> = {}) {
  const user = fakeOutreachUser();
  const overflow = fakeOverflow();
  /** Ids of the objects that were called, one a stub. */
  const stubs: string[] = [];
  const clock = { now: START };
  const app = createApp({
    outreachUser: (_env, id) => {
      stubs.push(id);
      return user;
    },
    overflow: () => overflow,
    now: () => clock.now,
    consoleRoutes,
  });
  const bindings = { ...env, ...variables };

  async function call(path: string, { method, body, token = ADMIN, headers }: Call = {}) {
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const init = {
      method: method ?? (text === undefined ? "GET" : "POST"),
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(text !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    };
    return toAnswer(await app.request(new URL(path, ORIGIN).href, init, bindings));
  }

  async function addOutreachUser(name = "Marketing operations") {
    const { json } = await call("/v1/outreach-users", { body: { name } });
    return addedOutreachUser.parse(json);
  }

  /** Adds a destination, with an Outreach user of its own unless told otherwise. */
  async function addDestination(fields: Readonly<Record<string, unknown>> = {}) {
    const outreachUserId = fields["outreachUserId"] ?? (await addOutreachUser()).id;
    const { json } = await call("/v1/destinations", {
      body: { name: "Spring campaign", outreachUserId, ...fields },
    });
    return createdDestination.parse(json);
  }

  return { app, bindings, user, overflow, stubs, clock, call, addOutreachUser, addDestination };
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}
