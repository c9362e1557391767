/**
 * How full an object's storage may get. Delivery always keeps room: what is turned away is sent again, what is stuck is lost.
 * @module
 */
import type { ProspectUpdate } from "../model/prospect-update.ts";
import { isOptOut } from "../model/opt-out-attributes.ts";

/**
 * - `roomy`: nothing to do.
 * - `pruning`: what is known of prospects that were not touched for long is pruned.
 * - `tight`: new updates are turned away, but for exits, opt-outs and those of prospects that wait already.
 * - `full`: all are turned away; what is left is delivery's.
 */
export type StorageLevel = "roomy" | "pruning" | "tight" | "full";

const PRUNING_FROM = 0.8;
const TIGHT_FROM = 0.9;
const FULL_FROM = 0.95;

/** @param bytes what is stored, and how much may be */
export function storageLevel(bytes: {
  readonly used: number;
  readonly limit: number;
}): StorageLevel {
  const share = bytes.used / bytes.limit;
  if (share >= FULL_FROM) return "full";
  if (share >= TIGHT_FROM) return "tight";
  return share >= PRUNING_FROM ? "pruning" : "roomy";
}

/** Whether an update has a place where storage is tight: somebody is not to be contacted any more. */
export function mustNotWait({ fields }: ProspectUpdate): boolean {
  return Object.entries(fields).some(
    ([name, { value, audience, consent }]) =>
      audience?.status === "exited" || consent?.says === "out" || isOptOut(name, value),
  );
}
