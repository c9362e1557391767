/**
 * Follows a backlog in the engine, and holds each estimate of when it is empty against what then happened.
 * @module
 */
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import type { World } from "./world.ts";

interface Course {
  readonly world: World;
  /** Prospects that wait at the beginning. */
  readonly backlog: number;
  /** Between prospects that come meanwhile; null for none. */
  readonly everyMs: number | null;
  readonly lookEveryMs: number;
}

/** A prospect with a value of its own. */
export function title(id: number): ProspectUpdate {
  return { prospectId: id, fields: { title: { value: `Title ${id}` } } };
}

/** Looks at the estimate again and again; gives how far off each was, of the time that was left. */
export async function follow({ world, backlog, everyMs, lookEveryMs }: Course) {
  const { core } = world;
  let next = 1;
  for (; next <= backlog; next += 500) {
    const updates = Array.from({ length: 500 }, (_, i) => title(next + i));
    world.acceptUpdates(updates, "d");
  }
  const looks: { at: number; drainsAt: number | null }[] = [];
  let [lookAt, comesAt] = [world.now + lookEveryMs, world.now + (everyMs ?? Infinity)];
  for (;;) {
    await world.pass(Math.min(lookAt, comesAt) - world.now);
    if (world.now >= comesAt && everyMs !== null) {
      world.acceptUpdates([title(next++)], "d");
      comesAt += everyMs;
    }
    if (world.now < lookAt) continue;
    lookAt += lookEveryMs;
    const { pending, inFlight, drainsAt } = core.status().backlog;
    // Those that came last are always on their way.
    if (pending + inFlight <= (everyMs === null ? 0 : 3)) break;
    looks.push({ at: world.now, drainsAt });
  }
  const emptyAt = world.now - lookEveryMs / 2;
  return looks
    .filter(({ at }) => emptyAt - at > 10 * lookEveryMs)
    .map(({ at, drainsAt }) => {
      const offMs = Math.abs((drainsAt ?? Infinity) - emptyAt);
      return { offMs, share: offMs / (emptyAt - at) };
    });
}

/** The largest, in percent of the time that was left. */
export function worst(off: readonly { readonly share: number }[]): number {
  return Math.round(Math.max(...off.map(({ share }) => share)) * 1000) / 10;
}
