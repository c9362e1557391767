/**
 * A world in a file: what `--load` reads and `--save` writes.
 * @module
 */
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { readSavedWorld, type SavedWorld } from "./format.ts";

/** @throws {Error} saying what is wrong with the file and what to do */
export async function loadFile(file: string): Promise<SavedWorld> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  try {
    return readSavedWorld(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${file} is damaged, or was saved by another version; leave --load out, or save it anew.\n${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/**
 * Sees to it that the world can be saved there once it ends, by writing beside the file and taking that away again.
 * @throws {Error} saying what is wrong with the place and what to do
 */
export async function checkPlace(file: string): Promise<void> {
  const beside = besideOf(file);
  try {
    await writeFile(beside, "", { mode: 0o600 });
    await rm(beside);
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory()) throw new Error("it is a folder");
  } catch (error) {
    throw new Error(
      `the world could not be saved to ${file}: ${reasonOf(error)}; make the folder, or choose another file with --save.`,
      { cause: error },
    );
  }
}

/**
 * Writes beside the file first: a process that dies meanwhile leaves the file as it was. Only its owner may read it.
 * @throws {Error} naming the file, and where the world is if it could only not be put into its place
 */
export async function saveFile(file: string, world: SavedWorld): Promise<void> {
  const beside = besideOf(file);
  try {
    await writeFile(beside, JSON.stringify(world), { mode: 0o600 });
  } catch (error) {
    // Half a world is of no use to anybody.
    await rm(beside, { force: true }).catch(() => {});
    throw new Error(`${file} could not be written: ${reasonOf(error)}`, { cause: error });
  }
  await rename(beside, file).catch((error: unknown) => {
    throw new Error(
      `${file} could not be written: ${reasonOf(error)}; the world is in ${beside}, which --load reads.`,
      { cause: error },
    );
  });
}

function besideOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
