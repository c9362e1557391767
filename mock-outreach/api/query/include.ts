/**
 * `include`: the records that the answered ones refer to come along in the same document (JSON:API 1.0).
 * @module
 */
import type { ResourceRecord } from "../../model/records.ts";
import type { Relationship, ToOne } from "../../model/relationships.ts";
import type { Collection, Directory } from "./collection.ts";
import { QueryError } from "./query-error.ts";

/** A way from record to record: `account.owner` is the account's owner. */
export type IncludePath = readonly ToOne[];

/** Longer ways, and more of them, are a mistake. */
const PATH_STEPS_MAX = 4;
const PATHS_MAX = 50;

/** @throws {QueryError} where a path leads to what the mock cannot include */
export function parseInclude(
  text: string | null,
  collection: Collection,
  directory: Directory,
): readonly IncludePath[] {
  const paths = (text ?? "").split(",").filter(Boolean);
  if (paths.length > PATHS_MAX) throw new QueryError("There are too many paths in 'include'.");
  return paths.map((path) => parsePath(path, collection, directory));
}

function parsePath(path: string, start: Collection, directory: Directory): IncludePath {
  const steps: ToOne[] = [];
  let from: Collection | undefined = start;
  for (const name of path.split(".")) {
    const relationship: Relationship | undefined = from?.kind.relationships.find(
      (known) => known.name === name,
    );
    if (!relationship || steps.length === PATH_STEPS_MAX) {
      throw new QueryError(`Cannot include '${path.slice(0, 100)}'.`);
    }
    from = relationship.many ? undefined : directory(relationship.type);
    if (relationship.many || !from) {
      throw new QueryError(
        `mock-outreach cannot include '${path.slice(0, 100)}': relationships to many, and to records that it does not have, are left out.`,
      );
    }
    steps.push(relationship);
  }
  return steps;
}

/** A record, and the collection that it is from. */
export interface Included {
  readonly collection: Collection;
  readonly record: ResourceRecord;
}

/** Everything that the paths lead to, each record once, in the order in which they were come upon. */
export function collectIncluded(
  records: readonly ResourceRecord[],
  paths: readonly IncludePath[],
  directory: Directory,
): readonly Included[] {
  const found = new Map<string, Included>();
  for (const path of paths) {
    let reached = records;
    for (const { name, type } of path) {
      const collection = directory(type);
      const next = new Map<number, ResourceRecord>();
      for (const { references } of reached) {
        const record = collection?.get(references[name] ?? 0);
        if (!collection || !record || next.has(record.id)) continue;
        next.set(record.id, record);
        const key = `${type}/${record.id}`;
        if (!found.has(key)) found.set(key, { collection, record });
      }
      reached = [...next.values()];
    }
  }
  return [...found.values()];
}
