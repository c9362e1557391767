/**
 * `/api/v2/prospects`: list, get, create, update, delete.
 * @module
 */
import { type Context, Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { isObject } from "../http/json.ts";
import type { WrittenBy } from "../model/prospects.ts";
import {
  answerDocument,
  answerErrors,
  readDocument,
  requireJsonApi,
  requireScope,
} from "./checks.ts";
import { badRequest, resourceNotFound, validationError, type ApiError } from "./errors.ts";
import { prospectCollection } from "./prospect-collection.ts";
import { checkProspectWrite, idOf } from "./prospect-write.ts";
import { listDocument } from "./query/list.ts";
import { parseFieldset, parseQuery } from "./query/parse.ts";
import { prospectResource } from "./resource.ts";

export const prospects = new Hono<MockEnv>();

prospects.get("/", requireScope("prospects.read"), requireJsonApi, (c) => {
  const url = new URL(c.req.url);
  const collection = prospectCollection(c.var.world.prospects);
  const parsed = parseQuery(url.searchParams, collection);
  if (!parsed.ok) return answerErrors(c, [badRequest(parsed.detail)]);
  return answerDocument(c, listDocument(collection, parsed.query, url, apiBase(c)));
});

prospects.get("/:id", requireScope("prospects.read"), requireJsonApi, (c) => {
  const { searchParams } = new URL(c.req.url);
  const parsed = parseFieldset(searchParams, prospectCollection(c.var.world.prospects));
  if (!parsed.ok) return answerErrors(c, [badRequest(parsed.detail)]);
  const id = c.req.param("id");
  const record = c.var.world.prospects.get(idOf(id) ?? 0);
  if (!record) return answerErrors(c, [resourceNotFound("prospect", id)]);
  return answerDocument(c, { data: prospectResource(record, apiBase(c), parsed.query.fields) });
});

prospects.post("/", requireScope("prospects.write"), requireJsonApi, (c) => {
  const read = readDocument(c);
  if (!read.ok) return answerErrors(c, [read.error]);
  const data = dataOf(read.document);
  const mismatch = data && typeMismatch(data);
  if (!data || mismatch) return answerErrors(c, [mismatch ?? noData]);
  const checked = checkProspectWrite(c.var.world, data, null);
  if (!checked.ok) return answerErrors(c, checked.errors);
  const record = c.var.world.prospects.create(checked.write, writtenBy(c));
  return answerDocument(c, { data: prospectResource(record, apiBase(c), null) }, 201);
});

prospects.patch("/:id", requireScope("prospects.write"), requireJsonApi, (c) => {
  const read = readDocument(c);
  if (!read.ok) return answerErrors(c, [read.error]);
  const { world } = c.var;
  const id = c.req.param("id");
  const target = world.prospects.get(idOf(id) ?? 0);
  if (!target) return answerErrors(c, [resourceNotFound("prospect", id)]);
  const data = dataOf(read.document);
  const mismatch = data && (typeMismatch(data) ?? idMismatch(data, target.id));
  if (!data || mismatch) return answerErrors(c, [mismatch ?? noData]);
  const checked = checkProspectWrite(world, data, target);
  if (!checked.ok) return answerErrors(c, checked.errors);
  const record = world.prospects.update(target.id, checked.write, writtenBy(c)) ?? target;
  return answerDocument(c, { data: prospectResource(record, apiBase(c), null) });
});

prospects.delete("/:id", requireScope("prospects.delete"), requireJsonApi, (c) => {
  const id = c.req.param("id");
  const removed = c.var.world.prospects.remove(idOf(id) ?? 0);
  return removed ? c.body(null, 204) : answerErrors(c, [resourceNotFound("prospect", id)]);
});

const noData = validationError("/data", "'data' must be a resource object.");

function dataOf(document: unknown): Readonly<Record<string, unknown>> | null {
  const data = isObject(document) ? document["data"] : null;
  return isObject(data) ? data : null;
}

/** Documented: type and id must match the URL. With which error, is assumed. */
function typeMismatch(data: Readonly<Record<string, unknown>>): ApiError | null {
  if (data["type"] === "prospect") return null;
  return validationError("/data/type", "'type' must be 'prospect'.");
}

function idMismatch(data: Readonly<Record<string, unknown>>, id: number): ApiError | null {
  if (idOf(data["id"]) === id) return null;
  return validationError("/data/id", "'id' must match the ID in the URL.");
}

function writtenBy(c: Context<MockEnv>): WrittenBy {
  const { world, call, user } = c.var;
  return { at: world.clock.now(), callId: call.id, userId: user.id };
}

/** Where this API is, for links that lead back to it. */
function apiBase(c: Context<MockEnv>): string {
  return `${new URL(c.req.url).origin}/api/v2`;
}
