/**
 * The routes of a kind of record: list and get, and create, update and delete where it can be written.
 * @module
 */
import { type Context, Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { gatewayError } from "../faults/answers.ts";
import type { ResourceKind } from "../model/kinds/kind.ts";
import type { ResourceRecord, ResourceWrite, WrittenBy } from "../model/records.ts";
import type { World } from "../world.ts";
import {
  answerDocument,
  answerErrors,
  apiBase,
  dataOf,
  mayDo,
  noData,
  readDocument,
  requireJsonApi,
  requireScope,
  typeMismatch,
} from "./checks.ts";
import { directoryOf } from "./directory.ts";
import { recordDocument, recordsDocument, type Telling } from "./document.ts";
import {
  type ApiError,
  badRequest,
  resourceNotFound,
  unauthorizedOauthScope,
  validationError,
} from "./errors.ts";
import type { Collection } from "./query/collection.ts";
import { list } from "./query/list.ts";
import { parseQuery, parseView, type View } from "./query/parse.ts";
import { resourceObject } from "./resource.ts";
import { type CheckedWrite, idOf, type WriteData } from "./write-checks.ts";

/** How records of a kind are written. */
export interface Writing {
  readonly records: (world: World) => WritableRecords;
  /** @param target the record that is written to; null for a new one */
  readonly check: (world: World, data: WriteData, target: ResourceRecord | null) => CheckedWrite;
}

interface WritableRecords {
  get(id: number): ResourceRecord | undefined;
  create(write: ResourceWrite, by: WrittenBy): ResourceRecord;
  update(id: number, write: ResourceWrite, by: WrittenBy): ResourceRecord | undefined;
  remove(id: number): boolean;
}

/** The routes under the kind's path; without `writing`, those that read. */
export function resourceRoutes(kind: ResourceKind, writing: Writing | null): Hono<MockEnv> {
  const routes = recordRoutes(kind);
  addList(routes, kind);
  if (writing) addWrites(routes, kind, writing);
  return routes;
}

function addList(routes: Hono<MockEnv>, kind: ResourceKind): void {
  routes.get("/", requireScope(`${kind.scopes}.read`), requireJsonApi, (c) => {
    const url = new URL(c.req.url);
    const { collection, directory } = collectionOf(c, kind);
    const parsed = parseQuery(url.searchParams, collection, directory);
    if (!parsed.ok) return answerErrors(c, [badRequest(parsed.detail)]);
    const refusal = missingScope(c, parsed.query.view);
    if (refusal) return answerErrors(c, [refusal]);
    const { records, around } = list(collection, parsed.query, directory, url, apiBase(c));
    const { largestPage } = c.var.world.settings;
    if (largestPage !== null && records.length > largestPage) return gatewayError("bad_gateway");
    const telling = tellingOf(c, parsed.query.view);
    return answerDocument(c, { ...recordsDocument(collection, records, telling), ...around });
  });
}

/** The route that reads one record of a kind. */
export function recordRoutes(kind: ResourceKind): Hono<MockEnv> {
  const routes = new Hono<MockEnv>();
  routes.get("/:id", requireScope(`${kind.scopes}.read`), requireJsonApi, (c) => {
    const { collection, directory } = collectionOf(c, kind);
    const parsed = parseView(new URL(c.req.url).searchParams, collection, directory);
    if (!parsed.ok) return answerErrors(c, [badRequest(parsed.detail)]);
    const refusal = missingScope(c, parsed.query);
    if (refusal) return answerErrors(c, [refusal]);
    const id = c.req.param("id") ?? "";
    const record = collection.get(idOf(id) ?? 0);
    if (!record) return answerErrors(c, [resourceNotFound(kind.type, id)]);
    return answerDocument(c, recordDocument(collection, record, tellingOf(c, parsed.query)));
  });
  return routes;
}

function addWrites(routes: Hono<MockEnv>, kind: ResourceKind, { records, check }: Writing): void {
  const scope = requireScope(`${kind.scopes}.write`);

  routes.post("/", scope, requireJsonApi, (c) => {
    const read = readDocument(c);
    if (!read.ok) return answerErrors(c, [read.error]);
    const data = dataOf(read.document);
    const mismatch = data && typeMismatch(kind, data);
    if (!data || mismatch) return answerErrors(c, [mismatch ?? noData]);
    const checked = check(c.var.world, data, null);
    if (!checked.ok) return answerErrors(c, checked.errors);
    const record = records(c.var.world).create(checked.write, writtenBy(c));
    return answerDocument(c, { data: resourceObject(kind, record, apiBase(c), null) }, 201);
  });

  routes.patch("/:id", scope, requireJsonApi, (c) => {
    const read = readDocument(c);
    if (!read.ok) return answerErrors(c, [read.error]);
    const { world } = c.var;
    const id = c.req.param("id") ?? "";
    const target = records(world).get(idOf(id) ?? 0);
    if (!target) return answerErrors(c, [resourceNotFound(kind.type, id)]);
    const data = dataOf(read.document);
    const mismatch = data && (typeMismatch(kind, data) ?? idMismatch(data, target.id));
    if (!data || mismatch) return answerErrors(c, [mismatch ?? noData]);
    const checked = check(world, data, target);
    if (!checked.ok) return answerErrors(c, checked.errors);
    const record = records(world).update(target.id, checked.write, writtenBy(c)) ?? target;
    return answerDocument(c, { data: resourceObject(kind, record, apiBase(c), null) });
  });

  routes.delete("/:id", requireScope(`${kind.scopes}.delete`), requireJsonApi, (c) => {
    const id = c.req.param("id") ?? "";
    const removed = records(c.var.world).remove(idOf(id) ?? 0);
    return removed ? c.body(null, 204) : answerErrors(c, [resourceNotFound(kind.type, id)]);
  });
}

function collectionOf(c: Context<MockEnv>, kind: ResourceKind) {
  const directory = directoryOf(c.var.world);
  const collection: Collection | undefined = directory(kind.type);
  if (!collection) throw new Error(`There is no collection of ${kind.type}.`);
  return { collection, directory };
}

function tellingOf(c: Context<MockEnv>, view: View): Telling {
  return {
    view,
    directory: directoryOf(c.var.world),
    base: apiBase(c),
    permissions: ({ scopes }) => ({
      canWrite: mayDo(c, `${scopes}.write`),
      canDelete: mayDo(c, `${scopes}.delete`),
    }),
  };
}

/** Whoever includes records of another kind needs its scope too (assumed). */
function missingScope(c: Context<MockEnv>, view: View): ApiError | null {
  const directory = directoryOf(c.var.world);
  for (const { type } of view.include.flat()) {
    const scope = `${directory(type)?.kind.scopes}.read`;
    if (!mayDo(c, scope)) return unauthorizedOauthScope(scope);
  }
  return null;
}

function idMismatch(data: Readonly<Record<string, unknown>>, id: number): ApiError | null {
  if (idOf(data["id"]) === id) return null;
  return validationError("/data/id", "'id' must match the ID in the URL.");
}

function writtenBy(c: Context<MockEnv>): WrittenBy {
  const { world, call, user } = c.var;
  return { at: world.clock.now(), callId: call.id, userId: user.id };
}
