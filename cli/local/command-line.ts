/**
 * What a command was called with: its options, or its help, or what is wrong with them.
 * @module
 */

/** As for any command that was called wrongly. */
const EXIT_USAGE = 2;
const MOST = 1_000_000_000;

/**
 * Reads a command's options. Where there are none to act on that is said here: with `--help` the text, where one is wrong
 * why it is, with exit code 2.
 * @param command as a person calls it, such as `npm run forecast`
 * @param read gives the options, or throws an error that says what is wrong
 * @returns null where there is nothing to do
 */
export function optionsOf<T>(command: string, help: string, read: () => T): T | null {
  if (process.argv.includes("--help")) {
    process.stdout.write(help);
    return null;
  }
  try {
    return read();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${problem}\n${command} -- --help lists the options.\n`);
    process.exitCode = EXIT_USAGE;
    return null;
  }
}

/** The command's arguments. A negative number is a value, and not another option: so that what is wrong with it is said. */
export function givenArgs(): string[] {
  const joined: string[] = [];
  for (const arg of process.argv.slice(2)) {
    const last = joined.at(-1) ?? "";
    const isValue = /^-\d/.test(arg) && /^--[^=]+$/.test(last);
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/**
 * A whole number, with commas between thousands or without.
 * @throws {Error} that says what the option takes
 */
export function whole(option: string, text: string, min: number, max = MOST): number {
  const value = /^\d{1,3}(,\d{3})+$|^\d{1,12}$/.test(text) ? Number(text.replaceAll(",", "")) : NaN;
  if (value >= min && value <= max) return value;
  throw new Error(
    `${option} takes a whole number from ${min} to ${max.toLocaleString("en-US")}, not "${text}".`,
  );
}
