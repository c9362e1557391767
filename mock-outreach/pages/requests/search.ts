/**
 * Looks calls up in the journal for people: the latest first.
 * @module
 */
import type { Call, Journal, JournalFilter } from "../../traffic/journal.ts";

/** `429`, `4xx`, or `none` for calls that got no answer. */
export type StatusChoice = `${number}` | `${number}xx` | "none";

export interface LogFilter extends Omit<JournalFilter, "status"> {
  readonly status?: StatusChoice | undefined;
}

export interface LogPage {
  /** Latest first. */
  readonly calls: readonly Call[];
  /** Pass as `before` for those that came earlier; null where there are none. */
  readonly before: number | null;
  /** Whether a journal of unusual size was looked through only in part. */
  readonly cutShort: boolean;
}

/** Ten times what the journal holds unless it is told otherwise. */
const SEARCH_MAX = 100_000;

/** @param before only calls of a lower number; null for the latest */
export function latestCalls(
  journal: Journal,
  { status, ...filter }: LogFilter,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): LogPage {
  const end = Math.min(before ?? Number.POSITIVE_INFINITY, journal.count + 1);
  const after = Math.max(0, end - 1 - SEARCH_MAX);
  const page = { after, limit: SEARCH_MAX };
  const matching = journal
    .search(filter, page)
    .calls.filter((call) => call.id < end && hasStatus(call, status));
  const calls = matching.slice(-limit).toReversed();
  const oldest = calls.at(-1);
  return {
    calls,
    before: matching.length > calls.length && oldest ? oldest.id : null,
    cutShort: after > journal.count - journal.held,
  };
}

/** The call of this number; undefined where it never was, or has dropped out of the journal. */
export function callOf(journal: Journal, id: number): Call | undefined {
  const call = journal.search({}, { after: id - 1, limit: 1 }).calls[0];
  return call?.id === id ? call : undefined;
}

function hasStatus({ status }: Call, choice: StatusChoice | undefined): boolean {
  if (choice === undefined) return true;
  if (choice === "none") return status === null;
  if (status === null) return false;
  return choice.endsWith("xx") ? choice[0] === String(status)[0] : choice === String(status);
}
