/**
 * Reading XDM as it really comes: keys may carry an `xdm:` prefix, the case of namespaces varies, and whoever sends it
 * may send anything. Only an object's own members are looked at, so `__proto__` and its like are plain data.
 * @module
 */
import { ExactNumber } from "./numbers.ts";
import { below } from "./rejection.ts";

export type Json = Readonly<Record<string, unknown>>;

const PREFIX = "xdm:";
/** AEP knows a handful of namespaces; a profile with more of them is looked at by exact name only. */
const NAMESPACES_MAX = 1_000;

export function isObject(value: unknown): value is Json {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

/** AEP's sign that a value was removed: `null`, or the empty object of a mapped but missing attribute. */
export function isRemoved(value: unknown): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** The key under which an object holds a member, with or without the prefix. */
export function keyOf(object: Json, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const prefixed = PREFIX + name;
  return Object.hasOwn(object, prefixed) ? prefixed : undefined;
}

/** As a profile names a member, for a pointer that leads to it; without the prefix where it is missing. */
export function spelled(object: unknown, name: string): string {
  return (isObject(object) ? keyOf(object, name) : undefined) ?? name;
}

/** A member by its name, with or without the prefix; undefined where there is none. */
export function member(object: Json, name: string): unknown {
  const key = keyOf(object, name);
  return key === undefined ? undefined : object[key];
}

/** The key of a namespace, whatever its case. */
export function namespaceKeyOf(object: Json, namespace: string): string | undefined {
  const exact = keyOf(object, namespace);
  if (exact !== undefined) return exact;
  const wanted = namespace.toLowerCase();
  let looked = 0;
  for (const key in object) {
    if (looked++ === NAMESPACES_MAX) return undefined;
    if (Object.hasOwn(object, key) && withoutPrefix(key).toLowerCase() === wanted) return key;
  }
  return undefined;
}

export function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/** Identities of one namespace that are looked at; AEP's own graphs end at 50. */
const IDENTITIES_MAX = 1_000;

/** A value and where it was found. */
export interface Found {
  readonly value: unknown;
  readonly pointer: string;
}

/** The identities of a namespace, the one marked primary first; empty where there are none. */
export function findIdentities(profile: Json, namespace: string, base: string): readonly Found[] {
  const mapKey = keyOf(profile, "identityMap");
  const map = mapKey === undefined ? undefined : profile[mapKey];
  if (mapKey === undefined || !isObject(map)) return [];
  const key = namespaceKeyOf(map, namespace);
  const identities = key === undefined ? undefined : map[key];
  if (key === undefined || !Array.isArray(identities)) return [];
  const entries: readonly unknown[] = identities;
  const found = entries.slice(0, IDENTITIES_MAX).map((entry, index) => {
    const at = below(base, mapKey, key, index);
    const id = isObject(entry) ? keyOf(entry, "id") : undefined;
    if (!isObject(entry) || id === undefined) return { value: undefined, pointer: at };
    return { value: entry[id], pointer: below(at, id) };
  });
  const primary = entries.findIndex(
    (entry) => isObject(entry) && member(entry, "primary") === true,
  );
  const first = found[primary];
  return first ? [first, ...found.toSpliced(primary, 1)] : found;
}
