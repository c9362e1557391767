import { readFile } from "node:fs/promises";
import { describe, it } from "vitest";
import { consoleAssets, pathsModule } from "../../assets/console.ts";

describe("the console's assets", () => {
  it("are known under the names that they are served under", async ({ expect }) => {
    const known = new URL("../../src/console/asset-paths.ts", import.meta.url);
    const wanted = pathsModule(await consoleAssets());
    expect(await readFile(known, "utf8"), "run `node assets/build.ts`").toBe(wanted);
  });
});
