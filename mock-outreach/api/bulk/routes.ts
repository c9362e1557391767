/**
 * The routes of bulk jobs: `/batches`, `/batchItems`, `/imports`. (A list of imports is not published.)
 * @module
 */
import { type Context, Hono } from "hono";
import type { Job, JobOrder } from "../../bulk/job.ts";
import type { MockEnv } from "../../context.ts";
import { BATCH } from "../../model/kinds/batch.ts";
import { BATCH_ITEM } from "../../model/kinds/batch-item.ts";
import { IMPORT } from "../../model/kinds/import.ts";
import { PROSPECT } from "../../model/kinds/prospect.ts";
import {
  answerDocument,
  answerErrors,
  apiBase,
  readDocument,
  requireJsonApi,
  requireScope,
} from "../checks.ts";
import { directoryOf } from "../directory.ts";
import { badRequest, payloadTooLarge, resourceNotFound, validationError } from "../errors.ts";
import { type ActionParams, type Parsed, parseAction } from "../query/parse.ts";
import { resourceObject } from "../resource.ts";
import { recordRoutes, resourceRoutes } from "../resource-routes.ts";
import { idOf } from "../write-checks.ts";
import { readModify } from "./modify.ts";
import { readUpsert } from "./upsert.ts";

export const bulk = new Hono<MockEnv>();

const batches = resourceRoutes(BATCH, null);
const imports = recordRoutes(IMPORT);

/** Documented: both of batches, and the one to write what they change. */
const ofModify = requireScope("batches.read", "batches.write", "prospects.write");

batches.post("/actions/prospectsBulkModify", ofModify, requireJsonApi, (c) => {
  const params = actionParams(c, ["filter", "skipConfirmation"]);
  if (!params.ok) return answerErrors(c, [badRequest(params.detail)]);
  const skips = params.query.values.get("skipConfirmation") ?? "false";
  if (skips !== "true" && skips !== "false") {
    return answerErrors(c, [badRequest("'actionParams[skipConfirmation]' is true or false.")]);
  }
  const read = readDocument(c);
  if (!read.ok) return answerErrors(c, [read.error]);
  const modify = readModify(c, read.document, params.query.filters);
  if (!modify.ok) return answerErrors(c, modify.errors);
  return answerJob(c, start(c, modify.order, skips === "false"));
});

batches.post("/:id/actions/confirm", requireScope("batches.write"), requireJsonApi, (c) => {
  const params = actionParams(c, ["confirmedCount"]);
  if (!params.ok) return answerErrors(c, [badRequest(params.detail)]);
  const batch = batchOf(c);
  if (!batch) return answerErrors(c, [resourceNotFound("batch", c.req.param("id"))]);
  if (batch.state !== "confirming") return answerErrors(c, [notNow(batch, "confirmed")]);
  const count = params.query.values.get("confirmedCount");
  const isNeeded = batch.order.told["confirmedCountRequired"] === true;
  if (count === undefined ? isNeeded : count !== String(batch.total)) {
    const detail = `'confirmedCount' must be the batch's 'confirmCount', ${batch.total}.`;
    return answerErrors(c, [validationError("/data", detail)]);
  }
  c.var.world.jobs.confirm(batch);
  return answerJob(c, batch);
});

batches.post("/:id/actions/cancel", requireScope("batches.write"), requireJsonApi, (c) => {
  const params = actionParams(c, []);
  if (!params.ok) return answerErrors(c, [badRequest(params.detail)]);
  const batch = batchOf(c);
  if (!batch) return answerErrors(c, [resourceNotFound("batch", c.req.param("id"))]);
  if (!batch.isOpen) return answerErrors(c, [notNow(batch, "canceled")]);
  c.var.world.jobs.cancel(batch);
  return answerJob(c, batch);
});

imports.post("/actions/bulkUpsert", requireScope("imports.write"), requireJsonApi, (c) => {
  const params = actionParams(c, []);
  if (!params.ok) return answerErrors(c, [badRequest(params.detail)]);
  const { body, world } = c.var;
  const fileSize = body.kind === "text" ? new TextEncoder().encode(body.text).length : 0;
  const { bulkUpsertBytes } = world.settings;
  if (fileSize > bulkUpsertBytes) return answerErrors(c, [payloadTooLarge(bulkUpsertBytes)]);
  const read = readDocument(c);
  if (!read.ok) return answerErrors(c, [read.error]);
  const upsert = readUpsert(c, read.document, fileSize);
  if (!upsert.ok) return answerErrors(c, upsert.errors);
  return answerJob(c, start(c, upsert.order, false));
});

bulk.route("/batches", batches);
bulk.route("/batchItems", resourceRoutes(BATCH_ITEM, null));
bulk.route("/imports", imports);

function actionParams(c: Context<MockEnv>, known: readonly string[]): Parsed<ActionParams> {
  const directory = directoryOf(c.var.world);
  const prospects = directory(PROSPECT.type);
  if (!prospects) throw new Error("There is no collection of prospects.");
  return parseAction(new URL(c.req.url).searchParams, known, prospects, directory);
}

function batchOf(c: Context<MockEnv, "/:id/actions/confirm">): Job | undefined {
  return c.var.world.jobs.batches.get(idOf(c.req.param("id")) ?? 0);
}

/** Assumed, both words and status. */
function notNow({ state }: Job, done: string) {
  return validationError("/data", `A batch that is ${state} cannot be ${done}.`);
}

function start(c: Context<MockEnv>, order: JobOrder, waits: boolean): Job {
  const { world, call, user } = c.var;
  // It may have named none, or more than its filter let through.
  world.tally.isAbout(call, [...new Set(order.items.filter((id) => id !== null))]);
  const { method, path, prospectIds } = call;
  const fault = world.faults.strikeJob({ method, path, prospectIds, user });
  if (fault) call.faultIds.push(fault.ruleId);
  return world.jobs.start(order, { call, waits, fault: fault?.effect ?? null });
}

/** As the batch or import is now. */
function answerJob(c: Context<MockEnv>, { id, order }: Job): Response {
  const collection = directoryOf(c.var.world)(order.type);
  const record = collection?.get(id);
  if (!collection || !record) throw new Error(`There is no ${order.type} ${id}.`);
  return answerDocument(c, { data: resourceObject(collection.kind, record, apiBase(c), null) });
}
