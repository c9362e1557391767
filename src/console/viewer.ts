/**
 * Who looks at the page that is being made, and what they may do from there.
 *
 * Pages are functions of what they show; who looks is the same for all parts of all of them, down to single buttons, so
 * it is kept beside the request instead of handed through each.
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { covers, type Permission } from "../people/permissions.ts";
import { permissionOf, type Viewer } from "../people/viewer.ts";
import { permissionAt } from "./permissions.ts";

interface Page {
  readonly viewer: Viewer;
  /** Whether it says already who can give a permission that is missing. */
  saysWhoGives: boolean;
}

const current = new AsyncLocalStorage<Page>();

/** Answers a request as somebody's. */
export function asViewer<T>(viewer: Viewer, answer: () => T): T {
  return current.run({ viewer, saysWhoGives: false }, answer);
}

/** Null before the sign-in. */
export function currentViewer(): Viewer | null {
  return current.getStore()?.viewer ?? null;
}

/** The permission that the viewer lacks for a page or a form; null where there is none. */
export function lackFor(method: "GET" | "POST", path: string): Permission | null {
  const viewer = currentViewer();
  const needed = permissionAt(method, path);
  return viewer !== null && covers(permissionOf(viewer), needed) ? null : needed;
}

export function may(method: "GET" | "POST", path: string): boolean {
  return lackFor(method, path) === null;
}

/** True once a page: whoever is told so says the whole sentence, all others may be short. */
export function isFirstToSayWhoGives(): boolean {
  const page = current.getStore();
  const isFirst = page?.saysWhoGives === false;
  if (page) page.saysWhoGives = true;
  return isFirst;
}
