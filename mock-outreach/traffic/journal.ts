/**
 * The journal: what was called and what came of it. A ring of a stated size, so a long run cannot fill the memory.
 * @module
 */
import type { SavedWorld } from "../snapshots/format.ts";

/** How a call ended; `open` while it has not. */
export type CallEnd = "open" | "answered" | "connection_lost";

/** Times are epoch milliseconds of the mock's clock. */
export interface Call {
  /** Counts up from 1. */
  readonly id: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The query string without its question mark; OAuth's is left out, because it carries codes. */
  readonly query: string;
  /** Prospects that the call is about; of a bulk job without ids, those that it turned out to be about. */
  prospectIds: readonly number[];
  /** The body's beginning; of OAuth's only what is no secret. */
  readonly requestBody: string | null;
  userId: number | null;
  end: CallEnd;
  status: number | null;
  durationMs: number | null;
  /** What X-RateLimit-Remaining said. */
  rateRemaining: string | null;
  /** The body of an answer of 400 or above, cut like the request's. */
  errorBody: string | null;
  /** Fault rules that took part. */
  readonly faultIds: string[];
}

export type NewCall = Pick<
  Call,
  "at" | "method" | "path" | "query" | "prospectIds" | "requestBody"
>;

/** What to look for; what is left out matches everything. */
export interface JournalFilter {
  readonly prospectId?: number | undefined;
  readonly userId?: number | undefined;
  readonly method?: string | undefined;
  readonly status?: number | undefined;
  /** The beginning of the path. */
  readonly path?: string | undefined;
  /** `ended` stands for answered and lost ones. */
  readonly end?: CallEnd | "ended" | undefined;
}

export interface JournalPage {
  readonly calls: readonly Call[];
  /** Pass as `after` to go on; null at the end. */
  readonly next: number | null;
  /** Calls that match, on this page and the ones after it. */
  readonly total: number;
}

export class Journal {
  readonly #size: number;
  /** The call of number n is at n − `#firstId`; the front is cut off once it is as long as the rest. */
  #calls: Call[] = [];
  #firstId = 1;
  #lastId = 0;
  readonly #watchers = new Set<(call: Call) => void>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Begins an entry; its open fields are filled in as the call goes on. */
  begin(call: NewCall): Call {
    this.#lastId += 1;
    const entry: Call = {
      ...call,
      id: this.#lastId,
      userId: null,
      end: "open",
      status: null,
      durationMs: null,
      rateRemaining: null,
      errorBody: null,
      faultIds: [],
    };
    this.#calls.push(entry);
    if (this.#calls.length >= Math.max(1, this.#size) * 2) this.#cut();
    return entry;
  }

  /** Tells whoever watches that the call has begun, that its user is known, or that it has ended. */
  tell(call: Call): void {
    for (const watcher of this.#watchers) watcher(call);
  }

  /** @returns ends the watching */
  watch(watcher: (call: Call) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Calls since the start, those that dropped out included. */
  get count(): number {
    return this.#lastId;
  }

  /** How many of them are still held. */
  get held(): number {
    return Math.min(this.#size, this.#calls.length);
  }

  /** A call by its number; undefined where it is held no more. */
  find(id: number): Call | undefined {
    return id > this.#lastId - this.held ? this.#calls[id - this.#firstId] : undefined;
  }

  /** Oldest first, beginning after the call of number `after`. */
  search(
    filter: JournalFilter,
    page: { readonly after: number; readonly limit: number },
  ): JournalPage {
    const from = Math.max(page.after + 1, this.#lastId - this.held + 1);
    const matching = this.#calls
      .slice(from - this.#firstId)
      .filter((call) => matches(call, filter));
    const calls = matching.slice(0, page.limit);
    const next = matching.length > calls.length ? (calls.at(-1)?.id ?? null) : null;
    return { calls, next, total: matching.length };
  }

  /** A call that is under way is saved as one that got no answer: nobody works on it in a restored world. */
  save(): SavedWorld["journal"] {
    const held = this.#calls.slice(this.#calls.length - this.held);
    const calls = held.map((call): Call =>
      call.durationMs === null ? { ...call, end: "connection_lost" } : call,
    );
    return { lastId: this.#lastId, calls };
  }

  load({ lastId, calls }: SavedWorld["journal"]): void {
    this.#calls = [...calls];
    this.#lastId = lastId;
    this.#firstId = calls[0]?.id ?? lastId + 1;
  }

  #cut(): void {
    const dropped = this.#calls.length - this.#size;
    this.#calls = this.#calls.slice(dropped);
    this.#firstId += dropped;
  }
}

export function matches(call: Call, filter: JournalFilter): boolean {
  const { prospectId, userId, method, status, path, end } = filter;
  return (
    (prospectId === undefined || call.prospectIds.includes(prospectId)) &&
    (userId === undefined || call.userId === userId) &&
    (method === undefined || call.method === method.toUpperCase()) &&
    (status === undefined || call.status === status) &&
    (path === undefined || call.path.startsWith(path)) &&
    (end === undefined || (end === "ended" ? call.end !== "open" : call.end === end))
  );
}
