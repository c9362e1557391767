/**
 * The browser of the tests that need one: Debian's Chromium. Where it is not installed they are skipped, and that is said.
 * @module
 */
import { existsSync } from "node:fs";

export const CHROMIUM = "/usr/bin/chromium";
export const HAS_CHROMIUM = existsSync(CHROMIUM);
/** Needs no sandbox and no screen: it opens nothing but pages of this project. */
export const CHROMIUM_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];

/** Vitest's global setup: once before all tests. */
export function setup(): void {
  if (HAS_CHROMIUM) return;
  process.stderr.write(
    `\nTests in a browser are SKIPPED: there is no ${CHROMIUM}. On Debian: apt-get install chromium\n\n`,
  );
}
