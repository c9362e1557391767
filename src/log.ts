/**
 * Structured log lines, as Workers Logs indexes them: one object a line, with the name of the event in `event`.
 *
 * Promises: no text of an error gets in. Its message may quote what was being read, which may be personal data.
 * @module
 */

/** Names, counts and flags: never a secret, never a value out of a profile, never a URL with its query. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Something that happened as it should and that an operator may want to look up. */
export function logEvent(event: string, facts: Facts = {}): void {
  // oxlint-disable-next-line no-console -- this module is the one way to the log
  console.log({ event, ...facts });
}

/** Something that a person should correct. */
export function logWarning(event: string, facts: Facts = {}): void {
  // oxlint-disable-next-line no-console -- this module is the one way to the log
  console.warn({ event, ...facts });
}

/** Something that should not have happened. */
export function logError(event: string, error: unknown, facts: Facts = {}): void {
  // oxlint-disable-next-line no-console -- this module is the one way to the log
  console.error({ event, ...facts, ...anonymized(error) });
}

/** Where an error came from, without what it says: its class and the places in the code. */
function anonymized(error: unknown) {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, frames: frames.slice(0, FRAMES_MAX).map((line) => line.trim()) };
}

/** The innermost ones tell the place; a log line is limited to 128 KB. */
const FRAMES_MAX = 10;
