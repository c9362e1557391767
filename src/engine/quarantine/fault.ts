/**
 * What an exception says to people. Its own text may quote what was being read, which may be personal data.
 * @module
 */
import { z } from "zod";

/** Faults of one row that are told. */
const TOLD_MAX = 3;

/** Whether something stored is to blame, and not the code that read it. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof SyntaxError;
}

/** What `read` answers; where what is stored cannot be read, `unknown`. */
export function readOr<T>(unknown: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) return unknown;
    throw error;
  }
}

/** Says what is wrong without quoting anything: places and kinds of faults. */
export function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const faults = error.issues.map(({ path, code }) => `${path.join(".") || "value"}: ${code}`);
    return faults.slice(0, TOLD_MAX).join("; ");
  }
  if (error instanceof SyntaxError) return "not JSON";
  return error instanceof Error ? error.name : "unknown error";
}
