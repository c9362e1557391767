/**
 * When a backlog will be gone.
 * @module
 */

export interface Backlog {
  /** Calls that the backlog needs. */
  readonly calls: number;
  /** When the first of them may leave: now, or the end of a pause. */
  readonly startAt: number;
  /** Calls that may leave in the window that is open then. */
  readonly room: number;
  /** When that window ends. */
  readonly resetsAt: number;
  readonly windowMs: number;
  /** Calls that each following window takes. */
  readonly callsPerWindow: number;
  /** How long one call takes of the connector's time, several being under way at once. */
  readonly msPerCall: number;
  /** Null where no yearly allowance is set. */
  readonly allowance: { readonly left: number; readonly earnedPerMs: number } | null;
}

/** When the last call of a backlog will have been answered, epoch ms. */
export function drainsAt(backlog: Backlog): number {
  return Math.max(byWindows(backlog), earnedAt(backlog));
}

/** When the yearly allowance has paid for the last call. */
function earnedAt({ calls, startAt, allowance, msPerCall }: Backlog): number {
  if (!allowance || calls <= allowance.left) return startAt;
  return Math.round(startAt + (calls - allowance.left) / allowance.earnedPerMs + msPerCall);
}

function byWindows(backlog: Backlog): number {
  const { calls, room, msPerCall, startAt } = backlog;
  const perWindow = Math.max(1, backlog.callsPerWindow);
  if (calls <= room) return Math.round(startAt + calls * msPerCall);
  const rest = calls - Math.max(0, room);
  const fullWindows = Math.ceil(rest / perWindow) - 1;
  const lastWindowAt = Math.max(startAt, backlog.resetsAt) + fullWindows * backlog.windowMs;
  return Math.round(lastWindowAt + (rest - fullWindows * perWindow) * msPerCall);
}
