/**
 * What a bulk job does to one prospect: what a call of its own would do, with the same checks.
 * @module
 */
import type { DupeMethod, ItemResult, JobOrder, UpsertRecord } from "../../bulk/job.ts";
import { type ProspectRecord, valueOf } from "../../model/prospects.ts";
import type { ResourceWrite, WrittenBy } from "../../model/records.ts";
import type { World } from "../../world.ts";
import { resourceNotFound } from "../errors.ts";
import { checkProspectWrite } from "../prospect-write.ts";

/** Carries out the item at a place of a job. @param at when, in epoch milliseconds */
export function carryOut(world: World, order: JobOrder, place: number, at: number): ItemResult {
  const { work, items, callId, userId } = order;
  const by = { at, callId, userId };
  if (work.kind === "upsert") {
    return upsert(world, work.records[place] ?? { id: null }, work.dupeMethod, by);
  }
  return { failure: modify(world, items[place] ?? 0, work.attributes, by), isDupe: false };
}

/** As `PATCH /prospects/{id}` would. @returns why not; null where it went well */
function modify(
  world: World,
  id: number,
  attributes: Readonly<Record<string, unknown>>,
  by: WrittenBy,
): string | null {
  const target = world.prospects.get(id);
  if (!target) return resourceNotFound("prospect", id).detail;
  const checked = checkProspectWrite(world, { attributes }, target);
  if (!checked.ok) return checked.errors[0].detail;
  world.prospects.update(id, checked.write, by);
  return null;
}

/** As a `PATCH` would, or a `POST`. */
function upsert(
  world: World,
  record: UpsertRecord,
  dupeMethod: DupeMethod,
  by: WrittenBy,
): ItemResult {
  const target = (record.id === null ? null : world.prospects.get(record.id)) ?? null;
  const isDupe = target !== null;
  if (!target && dupeMethod === "overwriteNoCreate") {
    return { isDupe, failure: resourceNotFound("prospect", record.id ?? "null").detail };
  }
  if (target && dupeMethod === "skip") return { isDupe, failure: null };
  const checked = checkProspectWrite(world, record, target);
  if (!checked.ok) return { isDupe, failure: checked.errors[0].detail };
  const { write } = checked;
  if (!target) world.prospects.create(write, by);
  else if (dupeMethod === "missing") {
    world.prospects.update(target.id, onlyMissing(target, write), by);
  } else world.prospects.update(target.id, write, by);
  return { isDupe, failure: null };
}

/** What the prospect has no value for yet. */
function onlyMissing(target: ProspectRecord, write: ResourceWrite): ResourceWrite {
  const isMissing = (name: string): boolean => [valueOf(target, name) ?? []].flat().length === 0;
  const values = Object.entries(write.attributes).filter(([name]) => isMissing(name));
  const references = Object.entries(write.references).filter(([name]) => !target.references[name]);
  return { attributes: Object.fromEntries(values), references: Object.fromEntries(references) };
}
