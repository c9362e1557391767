/**
 * The prospects. A seeded one is invented anew each time it is read, until something is written to it: so a hundred
 * thousand cost nothing at the start, and the table holds exactly those that a caller has changed or a test has set up.
 * @module
 */
import { valueIn } from "./kinds/kind.ts";
import { PROSPECT } from "./kinds/prospect.ts";
import { idInEmail, personOf } from "./people.ts";
import { PERSONA_COUNT, STAGE_COUNT } from "./organisation.ts";
import {
  type AttributeValue,
  type Attributes,
  type ResourceRecord,
  type ResourceWrite,
  withReferences,
  withValues,
  type WrittenBy,
} from "./records.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import { type Store, Table } from "./tables.ts";

/** The last time that an attribute's value became another one. */
export interface Change {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The journal's number of the call that did it. */
  readonly callId: number;
  readonly before: AttributeValue;
}

export interface ProspectRecord extends ResourceRecord {
  /** Writes since the start, those that changed nothing included. */
  readonly writes: number;
  /** By the attribute's name. */
  readonly changes: Readonly<Record<string, Change>>;
}

export class Prospects {
  readonly #seed: string;
  readonly #seeded: number;
  readonly #userCount: number;
  readonly #written: Table<ProspectRecord>;
  readonly #removed = new Set<number>();
  /** Those in the table that a test has set up and no call has written to. */
  readonly #arranged = new Set<number>();
  /** By the relationship's name, what prospects refer to and somebody may delete. */
  readonly #deletable: readonly (readonly [string, Table<ResourceRecord>])[];
  /** Addresses of the written ones, in lower case. A seeded address carries its id in itself. */
  readonly #byEmail = new Map<string, number>();
  /** Whoever writes to a prospect has just read it. */
  #lastInvented: ProspectRecord | undefined;
  #lastId: number;
  #size: number;

  /** @param seeded how many exist from the start, ids 1 to this */
  constructor(store: Store, seed: string, seeded: number, userCount: number) {
    this.#written = new Table(store, "prospect");
    const account = new Table<ResourceRecord>(store, "account");
    this.#deletable = [
      ["account", account],
      ["trashedByAccount", account],
      ["persona", new Table(store, "persona")],
      ["stage", new Table(store, "stage")],
    ];
    this.#seed = seed;
    this.#seeded = seeded;
    this.#userCount = userCount;
    this.#lastId = seeded;
    this.#size = seeded;
  }

  get size(): number {
    return this.#size;
  }

  get(id: number): ProspectRecord | undefined {
    const record = this.#written.get(id) ?? this.#invent(id);
    return record && this.#withoutDangling(record);
  }

  /** Every id between the two, lowest first. */
  *ids(from = 1, to = Number.POSITIVE_INFINITY): Generator<number> {
    const last = Math.min(to, this.#lastId);
    for (let id = Math.max(1, Math.ceil(from)); id <= last; id += 1) {
      if (!this.#removed.has(id)) yield id;
    }
  }

  /** How many calls have created or written to. */
  get changedCount(): number {
    return this.#written.size - this.#arranged.size;
  }

  /** Ids of those that calls have created or written to, lowest first. */
  changedIds(): readonly number[] {
    const ids = [...this.#written.ids()].filter((id) => !this.#arranged.has(id));
    return ids.toSorted((a, b) => a - b);
  }

  /** Whose address this is; letters' case makes no difference. */
  ownerOf(email: string): number | undefined {
    const key = email.toLowerCase();
    const written = this.#byEmail.get(key);
    if (written !== undefined) return written;
    const id = idInEmail(key);
    if (id === null || this.#written.get(id)) return undefined;
    return emailsOf(this.#invent(id)).includes(key) ? id : undefined;
  }

  create(write: ResourceWrite, by: WrittenBy): ProspectRecord {
    return this.#store(this.#blank(by), write, by);
  }

  /**
   * Gives a prospect values as if it had always had them: no write is counted, no change is marked.
   * @param id null for a new one
   * @param by whose a new one is, and since when
   * @returns undefined where there is no such prospect
   */
  arrange(
    id: number | null,
    write: ResourceWrite,
    by: Omit<WrittenBy, "callId">,
  ): ProspectRecord | undefined {
    const before = id === null ? this.#blank(by) : this.get(id);
    if (!before) return undefined;
    const values = { ...write.attributes, ...followUps(write.attributes, by.at) };
    const changes = Object.entries(before.changes).filter(([name]) => !(name in values));
    const after: ProspectRecord = {
      ...before,
      attributes: withValues(before.attributes, values),
      references: withReferences(before.references, write.references),
      changes: Object.fromEntries(changes),
    };
    this.#forgetEmails(before);
    this.#put(after);
    return after;
  }

  /** Changes what `write` names and nothing else; undefined where there is no such prospect. */
  update(id: number, write: ResourceWrite, by: WrittenBy): ProspectRecord | undefined {
    const record = this.get(id);
    return record && this.#store(record, write, by);
  }

  remove(id: number): boolean {
    const record = this.get(id);
    if (!record) return false;
    this.#forgetEmails(record);
    this.#written.remove(id);
    this.#arranged.delete(id);
    this.#removed.add(id);
    this.#size -= 1;
    return true;
  }

  save(): SavedWorld["prospects"] {
    return {
      written: [...this.#written.ids()].flatMap((id) => this.#written.get(id) ?? []),
      removed: [...this.#removed],
      lastId: this.#lastId,
    };
  }

  /** Brings back what was saved of the same seed; only where nothing was written yet. */
  load({ written, removed, lastId }: SavedWorld["prospects"]): void {
    for (const record of written) this.#put(record);
    for (const id of removed) this.#removed.add(id);
    this.#lastId = lastId;
    this.#size = lastId - this.#removed.size;
  }

  #store(before: ProspectRecord, write: ResourceWrite, by: WrittenBy): ProspectRecord {
    const changes: Record<string, Change> = { ...before.changes };
    const values = { ...write.attributes, ...followUps(write.attributes, by.at) };
    for (const [name, value] of Object.entries(values)) {
      const was = valueOf(before, name);
      if (!isSame(was, value)) changes[name] = { at: by.at, callId: by.callId, before: was };
    }
    const after: ProspectRecord = {
      id: before.id,
      attributes: {
        ...withValues(before.attributes, values),
        updatedAt: new Date(by.at).toISOString(),
      },
      references: withReferences(before.references, { ...write.references, updater: by.userId }),
      writes: before.writes + 1,
      changes,
    };
    const sameEmails = before.attributes["emails"] === after.attributes["emails"];
    if (sameEmails && before.writes > 0) {
      this.#written.put(after);
      return after;
    }
    this.#forgetEmails(before);
    this.#put(after);
    return after;
  }

  /** A new one, which is in no table yet. */
  #blank({ at, userId }: Omit<WrittenBy, "callId">): ProspectRecord {
    const now = new Date(at).toISOString();
    this.#lastId += 1;
    this.#size += 1;
    return {
      id: this.#lastId,
      attributes: {
        externalSource: "outreach-api",
        addedAt: now,
        createdAt: now,
        updatedAt: now,
      },
      references: { creator: userId, updater: userId },
      writes: 0,
      changes: {},
    };
  }

  #put(record: ProspectRecord): void {
    this.#written.put(record);
    if (record.writes === 0) this.#arranged.add(record.id);
    else this.#arranged.delete(record.id);
    for (const email of emailsOf(record)) this.#byEmail.set(email, record.id);
  }

  /** Whoever referred to a record that was deleted refers to none (assumed). */
  #withoutDangling(record: ProspectRecord): ProspectRecord {
    const dangling = this.#deletable.filter(([name, table]) => {
      const id = record.references[name];
      return id !== undefined && !table.get(id);
    });
    if (dangling.length === 0) return record;
    const none = Object.fromEntries(dangling.map(([name]) => [name, null]));
    return { ...record, references: withReferences(record.references, none) };
  }

  #forgetEmails(record: ProspectRecord): void {
    for (const email of emailsOf(record)) {
      if (this.#byEmail.get(email) === record.id) this.#byEmail.delete(email);
    }
  }

  #invent(id: number): ProspectRecord | undefined {
    const exists = Number.isInteger(id) && id >= 1 && id <= this.#seeded && !this.#removed.has(id);
    if (!exists) return undefined;
    if (this.#lastInvented?.id === id) return this.#lastInvented;
    const { attributes, companyId, fate } = personOf(this.#seed, id);
    this.#lastInvented = {
      id,
      attributes,
      references: {
        account: companyId,
        owner: 1 + (id % this.#userCount),
        stage: 1 + (id % STAGE_COUNT),
        ...(fate < 0.5 && { persona: 1 + (id % PERSONA_COUNT) }),
        creator: 1,
        updater: 1,
      },
      writes: 0,
      changes: {},
    };
    return this.#lastInvented;
  }
}

/** What a prospect answers for an attribute; null for one that does not exist. */
export function valueOf(record: ResourceRecord, name: string): AttributeValue {
  return valueIn(PROSPECT, record, name);
}

/**
 * What Outreach sets by itself: the time of opting out, which goes when the opting out is reverted (documented at
 * `optedOut`), and the times at which the granular statuses were given.
 */
function followUps(written: Attributes, at: number): Attributes {
  const { optedOut, emailsOptStatus, callsOptStatus } = written;
  const now = (): string => new Date(at).toISOString();
  return {
    ...(optedOut !== undefined && { optedOutAt: optedOut === true ? now() : null }),
    ...(emailsOptStatus !== undefined && {
      emailsOptedAt: emailsOptStatus === null ? null : now(),
    }),
    ...(callsOptStatus !== undefined && { callsOptedAt: callsOptStatus === null ? null : now() }),
  };
}

function emailsOf(record: ResourceRecord | undefined): readonly string[] {
  const emails = record?.attributes["emails"];
  if (!Array.isArray(emails)) return [];
  return emails.map((email) => String(email).toLowerCase());
}

/** Whether two values are one to Outreach, for which a cleared list is an empty one. */
export function isSame(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) && !Array.isArray(b)) return false;
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
