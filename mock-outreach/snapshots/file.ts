/**
 * A world in a file: what `--load` reads and `--save` writes.
 * @module
 */
import { readFile, rename, writeFile } from "node:fs/promises";
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

/** Writes beside the file first: a process that dies meanwhile leaves the file as it was. Only its owner may read it. */
export async function saveFile(file: string, world: SavedWorld): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, JSON.stringify(world), { mode: 0o600 });
  await rename(beside, file);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
