/**
 * Where a value comes from: a dotted XDM path such as `person.name.firstName` or `purchases[0].sku`, or
 * `identityMap.<Namespace>` for the id of a namespace.
 * @module
 */
import { below } from "./rejection.ts";
import { findIdentities, isObject, keyOf, withoutPrefix } from "./xdm.ts";
import type { Found, Json } from "./xdm.ts";

export type SourcePath =
  | { readonly kind: "identity"; readonly namespace: string }
  | { readonly kind: "path"; readonly steps: readonly (string | number)[] };

/** A name, then any number of indexes. */
const SEGMENT = /^([^.[\]]+)((?:\[\d{1,6}\])*)$/;

/** Null where the text is no path. */
export function parseSourcePath(text: string): SourcePath | null {
  const steps: (string | number)[] = [];
  for (const segment of text.trim().split(".")) {
    const [, name, indexes] = SEGMENT.exec(segment.trim()) ?? [];
    if (name === undefined || indexes === undefined) return null;
    steps.push(withoutPrefix(name.trim()));
    for (const [, index] of indexes.matchAll(/\[(\d+)\]/g)) steps.push(Number(index));
  }
  const [first, namespace, ...rest] = steps;
  if (first === "identityMap") {
    return typeof namespace === "string" && rest.length === 0
      ? { kind: "identity", namespace }
      : null;
  }
  return { kind: "path", steps };
}

/** What the path leads to in a profile; undefined where it leads nowhere. Of identities the primary one, else the first. */
export function follow(profile: Json, path: SourcePath, base = ""): Found | undefined {
  if (path.kind === "path") return followSteps(profile, path.steps, base);
  return findIdentities(profile, path.namespace, base).find(({ value }) => value !== undefined);
}

/** All values that the path leads to: every identity of a namespace, every entry of a list. */
export function followAll(profile: Json, path: SourcePath, base: string): readonly Found[] {
  if (path.kind === "identity") return findIdentities(profile, path.namespace, base);
  const found = followSteps(profile, path.steps, base);
  if (found === undefined) return [];
  if (!Array.isArray(found.value)) return [found];
  const items: readonly unknown[] = found.value;
  return items
    .slice(0, LISTED_MAX)
    .map((value, index) => ({ value, pointer: below(found.pointer, index) }));
}

/** Entries of a list of ids that are looked at. */
const LISTED_MAX = 1_000;

function followSteps(
  profile: Json,
  steps: readonly (string | number)[],
  base: string,
): Found | undefined {
  let value: unknown = profile;
  let pointer = base;
  for (const step of steps) {
    if (typeof step === "number") {
      if (!Array.isArray(value) || step >= value.length) return undefined;
      const items: readonly unknown[] = value;
      value = items[step];
      pointer = below(pointer, step);
    } else {
      const key = isObject(value) ? keyOf(value, step) : undefined;
      if (!isObject(value) || key === undefined) return undefined;
      value = value[key];
      pointer = below(pointer, key);
    }
  }
  return { value, pointer };
}
