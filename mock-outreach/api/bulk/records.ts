/**
 * Bulk jobs as the API tells of them: batches with their items, and imports.
 * @module
 */
import type { Job, JobOrder } from "../../bulk/job.ts";
import type { JobList } from "../../bulk/jobs.ts";
import { BATCH } from "../../model/kinds/batch.ts";
import { BATCH_ITEM, INFO_LENGTH_MAX } from "../../model/kinds/batch-item.ts";
import { IMPORT } from "../../model/kinds/import.ts";
import type { Attributes, ResourceRecord } from "../../model/records.ts";
import type { Collection } from "../query/collection.ts";

export function batchCollection(batches: JobList): Collection {
  return {
    kind: BATCH,
    ids: (from, to) => range(from, to, batches.size),
    get: (id) => recordOf(batches.get(id), batchRecord),
    lookUp: () => null,
    linkedTo: (type, id) =>
      [...batches].filter(({ order }) => isAbout(order, type, id)).map((batch) => batch.id),
  };
}

export function batchItemCollection(batches: JobList): Collection {
  return {
    kind: BATCH_ITEM,
    ids: (from, to) => range(from, to, batches.lastItemId),
    get(id) {
      const found = batches.findItem(id);
      return found && itemRecord(id, found.job, found.place);
    },
    lookUp(name, value) {
      if (name !== "batchId") return null;
      const batch = batches.get(Number(value));
      if (!batch) return [];
      const first = batches.firstItemId(batch.id);
      return Array.from({ length: batch.total }, (_, i) => first + i);
    },
    linkedTo: () => [],
  };
}

export function importCollection(imports: JobList): Collection {
  return {
    kind: IMPORT,
    ids: (from, to) => range(from, to, imports.size),
    get: (id) => recordOf(imports.get(id), importRecord),
    lookUp: () => null,
    linkedTo: () => [],
  };
}

/** Whether a user ordered it, or a prospect is among its items. (Batches about accounts are not modelled.) */
function isAbout({ userId, items }: JobOrder, type: string, id: number): boolean {
  if (type === "user") return userId === id;
  return type === "prospect" && items.includes(id);
}

function* range(from = 1, to = Number.POSITIVE_INFINITY, size = 0): Generator<number> {
  const last = Math.min(to, size);
  for (let id = Math.max(1, Math.ceil(from)); id <= last; id += 1) yield id;
}

function recordOf(
  job: Job | undefined,
  attributesOf: (job: Job) => Attributes,
): ResourceRecord | undefined {
  if (!job) return undefined;
  return { id: job.id, attributes: attributesOf(job), references: { creator: job.order.userId } };
}

function batchRecord(job: Job): Attributes {
  const { state, total, pending, failures } = job;
  const endedAt = iso(job.endedAt);
  return {
    ...job.order.told,
    state,
    total,
    failures,
    pending,
    confirmCount: total,
    createdAt: iso(job.createdAt),
    confirmedAt: iso(job.confirmedAt),
    startedAt: iso(job.startedAt),
    ...(state === "canceled" ? { canceledAt: endedAt } : { finishedAt: endedAt }),
    updatedAt: iso(job.updatedAt),
  };
}

/** What stands in `data` is assumed. */
function itemRecord(id: number, job: Job, place: number): ResourceRecord {
  const info = job.failureOf(place);
  return {
    id,
    attributes: {
      batchId: job.id,
      createdAt: iso(job.createdAt),
      data: `{"id":${job.order.items[place]}}`,
      failed: info !== null,
      info: info?.slice(0, INFO_LENGTH_MAX) ?? null,
      state: job.itemState(place),
    },
    references: { batch: job.id },
  };
}

/** `state` in the words of batches, and an `errorReason` of an import that went on, are assumed. */
function importRecord(job: Job): Attributes {
  const { state, total, failures, dupes, firstFailure } = job;
  const some = `${failures} of ${total} records failed; the first: ${firstFailure}`;
  return {
    ...job.order.told,
    state,
    total,
    failures,
    dupes,
    errorReason: job.errorReason ?? (firstFailure === null ? null : some),
    createdAt: iso(job.createdAt),
    stateChangedAt: iso(job.endedAt ?? job.startedAt ?? job.createdAt),
    updatedAt: iso(job.updatedAt),
  };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
