/**
 * Many prospects' updates at once, as audiences and lists of people bring them.
 * @module
 */
import type { FieldValue, ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { DESTINATION } from "./world.ts";
import type { World } from "./world.ts";

/** Ids from `from` on, each in one audience: all with the same values. */
export const members = (
  count: number,
  status: "realized" | "exited" = "realized",
  { at = 1, from = 1, title = null as string | null } = {},
): ProspectUpdate[] =>
  Array.from({ length: count }, (_, i) => ({
    prospectId: from + i,
    fields: {
      custom4: { value: status, at, audience: { namespace: "ups", id: "a", status } },
      ...(title !== null && { title: { value: title } }),
    },
  }));

/** Each with a value of its own. */
export const people = (
  count: number,
  from = 1,
  name: (id: number) => FieldValue = (id) => `Name ${id}`,
): ProspectUpdate[] =>
  Array.from({ length: count }, (_, i) => ({
    prospectId: from + i,
    fields: { firstName: { value: name(from + i) } },
  }));

/** In requests of a thousand. */
export const accept = (
  world: World,
  updates: readonly ProspectUpdate[],
  to = DESTINATION,
): void => {
  for (let i = 0; i < updates.length; i += 1_000)
    world.acceptUpdates(updates.slice(i, i + 1_000), to);
};

/** How many prospects are not up to date. */
export const waiting = (world: World): number => {
  const { pending, inFlight } = world.core.status().backlog;
  return pending + inFlight;
};
