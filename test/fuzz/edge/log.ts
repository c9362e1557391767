/**
 * Catches what is logged.
 * @module
 */

/** What is logged meanwhile goes nowhere else. */
export async function withLog<T>(work: () => Promise<T>): Promise<{ result: T; logged: string }> {
  const lines: unknown[] = [];
  const { log, error } = console;
  console.log = (...line: unknown[]) => void lines.push(line);
  console.error = console.log;
  try {
    return { result: await work(), logged: JSON.stringify(lines) };
  } finally {
    Object.assign(console, { log, error });
  }
}
