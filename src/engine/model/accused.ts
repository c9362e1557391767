/**
 * Which of the attributes that a call sent Outreach's refusal accuses: by a pointer to it, or by words.
 * @module
 */
import type { Fields } from "./prospect.ts";

/** One of the errors of an answer. */
interface Said {
  readonly code: string;
  readonly detail: string;
  readonly pointer: string | null;
}

/** Statuses of answers that judge what was sent. */
const ABOUT_VALUES: ReadonlySet<number> = new Set([400, 422]);
/** Outreach names a prospect's addresses in words of its own: "Contacts email hash has already been taken." */
const ABOUT_EMAILS = /\be-?mails?\b/i;
const DUPLICATE_VALUE = "validationDuplicateValueError";

/** Whether an answer of that status judges what was sent. */
export function judgesValues(status: number): boolean {
  return ABOUT_VALUES.has(status);
}

/** The names of the attributes that are accused; empty where none is. */
export function accusedOf(
  { status, errors }: { readonly status: number; readonly errors: readonly Said[] },
  sent: Fields<unknown>,
): readonly string[] {
  if (!judgesValues(status)) return [];
  const names = Object.keys(sent);
  return [...new Set(errors.flatMap((error) => accusedByOne(error, names) ?? []))];
}

function accusedByOne({ code, detail, pointer }: Said, names: readonly string[]): string | null {
  const pointed = pointer?.match(/\/attributes\/([^/]+)/)?.[1];
  if (pointed !== undefined && names.includes(pointed)) return pointed;
  const isEmails = ABOUT_EMAILS.test(detail) || code === DUPLICATE_VALUE;
  if (isEmails && names.includes("emails")) return "emails";
  return names.find((name) => inWords(name).test(detail)) ?? null;
}

/** A sentence that begins with an attribute's name: "First name is too long". */
function inWords(name: string): RegExp {
  const words = name.replaceAll(/([a-z])([A-Z0-9])/g, "$1[ _]?$2");
  return new RegExp(`^["'\`]?${words}\\b`, "i");
}
