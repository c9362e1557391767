/**
 * Where a value comes from: a dotted XDM path such as `person.name.firstName` or `purchases[0].sku`, or
 * `identityMap.<Namespace>` for the id of a namespace.
 * @module
 */
import { below } from "./rejection.ts";
import { findIdentity, isObject, keyOf, withoutPrefix } from "./xdm.ts";
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

/** What the path leads to in a profile; undefined where it leads nowhere. */
export function follow(profile: Json, path: SourcePath): Found | undefined {
  if (path.kind === "identity") return findIdentity(profile, path.namespace, "");
  let value: unknown = profile;
  let pointer = "";
  for (const step of path.steps) {
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
