import { describe, it } from "vitest";
import { nextMappingId } from "../../../src/console/targets.ts";

describe("the Mapping ID that is proposed", () => {
  it("is the first that is free and that nobody labelled", ({ expect }) => {
    expect(nextMappingId({}, new Set())).toBe(1);
    expect(nextMappingId({ "2": "Region" }, new Set([1, 3]))).toBe(4);
  });

  it("has a label where there is no other, and is none where all are taken", ({ expect }) => {
    const all = Array.from({ length: 150 }, (_, i) => i + 1);
    expect(nextMappingId({ "9": "Region" }, new Set(all.filter((id) => id !== 9)))).toBe(9);
    expect(nextMappingId({}, new Set(all))).toBeNull();
  });
});
