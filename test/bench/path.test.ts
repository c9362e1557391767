import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, it } from "vitest";

const CALLS = join(import.meta.dirname, "../../bench/path/calls.ts");
const RUN = join(import.meta.dirname, "../../bench/path/run.ts");

const run = async (...args: readonly string[]) =>
  (await promisify(execFile)(process.execPath, args)).stdout;

describe("what is counted of a path", () => {
  it("is each called function and each of its calls, and no module's own code", async ({
    expect,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "outreach-edge-path-"));
    try {
      await writeFile(
        join(folder, "a.mjs"),
        `import { b, unused } from "./b.mjs";
         const before = b();
         export function a() { return [1, 2, 3].map((i) => b(i)); }
         export { unused, before };`,
      );
      await writeFile(
        join(folder, "b.mjs"),
        `export function b(i) { return i; }
         export function unused() {}`,
      );
      const script = `
        const { callsDuring } = await import(${JSON.stringify(CALLS)});
        const { a } = await import(${JSON.stringify(join(folder, "a.mjs"))});
        console.log(JSON.stringify(await callsDuring(${JSON.stringify(folder)}, async () => { a(); })));`;
      expect(JSON.parse(await run("--input-type=module", "-e", script))).toEqual([
        { file: "a.mjs", functions: 2, calls: 4 },
        { file: "b.mjs", functions: 1, calls: 3 },
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is told of one profile there and back", async ({ expect }) => {
    const text = await run(RUN);
    expect(text).toMatch(/engine alone: \d+ files, \d+ calls, \d+ statements\./);
    // A PATCH leaves only after the call was written down.
    expect(text).toMatch(/engine\/model +\d+ +\d+ +\d+ +0/);
  });
});
