/**
 * A form that came after its session had ended. It goes through the sign-in in the browser's hands, and is sent again
 * by a click.
 *
 * Promises: no password is kept; a kept form goes to the console and nowhere else.
 * @module
 */
import { z } from "zod";
import { consolePath } from "./form-pages.ts";

const keptForm = z.object({
  /** Where it was going, with its query. */
  action: z.string().transform((text, context) => {
    const path = consolePath(text);
    if (path !== null) return path;
    context.addIssue({ code: "custom", message: "Must be a path of the console." });
    return z.NEVER;
  }),
  fields: z.record(z.string(), z.string()),
});
export type KeptForm = z.infer<typeof keptForm>;

/** Forms that hold passwords, and those that end the session. */
const NEVER_KEPT = /^\/console\/(account\/|sign-out$)/;

/** Null where the form is none to keep. */
export function keepForm(action: string, fields: Readonly<Record<string, string>>) {
  return NEVER_KEPT.test(action) ? null : { action, fields };
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
