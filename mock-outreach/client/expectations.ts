/**
 * What a test expects of all calls that were made, and the words for what it finds instead.
 * @module
 */
import type { CallView, StateView } from "../control/answers.ts";

type Overlaps = StateView["findings"];

/** An expectation that calls did not meet; the message names them. */
export class CallsExpectationError extends Error {
  override readonly name = "CallsExpectationError";
}

/** How many calls a message tells before it only counts the rest. */
const TOLD_MAX = 10;

/** @param calls those of the overlaps that the journal still holds */
export function overlapsMessage(
  { overlapCount, overlaps }: Overlaps,
  calls: ReadonlyMap<number, CallView>,
): string {
  const lines = overlaps.slice(0, TOLD_MAX).map(({ prospectId, at, callIds }) => {
    const told = callIds.map((id) => callText(id, calls.get(id))).join(" and ");
    return `prospect ${prospectId} at ${at}: ${told}`;
  });
  return listed(
    `${times(overlapCount)}, writes of one prospect were under way at once`,
    lines,
    overlapCount,
  );
}

/** @param refused calls that the limit refused and the journal still holds */
export function limitMessage(count: number, refused: readonly CallView[]): string {
  const lines = refused
    .slice(0, TOLD_MAX)
    .map((call) => `${callText(call.id, call)} by user ${call.userId} at ${call.at}`);
  return listed(`The rate limit refused ${callCount(count)} with 429`, lines, count);
}

/** @param search what was waited for, as it was given */
export function waitMessage(
  search: object,
  wanted: number,
  withinSeconds: number,
  { came, outcome }: { readonly came: readonly CallView[]; readonly outcome: string },
): string {
  const why =
    outcome === "new_world"
      ? "a reset or a restored snapshot ended the wait"
      : `${withinSeconds} s are over`;
  const lines = came.slice(0, TOLD_MAX).map((call) => callText(call.id, call));
  const what = `Waited for ${callCount(wanted)} of ${JSON.stringify(search)}: ${why}, and ${came.length} came`;
  return listed(what, lines, came.length);
}

function listed(head: string, lines: readonly string[], count: number): string {
  const rest = count > lines.length ? [`and ${count - lines.length} more`] : [];
  const all = [...lines, ...rest];
  return all.length === 0 ? `${head}.` : `${head}:\n${all.map((line) => `  ${line}`).join("\n")}`;
}

function callText(id: number, call: CallView | undefined): string {
  if (!call) return `call ${id}`;
  return `call ${id} (${call.method} ${call.path}, ${call.status ?? call.end})`;
}

const callCount = (count: number): string => (count === 1 ? "1 call" : `${count} calls`);

const times = (count: number): string => (count === 1 ? "Once" : `${count} times`);
