import { afterAll, describe, it } from "vitest";
import { recordings } from "./corpus.ts";
import { Isolated } from "./isolated.ts";
import { TARGETS } from "./targets.ts";

/** No input takes a second; the machine that runs the tests may have much else to do. */
const LIMIT_MS = 20_000;
const TEST_MS = 60_000;
const FRESH_SEED = 20_261_123;
/** As many of each target as a few seconds allow; `npm run fuzz` tries more. */
const FRESH: Readonly<Record<string, number>> = {
  ingest: 200,
  mapping: 1_000,
  answers: 40,
  tokens: 40,
  http: 40,
};

const isolated = new Isolated(LIMIT_MS);
afterAll(() => isolated.close());

describe("recorded inputs", () => {
  for (const { target, file, input, note } of recordings()) {
    it(`${target}/${file} breaks no rule: ${note}`, { timeout: TEST_MS }, async ({ expect }) => {
      const ended = await isolated.replay(target, input);
      expect(ended).toMatchObject({ ended: true, result: { ok: true } });
    });
  }
});

describe("fresh inputs", () => {
  for (const { name } of TARGETS) {
    it(`${name} breaks no rule`, { timeout: TEST_MS }, async ({ expect }) => {
      const ended = await isolated.explore(name, FRESH_SEED, FRESH[name] ?? 0);
      expect(ended).toMatchObject({ ended: true, result: { failure: null } });
    });
  }
});
