/**
 * `npm run mock`. Node keeps what it has compiled in the system's temporary directory, which halves the time that the
 * next start takes; so the command itself is loaded after this is switched on.
 * @module
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runCommand } = await import("./run.ts");
await runCommand(process.argv.slice(2));
