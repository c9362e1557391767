/**
 * Models of what else is done to bring Outreach up to date. A call takes no time, and none fails but by a 429.
 * @module
 */
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import { LIMIT, TRACE_BEGINS_AT, WINDOW_MS } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import type { Item, Trace, Values } from "./traces.ts";

export interface Counted {
  /** All that were made, 429s among them. */
  readonly calls: number;
  readonly refused: number;
}

/**
 * One call for each update, none merged with another.
 * @param tries sent at once; what gets a 429 is sent again at the reset, all of it. Otherwise a rate limiter holds back
 *   what would get one, with a reservoir that is filled up when a window begins
 * @param limit calls in a window
 */
export function callPerUpdate(
  trace: Trace,
  ledger: Ledger,
  tries: boolean,
  limit = LIMIT,
): Counted {
  const waiting: Item[] = [];
  let sent = 0;
  let used = 0;
  let refused = 0;
  const send = (now: number): void => {
    for (; sent < waiting.length && used < limit; sent++, used++) {
      const item = waiting[sent];
      if (item) ledger.hold(item.update.prospectId, item.says, now);
    }
  };
  byWindow(
    trace,
    (item, now) => {
      ledger.accept(item, now);
      if (Object.keys(item.says).length === 0) return;
      waiting.push(item);
      send(now);
      if (tries && sent < waiting.length) refused += 1;
    },
    (now) => {
      used = 0;
      send(now);
      if (tries) refused += waiting.length - sent;
      return sent < waiting.length;
    },
  );
  return { calls: waiting.length + refused, refused };
}

/**
 * A rate limiter that knows: one PATCH a prospect with all that is pending of it, at once while the window has calls left,
 * else when the next begins, the oldest first; nothing that Outreach is known to hold.
 */
export function mergingLimiter(trace: Trace, ledger: Ledger): Counted {
  const waiting = new Map<number, Record<string, FieldValue>>();
  const told = new Map<number, Record<string, FieldValue>>();
  let calls = 0;
  let used = 0;
  const send = (now: number): void => {
    for (const [id, values] of waiting) {
      if (used === LIMIT) break;
      waiting.delete(id);
      told.set(id, { ...told.get(id), ...values });
      ledger.hold(id, values, now);
      used += 1;
      calls += 1;
    }
  };
  byWindow(
    trace,
    (item, now) => {
      ledger.accept(item, now);
      const { prospectId: id } = item.update;
      const values = unknownOf({ ...waiting.get(id), ...item.says }, told.get(id));
      if (Object.keys(values).length === 0) waiting.delete(id);
      else waiting.set(id, values);
      send(now);
    },
    (now) => {
      used = 0;
      send(now);
      return waiting.size > 0;
    },
  );
  return { calls, refused: 0 };
}

/** Values that Outreach is not known to hold. */
export function unknownOf(values: Values, told: Values = {}): Record<string, FieldValue> {
  const changed = Object.entries(values).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(told[name]),
  );
  return Object.fromEntries(changed);
}

/**
 * Every hour, what changed since the last time is found, and goes with one PATCH a prospect, the oldest first.
 * @param limit calls in a window
 */
export function hourlyDiff(trace: Trace, ledger: Ledger, limit = LIMIT): Counted {
  const waiting = new Map<number, Record<string, FieldValue>>();
  const told = new Map<number, Record<string, FieldValue>>();
  let calls = 0;
  byWindow(
    trace,
    (item, now) => {
      ledger.accept(item, now);
      const { prospectId } = item.update;
      waiting.set(prospectId, { ...waiting.get(prospectId), ...item.says });
    },
    (now) => {
      let used = 0;
      for (const [id, values] of waiting) {
        if (used === limit) break;
        waiting.delete(id);
        const changed = unknownOf(values, told.get(id));
        if (Object.keys(changed).length === 0) continue;
        used += 1;
        told.set(id, { ...told.get(id), ...values });
        ledger.hold(id, changed, now);
      }
      calls += used;
      return waiting.size > 0;
    },
  );
  return { calls, refused: 0 };
}

/** @param begin a window of the rate limit begins; gives whether more is left to do */
function byWindow(
  { items }: Trace,
  arrive: (item: Item, now: number) => void,
  begin: (now: number) => boolean,
): void {
  let windowAt = TRACE_BEGINS_AT + WINDOW_MS / 2;
  for (const item of items) {
    const now = TRACE_BEGINS_AT + item.at;
    for (; windowAt <= now; windowAt += WINDOW_MS) begin(windowAt);
    arrive(item, now);
  }
  for (; begin(windowAt); windowAt += WINDOW_MS);
}
