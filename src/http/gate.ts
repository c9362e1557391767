/**
 * Gates: who may come in at a route, and how large a body it takes.
 *
 * Promises: a gate stands before all else of its route, so that nothing of a body is read before its sender is known; a
 * route without a gate is not mounted.
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { problem } from "./problem.ts";

const gates = new WeakSet<object>();

/** Declares a middleware to be a gate: it identifies the caller, or answers, and leaves the body alone. */
export function gate<Handler extends MiddlewareHandler>(handler: Handler): Handler {
  gates.add(handler);
  return handler;
}

/** What is looked at of a route. */
export interface GatedRoute {
  readonly path: string;
  readonly middleware?: MiddlewareHandler | readonly MiddlewareHandler[];
}

/** @throws where the first middleware of a route is no gate */
export function requireGate({ path, middleware }: GatedRoute): void {
  const [first] = [middleware ?? []].flat();
  if (first && gates.has(first)) return;
  throw new Error(`The route ${path} has no gate: say who may use it.`);
}

const anybody = gate(
  createMiddleware<AppEnv>(async function anybody(_, next) {
    await next();
  }),
);

/** For routes that anybody may use. They read no body, unless it holds the credential: then `bodyOf` limits it. */
export const OPEN = { security: [], middleware: [anybody] as [typeof anybody] };

/** Bodies by class of route. */
const BODY_BYTES_MAX = {
  /** A credential, and little else. It is read before anybody is known. */
  credential: 16 * 1024,
  /** The largest settings, 250 mappings and 150 audiences with long names, take a third of this. */
  control: 1_000_000,
};

/** Of a route that reads no body nobody looks how large one is. */
const READS_NONE: ReadonlySet<string> = new Set(["GET", "DELETE"]);

/** Refuses a body that is larger than those of its class. Stands behind the gate. */
export function limitBody(size: keyof typeof BODY_BYTES_MAX) {
  const maxSize = BODY_BYTES_MAX[size];
  const detail = `Send at most ${maxSize.toLocaleString("en-US")} bytes. Nothing was changed.`;
  const limit = bodyLimit({ maxSize, onError: (c) => problem(c, "body_too_large", { detail }) });
  return createMiddleware<AppEnv>(async function hasLimit(c, next) {
    return READS_NONE.has(c.req.method) ? next() : limit(c, next);
  });
}
