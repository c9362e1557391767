import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, it } from "vitest";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import { runSeed } from "./simulate.ts";

const LONG = { timeout: 300_000 };
const FIXED_WORLDS = 60;
const FRESH_WORLDS = 20;

describe("the simulation", () => {
  it("breaks no rule in a fixed set of worlds", LONG, async ({ expect }) => {
    for (let i = 1; i <= FIXED_WORLDS; i++) {
      const { violations } = await runSeed(`ci.${i}`);
      expect(violations, `npm run simulate -- --world ci.${i}`).toEqual([]);
    }
  });

  it("breaks no rule in worlds that nobody has seen before", LONG, async ({ expect }) => {
    const seed = randomInt(1_000_000);
    for (let i = 1; i <= FRESH_WORLDS; i++) {
      const { violations } = await runSeed(`${seed}.${i}`);
      expect(violations, `npm run simulate -- --world ${seed}.${i}`).toEqual([]);
    }
  });

  it("has a place in the code for every bug that can be planted", async ({ expect }) => {
    for (const { name, file, was } of PLANTED_BUGS) {
      const text = await readFile(new URL(`../../src/${file}`, import.meta.url), "utf8");
      expect(text.split(was), name).toHaveLength(2);
    }
  });
});
