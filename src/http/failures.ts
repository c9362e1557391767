/**
 * The end of every request that nobody answered: no route, or an error that was thrown.
 *
 * Promises: what the platform could not do becomes a 503 with `Retry-After`, what is a bug becomes a 500 that tells
 * nothing about the inside; both are logged under the request's id. On the way of profiles nothing that D1 does is a
 * 500.
 * @module
 */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { logError } from "../log.ts";
import { AddressMissing } from "./base-url.ts";
import type { AppEnv } from "./context.ts";
import { OutreachUserUnavailable } from "./object-clients.ts";
import { problem, retryAfter } from "./problem.ts";

/** D1 comes back within seconds from a restart or a burst. */
const D1_RETRY_MS = 5_000;
/** Until somebody has set the tables up. */
const NOT_READY_RETRY_MS = 60_000;

export function answerNotFound(c: Context<AppEnv>) {
  return problem(c, "not_found");
}

export function answerMethodNotAllowed(c: Context<AppEnv>, methods: readonly string[]) {
  const allow = methods.toSorted().join(", ");
  return problem(c, "method_not_allowed", {
    detail: `This endpoint takes ${allow}.`,
    headers: { Allow: allow },
  });
}

/** D1 did not do what profiles depend on, for whatever reason. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/** For reads without which no profile can be taken: `.catch(databaseUnavailable)`. */
export function databaseUnavailable(cause: unknown): never {
  throw new DatabaseUnavailable("D1 did not answer.", { cause });
}

export function answerError(error: Error, c: Context<AppEnv>): Response {
  if (error instanceof HTTPException) return answerHttpException(error, c);
  const facts = { requestId: c.get("requestId"), method: c.req.method };
  if (error instanceof AddressMissing) {
    return problem(c, "settings_invalid", { detail: error.message });
  }
  if (error instanceof OutreachUserUnavailable) {
    logError("outreach_user_unavailable", error.cause, { ...facts, ...error.flags });
    return problem(c, "unavailable", { headers: retryAfter(error.retryAfterMs) });
  }
  if (error instanceof DatabaseUnavailable) {
    logError("database_unavailable", error.cause, facts);
    return problem(c, "unavailable", { headers: retryAfter(D1_RETRY_MS) });
  }
  switch (databaseTrouble(error)) {
    case "not_ready":
      logError("database_not_ready", error, facts);
      return problem(c, "database_not_ready", { headers: retryAfter(NOT_READY_RETRY_MS) });
    case "unavailable":
      logError("database_unavailable", error, facts);
      return problem(c, "unavailable", { headers: retryAfter(D1_RETRY_MS) });
    case null:
      logError("unexpected_error", error, facts);
      return problem(c, "internal_error");
  }
}

/** What the framework throws before a handler runs: bodies that do not parse, types that a route does not take. */
function answerHttpException(error: HTTPException, c: Context<AppEnv>): Response {
  if (error.status === 415) {
    const detail = "Set `Content-Type: application/json`, and send JSON.";
    return problem(c, "unsupported_media_type", { detail });
  }
  if (error.status === 413) return problem(c, "body_too_large");
  if (error.status >= 400 && error.status < 500) return problem(c, "invalid_json");
  logError("unexpected_error", error, { requestId: c.get("requestId"), method: c.req.method });
  return problem(c, "internal_error");
}

/** D1 tells its errors apart by their message only (https://developers.cloudflare.com/d1/observability/debug-d1/). */
export function databaseTrouble(error: Error): "not_ready" | "unavailable" | null {
  const text = `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`;
  if (!text.includes("D1_")) return null;
  if (/no such (table|column)/i.test(text)) return "not_ready";
  const ours = /constraint|syntax|D1_TYPE_ERROR|datatype mismatch|too many SQL variables/i;
  return ours.test(text) ? null : "unavailable";
}
