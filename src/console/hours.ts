/**
 * Runs of several destinations, by the hour.
 * @module
 */
import type { Run } from "../outreach-user/api.ts";
import type { Hour } from "./pages/live.tsx";

const HOUR_MS = 3_600_000;
/** Two days: today beside yesterday. */
export const HOURS_SHOWN = 48;

/** The last hours, the present one included, with zeros where nothing happened. */
export function callsByHour(runs: readonly Run[], now: number): readonly Hour[] {
  const present = Math.floor(now / HOUR_MS) * HOUR_MS;
  const hours = new Map<number, Hour>();
  for (let back = HOURS_SHOWN - 1; back >= 0; back--) {
    const startedAt = present - back * HOUR_MS;
    hours.set(startedAt, { startedAt, calls: 0, received: 0 });
  }
  for (const { startedAt, calls, received } of runs) {
    const hour = hours.get(startedAt);
    if (!hour) continue;
    const sum = { calls: hour.calls + calls, received: hour.received + received };
    hours.set(startedAt, { startedAt, ...sum });
  }
  return [...hours.values()];
}
