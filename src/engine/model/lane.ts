/**
 * In which lane a prospect's changes wait: what is urgent for whoever sells goes before what is merely new.
 *
 * AEP does not say which of the profiles that it sends belong to a first activation. A member who qualified long ago,
 * and of whose audience Outreach was never told, does.
 * @module
 */
import { isOptOut } from "./opt-out-attributes.ts";
import type { FieldValue } from "./prospect-update.ts";

/** The most urgent first. */
export const LANES = ["exit", "entry", "attribute", "backfill", "replay"] as const;
/**
 * - `exit`: somebody left an audience or opted out: not to be written to any more.
 * - `entry`: somebody entered an audience.
 * - `attribute`: an attribute changed.
 * - `backfill`: values that were true long before, of a first activation.
 * - `replay`: failures that a person sends again.
 */
export type Lane = (typeof LANES)[number];

/** Somebody is written to, or is not, because of these. */
export function isUrgent(lane: Lane): boolean {
  return lane === "exit" || lane === "entry";
}

/** A live change comes sooner than this after its qualification, even where audiences are evaluated once a day. */
const BACKFILL_AGE_MS = 24 * 3_600_000;

interface Change {
  readonly value: FieldValue;
  /** When it became true, epoch ms. */
  readonly at: number;
  readonly membership?: { readonly status: "realized" | "exited" };
}

/**
 * The lane of changes that came together: that of the most urgent one.
 * @param known what Outreach was ever told of the prospect, by field
 * @param acceptedAt epoch ms
 */
export function laneOf(
  changes: Readonly<Record<string, Change>>,
  known: Readonly<Record<string, unknown>>,
  acceptedAt: number,
): Lane {
  let lane: Lane = "replay";
  for (const [name, change] of Object.entries(changes)) {
    lane = moreUrgent(lane, laneOfField(name, change, known, acceptedAt));
  }
  return lane;
}

export function moreUrgent(a: Lane, b: Lane): Lane {
  return LANES.indexOf(a) <= LANES.indexOf(b) ? a : b;
}

/** Whether a field says that somebody is, or is no longer, to be written to: an audience's status, or an opt-out. */
export function mustNotBeLost(name: string, field: Change | undefined): boolean {
  return field !== undefined && (field.membership !== undefined || isOptOut(name, field.value));
}

function laneOfField(
  name: string,
  { value, at, membership }: Change,
  known: Readonly<Record<string, unknown>>,
  acceptedAt: number,
): Lane {
  if (isOptOut(name, value)) return "exit";
  if (!membership) return Object.keys(known).length === 0 ? "backfill" : "attribute";
  const isOld = acceptedAt - at > BACKFILL_AGE_MS;
  if (isOld && !Object.hasOwn(known, name)) return "backfill";
  return membership.status === "exited" ? "exit" : "entry";
}
