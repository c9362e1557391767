/**
 * Who is signed in to the console.
 * @module
 */
import type { Permission } from "./permissions.ts";
import type { Person } from "./store.ts";

export type Viewer =
  /** By the admin token. */
  { readonly kind: "admin" } | { readonly kind: "person"; readonly person: Person };

export function permissionOf(viewer: Viewer): Permission {
  return viewer.kind === "admin" ? "manage" : viewer.person.permission;
}
