/**
 * Records that are few: accounts, stages, personas. (Prospects are many, and have a module of their own.)
 * @module
 */
import {
  type Attributes,
  type References,
  type ResourceRecord,
  type ResourceWrite,
  withReferences,
  withValues,
  type WrittenBy,
} from "./records.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import { type ModelName, type Store, Table } from "./tables.ts";

type SavedRecords = SavedWorld["accounts"];

export class RecordSet {
  readonly #table: Table<ResourceRecord>;
  /** What a created record holds besides what its creator says. */
  readonly #preset: Attributes;
  #lastId: number;

  /** @param seeded get the ids 1 to n, in this order */
  constructor(
    store: Store,
    name: ModelName,
    seeded: readonly Omit<ResourceRecord, "id">[],
    preset: Attributes = {},
  ) {
    this.#table = new Table(store, name);
    this.#preset = preset;
    this.#lastId = seeded.length;
    seeded.forEach((record, i) => this.#table.put({ id: i + 1, ...record }));
  }

  get(id: number): ResourceRecord | undefined {
    return this.#table.get(id);
  }

  /** Every id between the two, lowest first. */
  *ids(from = 1, to = Number.POSITIVE_INFINITY): Generator<number> {
    for (const id of this.#table.ids()) if (id >= from && id <= to) yield id;
  }

  create(write: ResourceWrite, by: WrittenBy): ResourceRecord {
    this.#lastId += 1;
    const attributes = { ...this.#preset, createdAt: new Date(by.at).toISOString() };
    return this.#store(this.#lastId, attributes, { creator: by.userId }, write, by);
  }

  /** Changes what `write` names and nothing else; undefined where there is no such record. */
  update(id: number, write: ResourceWrite, by: WrittenBy): ResourceRecord | undefined {
    const record = this.get(id);
    return record && this.#store(id, record.attributes, record.references, write, by);
  }

  remove(id: number): boolean {
    const exists = this.get(id) !== undefined;
    if (exists) this.#table.remove(id);
    return exists;
  }

  save(): SavedRecords {
    return {
      lastId: this.#lastId,
      records: [...this.#table.ids()].flatMap((id) => this.#table.get(id) ?? []),
    };
  }

  /** Holds what was saved and nothing else. */
  load({ lastId, records }: SavedRecords): void {
    for (const id of this.#table.ids()) this.#table.remove(id);
    for (const record of records) this.#table.put(record);
    this.#lastId = lastId;
  }

  #store(
    id: number,
    attributes: Attributes,
    references: References,
    write: ResourceWrite,
    by: WrittenBy,
  ): ResourceRecord {
    const record = {
      id,
      attributes: {
        ...withValues(attributes, write.attributes),
        updatedAt: new Date(by.at).toISOString(),
      },
      references: withReferences(references, { ...write.references, updater: by.userId }),
    };
    this.#table.put(record);
    return record;
  }
}
