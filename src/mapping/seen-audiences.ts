/**
 * Audiences that profiles are in and that nobody has mapped, so that they can be offered.
 *
 * Promises: what is kept is bounded, whatever profiles say: so many audiences, ids and names of so many characters, so
 * many memberships of a profile looked at.
 * @module
 */
import { isUnmapped } from "./audiences.ts";
import type { MappedAudience } from "./audiences.ts";
import { isObject, member, namespaceKeyOf, withoutPrefix } from "./xdm.ts";
import type { Json } from "./xdm.ts";

/** An audience, and in how many of some profiles it was seen. */
export interface SeenAudience {
  /** In lower case: Adobe writes one namespace in different cases. */
  readonly namespace: string;
  readonly id: string;
  /** Where profiles bring it. */
  readonly name?: string;
  readonly profiles: number;
}

/** As many as Adobe activates to a destination at most (a soft limit). */
export const SEEN_MAX = 250;
/** As long as settings take them. */
const NAMESPACE_MAX_CHARS = 100;
const ID_MAX_CHARS = 200;
const NAME_MAX_CHARS = 300;
/** Memberships of one profile that are looked at. */
const MEMBERSHIPS_MAX = 1_000;
const NAMESPACES_MAX = 20;

/** Ids of mapped audiences, by namespace in lower case. */
export type MappedIds = ReadonlyMap<string, ReadonlySet<string>>;

export function mappedIds(audiences: readonly MappedAudience[]): MappedIds {
  const ids = new Map<string, Set<string>>();
  for (const { namespace, id } of audiences) {
    const key = namespace.toLowerCase();
    ids.set(key, (ids.get(key) ?? new Set()).add(id));
  }
  return ids;
}

interface Entry {
  profiles: number;
  readonly name: string | null;
}

/** Counts the unmapped audiences of profiles, one after the other. */
export class SeenAudiences {
  /** By namespace as it is spelled in profiles, so that none is changed for each profile. */
  readonly #byNamespace = new Map<string, Map<string, Entry>>();
  #size = 0;

  /**
   * Counts one profile's.
   * @param memberships the profile's `segmentMembership`
   * @param bodyMappingIds Mapping IDs that came with the profile
   */
  add(memberships: unknown, mapped: MappedIds, bodyMappingIds: unknown): void {
    if (!isObject(memberships)) return;
    let left = MEMBERSHIPS_MAX;
    let namespaces = NAMESPACES_MAX;
    for (const spelling in memberships) {
      if (namespaces-- === 0) return;
      const ids = memberships[spelling];
      if (!isObject(ids) || spelling.length > NAMESPACE_MAX_CHARS) continue;
      const namespace = withoutPrefix(spelling).toLowerCase();
      const ofSettings = mapped.get(namespace);
      const ofBody = idsOf(bodyMappingIds, namespace);
      const entries = this.#byNamespace.get(spelling) ?? new Map<string, Entry>();
      for (const id in ids) {
        if (left-- === 0) return;
        if (ofBody !== null && isMappedIn(ofBody, id)) continue;
        // Most were seen in the profile before: that is looked at first, for this is done for every membership.
        const entry = entries.get(id);
        if (entry) entry.profiles += 1;
        else if (this.#size < SEEN_MAX && !ofSettings?.has(id) && isPlausible(id)) {
          entries.set(id, { profiles: 1, name: nameOf(ids[id]) });
          this.#size += 1;
        }
      }
      if (entries.size > 0) this.#byNamespace.set(spelling, entries);
    }
  }

  /** What was counted since it was last asked. */
  take(): readonly SeenAudience[] {
    const seen: SeenAudience[] = [];
    for (const [spelling, entries] of this.#byNamespace) {
      const namespace = withoutPrefix(spelling).toLowerCase();
      for (const [id, { profiles, name }] of entries) {
        seen.push({ namespace, id, profiles, ...(name !== null && { name }) });
      }
    }
    this.#byNamespace.clear();
    this.#size = 0;
    return seen;
  }
}

function idsOf(mappingIds: unknown, namespace: string): Json | null {
  if (!isObject(mappingIds)) return null;
  const key = namespaceKeyOf(mappingIds, namespace);
  const ids = key === undefined ? undefined : mappingIds[key];
  return isObject(ids) ? ids : null;
}

function isMappedIn(ids: Json, id: string): boolean {
  return Object.hasOwn(ids, id) && !isUnmapped(ids[id]);
}

/** What settings would take as an id. */
function isPlausible(id: string): boolean {
  return id !== "" && id.length <= ID_MAX_CHARS && id === id.trim() && id.isWellFormed();
}

function nameOf(membership: unknown): string | null {
  const name = isObject(membership) ? member(membership, "name") : null;
  if (typeof name !== "string" || name.length > NAME_MAX_CHARS) return null;
  const text = name.replaceAll(/\p{Cc}+/gu, " ").trim();
  return text === "" || !text.isWellFormed() ? null : text;
}
