/**
 * How far back the live page's charts go, and in which steps.
 * @module
 */
import type { Activity } from "../engine/api.ts";

export type Step = Activity["minutes"][number];

/** Sixty steps at most: more cannot be told apart on a phone, nor read in a table. */
export const SPANS = [
  { name: "hour", text: "Last hour", minutes: 60, aStep: 1, step: "minute" },
  { name: "day", text: "Last day", minutes: 1_440, aStep: 30, step: "half hour" },
  { name: "two-days", text: "Last two days", minutes: 2_880, aStep: 60, step: "hour" },
] as const;
export type Span = (typeof SPANS)[number];

/** Minutes put together; as much waits at a step's end as at that of its last minute. */
export function inSteps(minutes: readonly Step[], aStep: number): readonly Step[] {
  const steps: Step[] = [];
  for (let first = 0; first < minutes.length; first += aStep) {
    const group = minutes.slice(first, first + aStep);
    const sum = (of: "accepted" | "delivered" | "failed" | "calls") =>
      group.reduce((total, minute) => total + minute[of], 0);
    steps.push({
      startedAt: group[0]?.startedAt ?? 0,
      accepted: sum("accepted"),
      delivered: sum("delivered"),
      failed: sum("failed"),
      calls: sum("calls"),
      waiting: group.at(-1)?.waiting ?? 0,
    });
  }
  return steps;
}
