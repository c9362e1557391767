/**
 * Loaded before the simulation (`node --import`): plants the bug that the variable PLANTED_BUG names into the source as
 * it is loaded.
 * @module
 */
import { registerHooks } from "node:module";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const bug = PLANTED_BUGS.find(({ name }) => name === process.env["PLANTED_BUG"]);
if (!bug) throw new Error("PLANTED_BUG names no planted bug.");
const { name, file, was, becomes } = bug;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(`/src/${file}`) || loaded.source === null || loaded.source === undefined)
      return loaded;
    const text =
      typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    const parts = text.split(was);
    if (parts.length !== 2)
      throw new Error(`The place of "${name}" stands ${parts.length - 1} times in ${file}.`);
    return { ...loaded, source: parts.join(becomes) };
  },
});
