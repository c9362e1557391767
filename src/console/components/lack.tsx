/**
 * Which permission is missing for something; who can give it, the page says once.
 * @module
 */
import { lackWords, PERMISSION_WORDS, type Permission } from "../../people/permissions.ts";
import { isFirstToSayWhoGives } from "../viewer.ts";

/** @param props.what what it is missing for, where the note does not stand in a form of its own */
export function Lack({ needed, what }: { readonly needed: Permission; readonly what?: string }) {
  const words = isFirstToSayWhoGives()
    ? lackWords(needed)
    : `Needs the permission ${PERMISSION_WORDS[needed].name}.`;
  return <p class="lack small">{what === undefined ? words : `${what}: ${words}`}</p>;
}
