/**
 * Which prospects a page of the list shows: those that calls have written to first, the latest one on top, then the
 * others by id.
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { type ProspectRecord, type Prospects, valueOf } from "../../model/prospects.ts";
import { emailsOf } from "../people.ts";

export interface ListQuery {
  /** Words of a name, an e-mail address or a company, or an id; empty for all. */
  readonly q: string;
  /** Only those that calls have written to. */
  readonly written: boolean;
  /** From 1. */
  readonly page: number;
}

export interface ListPage {
  readonly prospects: readonly ProspectRecord[];
  readonly hasNext: boolean;
  /** Whether the search stopped before it had seen every prospect. */
  readonly cutShort: boolean;
  /** Every prospect that calls have written to, the latest one first. */
  readonly written: readonly ProspectRecord[];
}

export const PAGE_ROWS = 50;
/** About two seconds of looking. */
const SEARCH_MAX = 500_000;
/** API calls wait no longer than for so many: 20 ms. */
const LOOK_AT_ONCE = 5_000;

export async function selectProspects(prospects: Prospects, query: ListQuery): Promise<ListPage> {
  const written = writtenOnes(prospects);
  const ids = query.written ? written.map(({ id }) => id) : idsInOrder(prospects, written);
  const skipped = (query.page - 1) * PAGE_ROWS;
  if (query.q !== "") return { ...(await search(prospects, ids, query.q, skipped)), written };
  const total = query.written ? written.length : prospects.size;
  const shown: ProspectRecord[] = [];
  let seen = 0;
  for (const id of ids) {
    seen += 1;
    if (seen <= skipped) continue;
    const record = prospects.get(id);
    if (record) shown.push(record);
    if (shown.length === PAGE_ROWS) break;
  }
  return { prospects: shown, hasNext: total > skipped + PAGE_ROWS, cutShort: false, written };
}

/** The time of the last write, as the API tells it: ISO texts of one time zone sort as their times do. */
function writtenOnes(prospects: Prospects): readonly ProspectRecord[] {
  const timed = prospects.changedIds().flatMap((id) => {
    const record = prospects.get(id);
    return record ? [{ record, at: String(record.attributes["updatedAt"]) }] : [];
  });
  timed.sort((a, b) => (a.at === b.at ? a.record.id - b.record.id : a.at < b.at ? 1 : -1));
  return timed.map(({ record }) => record);
}

function* idsInOrder(
  prospects: Prospects,
  written: readonly ProspectRecord[],
): Generator<number, void> {
  const first = new Set(written.map(({ id }) => id));
  yield* first;
  for (const id of prospects.ids()) if (!first.has(id)) yield id;
}

async function search(prospects: Prospects, ids: Iterable<number>, q: string, skipped: number) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const known = /^\d{1,15}$/.test(q) ? Number(q) : prospects.ownerOf(q);
  const found: ProspectRecord[] = [];
  let looked = 0;
  for (const id of known === undefined ? ids : among(ids, known)) {
    if (found.length > skipped + PAGE_ROWS || looked === SEARCH_MAX) break;
    looked += 1;
    if (looked % LOOK_AT_ONCE === 0) await setImmediate();
    const record = prospects.get(id);
    if (record && (id === known || matches(record, words))) found.push(record);
  }
  return {
    prospects: found.slice(skipped, skipped + PAGE_ROWS),
    hasNext: found.length > skipped + PAGE_ROWS,
    cutShort: looked === SEARCH_MAX,
  };
}

/** That one, if it is among them. */
function* among(ids: Iterable<number>, wanted: number): Generator<number, void> {
  for (const id of ids) {
    if (id !== wanted) continue;
    yield id;
    return;
  }
}

function matches(record: ProspectRecord, words: readonly string[]): boolean {
  const texts = [valueOf(record, "name"), valueOf(record, "company"), ...emailsOf(record)];
  const text = texts.join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
