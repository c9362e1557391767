/**
 * When a backlog will be gone, at the pace at which calls may leave and changes come.
 * @module
 */
import type { Singles } from "../budget/savings-rules.ts";
import type { Jobs } from "../bulk/job-estimate-rules.ts";

/** Prospects that go one way. What goes different ways goes side by side. */
export interface Part {
  readonly prospects: number;
  /** When the first of them may leave, epoch ms: now, or the end of a pause. */
  readonly startAt: number;
  /** Prospects that begin to wait meanwhile, for each millisecond; 0 to ask for those that wait already. */
  readonly arrivalsPerMs: number;
  readonly way: Singles | Jobs;
}

export interface Backlog {
  readonly now: number;
  readonly parts: readonly Part[];
  /** Calls that jobs which are under way still take. */
  readonly callsOwed: number;
  /** Null where no yearly allowance is set. */
  readonly allowance: { readonly left: number; readonly earnedPerMs: number } | null;
}

/** When the last of a backlog will be at Outreach, epoch ms; null where changes come as fast as they leave. */
export function drainsAt(backlog: Backlog): number | null {
  const { now } = backlog;
  let last: number | null = byAllowance(backlog);
  for (const part of backlog.parts) {
    const { way, startAt, arrivalsPerMs } = part;
    const prospects = part.prospects + arrivalsPerMs * Math.max(0, startAt - now);
    const waiting = { ...part, prospects };
    const sentAt = way.kind === "singles" ? bySingles(waiting, way) : byJobs(waiting, way);
    last = last === null || sentAt === null ? null : Math.max(last, sentAt);
  }
  return last === null ? null : Math.round(last);
}

/** When the yearly allowance, which all have in common, has paid for the last call. */
function byAllowance({ now, parts, callsOwed, allowance }: Backlog): number | null {
  if (!allowance) return now;
  let [missing, gain] = [callsOwed - allowance.left, allowance.earnedPerMs];
  for (const { way, prospects, arrivalsPerMs } of parts) {
    const callsPerProspect = way.kind === "singles" ? 1 : way.callsPerJob / way.perJob;
    missing += prospects * callsPerProspect;
    gain -= arrivalsPerMs * callsPerProspect;
  }
  if (missing <= 0) return now;
  return gain > 0 ? now + missing / gain : null;
}

function bySingles({ prospects, startAt, arrivalsPerMs }: Part, way: Singles): number | null {
  const sentPerMs = 1 / Math.max(0.01, way.msPerCall);
  const { windowMs } = way;
  const perWindow = Math.max(1, way.callsPerWindow);
  const pace = { sentPerMs, arrivalsPerMs, freedPerMs: way.keptPerWindow / windowMs };
  let [left, at, room, resetsAt] = [prospects, startAt, Math.max(0, way.room), way.resetsAt];
  if (resetsAt <= at) [room, resetsAt] = [perWindow, at + windowMs];

  // The window that is open.
  const open = within({ left, room, ms: resetsAt - at }, pace);
  if (open !== null) return at + open;
  left += arrivalsPerMs * (resetsAt - at) - Math.min(room, sentPerMs * (resetsAt - at));
  at = resetsAt;

  // Full windows, one like the other, and what the last one needs of its time.
  const gain = Math.min(perWindow, sentPerMs * windowMs) - windowMs * arrivalsPerMs;
  if (gain <= 0) return null;
  let full = Math.max(0, Math.ceil(left / gain) - 1);
  // What comes while the last one's calls leave may be too much for it.
  const last = (): number | null =>
    within({ left: left - full * gain, room: perWindow, ms: windowMs }, pace);
  if (last() === null) full += 1;
  return at + full * windowMs + (last() ?? windowMs);
}

interface Pace {
  readonly sentPerMs: number;
  readonly arrivalsPerMs: number;
  /** Calls that are set free of those that are kept until the window ends. */
  readonly freedPerMs: number;
}

/** How long it takes to send all that is left, where that is within so much of a window; else null. */
function within(
  { left, room, ms }: { readonly left: number; readonly room: number; readonly ms: number },
  { sentPerMs, arrivalsPerMs, freedPerMs }: Pace,
): number | null {
  if (left <= 0) return 0;
  const atOnce = room - freedPerMs * ms;
  const fastMs = sentPerMs > arrivalsPerMs ? left / (sentPerMs - arrivalsPerMs) : Infinity;
  if (fastMs <= ms && fastMs * sentPerMs <= atOnce + freedPerMs * fastMs) return fastMs;
  // The rest as calls are set free.
  const slowMs =
    freedPerMs > arrivalsPerMs ? (left - atOnce) / (freedPerMs - arrivalsPerMs) : Infinity;
  return slowMs >= 0 && slowMs <= ms ? Math.max(0, slowMs) : null;
}

function byJobs({ prospects, startAt, arrivalsPerMs }: Part, way: Jobs): number | null {
  const slots = way.slotsFreeAt.map((at) => Math.max(at, startAt));
  const gain = (slots.length * way.perJob) / way.jobMs - arrivalsPerMs;
  if (gain <= 0) return null;
  // Jobs are begun wherever one has ended; what comes meanwhile goes with them.
  const share = gain / (gain + arrivalsPerMs);
  let jobs = Math.ceil(prospects / (way.perJob * share));
  const rounds = Math.max(0, Math.floor(jobs / slots.length) - 1);
  jobs -= rounds * slots.length;
  const ends = slots.map((at) => at + rounds * way.jobMs);
  let last = startAt;
  for (; jobs > 0; jobs--) {
    const earliest = ends.indexOf(Math.min(...ends));
    last = Math.max(last, (ends[earliest] ?? startAt) + way.jobMs);
    ends[earliest] = (ends[earliest] ?? startAt) + way.jobMs;
  }
  return last;
}
