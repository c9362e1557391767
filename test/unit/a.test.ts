import { it } from "vitest";
import { DatabaseSync } from "node:sqlite";
it("node", ({ expect }) => { expect(process.version).toMatch(/^v24/); const d = new DatabaseSync(":memory:"); expect(d.prepare("select json('[1]') a").get()).toMatchObject({ a: "[1]" }); });
