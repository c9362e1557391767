/**
 * A mock on a clock of the test's own, and a caller with a token.
 * @module
 */
import type { CallView, ProspectView, StateView } from "../../mock-outreach/control/answers.ts";
import { createMockOutreach, type MockOutreachOptions } from "../../mock-outreach/index.ts";

export const JSON_API = "application/vnd.api+json";
export const ORIGIN = "https://api.outreach.example";

/** 2026-11-23T10:00:00Z: the beginning of an hour, and so of a fixed window. */
export const START = Date.UTC(2026, 10, 23, 10);

export interface JournalAnswer {
  readonly requests: readonly CallView[];
  readonly next: number | null;
  readonly total: number;
  readonly dropped: number;
}

/** A resource object, as tests look at it. */
export interface Resource {
  readonly type: string;
  readonly id: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, { readonly data?: unknown }>>;
  readonly meta?: object;
}

/** The one resource of an answer. */
export async function resourceOf(response: Response): Promise<Resource> {
  return ((await response.json()) as { data: Resource }).data;
}

/** The resources of a page, and what stands beside them. */
export interface Page {
  readonly data: readonly Resource[];
  readonly meta?: { readonly count: number };
  readonly links: Readonly<Record<string, string>>;
}

export interface TestMock {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** A call with a token: `api("GET", "/prospects/1")`. */
  readonly api: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  /** A call of the control API. */
  readonly control: <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;
  readonly state: (query?: string) => Promise<StateView>;
  readonly prospect: (id: number) => Promise<ProspectView>;
  readonly journal: (query?: string) => Promise<JournalAnswer>;
  readonly signIn: (as?: { user?: string; scopes?: string }) => Promise<string>;
  readonly advance: (ms: number) => void;
  /** What `sleep` was asked for, in milliseconds; nothing sleeps. */
  readonly slept: number[];
  readonly close: () => void;
}

export function testMock(options: MockOutreachOptions = {}): TestMock {
  let now = START;
  const slept: number[] = [];
  const mock = createMockOutreach({
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
    },
    ...options,
  });
  const fetch = (path: string, init?: RequestInit) => mock.fetch(new Request(ORIGIN + path, init));
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`/__mock${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (response.status === 204 ? null : await response.json()) as T;
  };
  const signIn: TestMock["signIn"] = async (as = {}) =>
    (await control<{ access_token: string }>("POST", "/tokens", as)).access_token;
  let token: string | null = null;
  return {
    fetch,
    control,
    state: (query = "") => control("GET", `/state${query}`),
    prospect: (id) => control("GET", `/prospects/${id}`),
    journal: (query = "") => control("GET", `/requests${query}`),
    signIn,
    slept,
    close: mock.close,
    advance: (ms) => {
      now += ms;
    },
    api: async (method, path, body, headers = {}) => {
      token ??= await signIn();
      return fetch(`/api/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": JSON_API, ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    },
  };
}

/** The document that changes a prospect's attributes. */
export function patchOf(id: number, attributes: Record<string, unknown>) {
  return { data: { type: "prospect", id, attributes } };
}

/** Resolves once everything that can go on without time passing has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
