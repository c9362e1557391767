/**
 * A form that came after its session had ended. It goes through the sign-in in the browser's hands, and is sent again
 * by a click of somebody who has read what it says.
 *
 * Promises: no password is kept; a kept form goes to where the console takes one and nowhere else; the sign-in's form
 * stays small enough to be read.
 * @module
 */
import { z } from "zod";
import { shownUrl } from "../engine/alerts/webhook.ts";
import { consolePath, deedOfForm } from "./form-pages.ts";

const keptForm = z.object({
  /** Where it was going, with its query. */
  action: z.string().transform((text, context) => {
    const path = consolePath(text);
    if (path !== null && isKept(path)) return path;
    context.addIssue({ code: "custom", message: "Must be the address of a form that is kept." });
    return z.NEVER;
  }),
  fields: z.record(z.string(), z.string()),
});
export type KeptForm = z.infer<typeof keptForm>;

/** Forms that hold passwords, and those that end the session. */
const NEVER_KEPT = /^\/console\/(account\/|sign-out$)/;

function isKept(action: string): boolean {
  return !NEVER_KEPT.test(action) && deedOfForm(pathOf(action)) !== null;
}

function pathOf(action: string): string {
  return action.split("?", 1)[0] ?? "";
}

/** Bytes of a kept form within the sign-in's own form, of which 16 KiB are read. */
const KEPT_BYTES_MAX = 12 * 1024;

/** Null where the form is none to keep, or too large. */
export function keepForm(action: string, fields: Readonly<Record<string, string>>) {
  const kept = { action, fields };
  const asSent = new URLSearchParams({ kept: JSON.stringify(kept) }).toString();
  return isKept(action) && asSent.length <= KEPT_BYTES_MAX ? kept : null;
}

/** What the sign-in page's hidden field holds; null where that is no kept form. */
export function readKeptForm(text: string | undefined): KeptForm | null {
  if (text === undefined) return null;
  try {
    return keptForm.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What a kept form would do, in words for whoever is asked to send it. */
export interface KeptFormWords {
  readonly deed: string;
  /** Without its query. */
  readonly path: string;
  /** Every field, its name in words beside its value; of what may be a secret no more than the page of it shows. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export function wordsOfKept({ action, fields }: KeptForm): KeptFormWords {
  const path = pathOf(action);
  const shown = Object.entries(fields).map(
    ([name, value]) => [fieldWords(name), shownValue(name, value)] as const,
  );
  return { deed: deedOfForm(path) ?? "", path, fields: shown };
}

/** `/mappings/0/fieldName` as `Mappings, 1, field name`. */
function fieldWords(name: string): string {
  const words = name
    .split("/")
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part))
    .join(", ")
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const SECRET = /password|secret|token/i;

function shownValue(name: string, value: string): string {
  if (value === "") return "(empty)";
  if (SECRET.test(name)) return "(not shown)";
  // A webhook's path may be a secret; whom it would tell is not.
  if (name === "/alerts/url") return URL.canParse(value) ? shownUrl(value) : "(not shown)";
  return value;
}
