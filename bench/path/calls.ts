/**
 * Which functions ran while something was done, as V8 counts them.
 * @module
 */
import { Session } from "node:inspector/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

export interface FileCalls {
  /** Its path below the folder that was asked about. */
  readonly file: string;
  /** Functions that were called. */
  readonly functions: number;
  /** How often any of them was. */
  readonly calls: number;
}

/**
 * Does some work and tells which functions of a folder's modules were called. What a module does when it is loaded, and
 * what sets a new object's fields, is no call.
 * @param folder its absolute path
 */
export async function callsDuring(
  folder: string,
  work: () => Promise<void>,
): Promise<readonly FileCalls[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    // What ran before is not of the work.
    await session.post("Profiler.takePreciseCoverage");
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return result.flatMap(({ url, functions }) => {
      if (!url.startsWith("file:")) return [];
      const file = relative(folder, fileURLToPath(url));
      if (file.startsWith("..")) return [];
      const called = functions
        .filter(({ functionName, ranges }) => !functionName.startsWith("<") && !isModule(ranges))
        .map(({ ranges }) => ranges[0]?.count ?? 0)
        .filter((count) => count > 0);
      if (called.length === 0) return [];
      const calls = called.reduce((sum, count) => sum + count, 0);
      return [{ file, functions: called.length, calls }];
    });
  } finally {
    session.disconnect();
  }
}

/** A module's own code begins where its text does. */
function isModule(ranges: readonly { readonly startOffset: number }[]): boolean {
  return ranges[0]?.startOffset === 0;
}
