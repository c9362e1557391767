/**
 * A destination's audiences: those of its settings, with the counts that the Outreach user's object keeps.
 * @module
 */
import type { AudienceMapping } from "../mapping/settings.ts";
import type { AudienceCounts, ListedSeenAudience } from "../engine/api.ts";

export interface ListedAudience {
  readonly namespace: string;
  readonly id: string;
  readonly name: string | null;
  readonly mappingId: number;
  readonly configured: boolean;
  readonly members: number;
  readonly exited: number;
  readonly pending: number;
  readonly failed: number;
}

const NO_TRAFFIC = { members: 0, exited: 0, pending: 0, failed: 0 };

/**
 * Joins the two: first the audiences of the settings in their order, zeros where nothing came in, then others that
 * were counted: their profiles brought a Mapping ID of their own, or the settings have changed.
 */
export function listAudiences(
  mapped: readonly AudienceMapping[],
  counts: readonly AudienceCounts[],
): ListedAudience[] {
  const counted = new Map(counts.map((audience) => [keyOf(audience), audience]));
  const configured = mapped.map((audience) => {
    const { members, exited, pending, failed } = counted.get(keyOf(audience)) ?? NO_TRAFFIC;
    const { namespace, id, mappingId, name = null } = audience;
    return { namespace, id, name, mappingId, configured: true, members, exited, pending, failed };
  });
  const names = new Map(mapped.map((audience) => [audienceOf(audience), audience.name ?? null]));
  const mappedKeys = new Set(mapped.map(keyOf));
  const others = counts
    .filter((audience) => !mappedKeys.has(keyOf(audience)))
    .map((audience) => ({
      ...audience,
      name: names.get(audienceOf(audience)) ?? null,
      configured: false,
    }));
  return [...configured, ...others];
}

/** Of the audiences that were seen in the stream, those that the settings do not map by now. */
export function unmappedAudiences(
  mapped: readonly AudienceMapping[],
  seen: readonly ListedSeenAudience[],
): ListedSeenAudience[] {
  const known = new Set(mapped.map(audienceOf));
  return seen.filter((audience) => !known.has(audienceOf(audience)));
}

type Key = Pick<AudienceCounts, "namespace" | "id" | "mappingId">;

/** Adobe writes one namespace in different cases. */
function audienceOf({ namespace, id }: Pick<Key, "namespace" | "id">): string {
  return JSON.stringify([namespace.toLowerCase(), id]);
}

function keyOf(audience: Key): string {
  return `${audience.mappingId} ${audienceOf(audience)}`;
}
