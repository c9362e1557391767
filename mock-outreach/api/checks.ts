/**
 * The checks that a route makes before its own work, in the order seen: scope, permission, content type.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import type { MockEnv } from "../context.ts";
import { isObject, parseJson } from "../http/json.ts";
import type { ResourceKind } from "../model/kinds/kind.ts";
import { allows } from "../oauth/scopes.ts";
import { type ApiError, errorDocument, JSON_API } from "./errors.ts";
import * as errors from "./errors.ts";

/** An answer with these errors; its status is the first one's. */
export function answerErrors(
  c: Context<MockEnv>,
  list: readonly [ApiError, ...ApiError[]],
): Response {
  const document = errorDocument(list, c.var.world.settings.detailKey === "details");
  return c.body(JSON.stringify(document), list[0].status, { "content-type": JSON_API });
}

/** An answer with a JSON:API document. */
export function answerDocument(
  c: Context<MockEnv>,
  document: object,
  status: 200 | 201 = 200,
): Response {
  return c.body(JSON.stringify(document), status, { "content-type": JSON_API });
}

/** Lets through tokens that have these scopes, or `all` of the resource; and, to write, users who may. */
export function requireScope(...scopes: readonly string[]): MiddlewareHandler<MockEnv> {
  return async function checkScope(c, next) {
    const missing = scopes.find((scope) => !mayDo(c, scope));
    if (missing === undefined) return next();
    const hasScope = allows(c.var.token.scopes, missing);
    return answerErrors(c, [
      hasScope ? errors.unauthorizedRequest : errors.unauthorizedOauthScope(missing),
    ]);
  };
}

/** Whether the token has the scope, and its user may do what it is for: a viewer only reads. */
export function mayDo(c: Context<MockEnv>, scope: string): boolean {
  const permitted = scope.endsWith(".read") || c.var.user.role !== "viewer";
  return permitted && allows(c.var.token.scopes, scope);
}

/** Lets through calls that say they are JSON:API, where they have to. */
export const requireJsonApi: MiddlewareHandler<MockEnv> = async (c, next) => {
  const required = c.var.world.settings.contentTypeRequired === "every_call" || hasBody(c);
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  return required && type !== JSON_API ? answerErrors(c, [errors.unsupportedMediaType]) : next();
};

function hasBody(c: Context<MockEnv>): boolean {
  return c.req.method === "POST" || c.req.method === "PATCH";
}

export type ReadDocument =
  | { readonly ok: true; readonly document: unknown }
  | { readonly ok: false; readonly error: ApiError };

/** The JSON document of a write. (`include` on writes was taken away in May 2023: documented.) */
export function readDocument(c: Context<MockEnv>): ReadDocument {
  const { body, world } = c.var;
  if (body.kind === "too_large") {
    return { ok: false, error: errors.payloadTooLarge(world.settings.bodyBytesMax) };
  }
  if (c.req.query("include") !== undefined) {
    return { ok: false, error: errors.badRequest("The 'include' parameter is not accepted here.") };
  }
  const parsed = parseJson(body.kind === "text" ? body.text : "");
  if (parsed.ok) return { ok: true, document: parsed.value };
  const reason =
    parsed.reason === "too_deep" ? "is nested too deeply" : "could not be parsed as JSON";
  return { ok: false, error: errors.badRequest(`The request's body ${reason}.`) };
}

export const noData = errors.validationError("/data", "'data' must be a resource object.");

/** The `data` of a document; null where there is none. */
export function dataOf(document: unknown): Readonly<Record<string, unknown>> | null {
  const data = isObject(document) ? document["data"] : null;
  return isObject(data) ? data : null;
}

/** Documented: type and id must match the URL. With which error, is assumed. */
export function typeMismatch(
  { type }: Pick<ResourceKind, "type">,
  data: Readonly<Record<string, unknown>>,
): ApiError | null {
  if (data["type"] === type) return null;
  return errors.validationError("/data/type", `'type' must be '${type}'.`);
}

/** Where this API is, for links that lead back to it. */
export function apiBase(c: Context<MockEnv>): string {
  return `${new URL(c.req.url).origin}/api/v2`;
}
