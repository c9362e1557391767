import { describe, it } from "vitest";
import { readCursor, toPage } from "../../src/paging.ts";

const ENTRIES = [
  { createdAt: 1, id: "a" },
  { createdAt: 1, id: "b" },
  { createdAt: 2, id: "c" },
];

describe("a page", () => {
  it("names its last entry where the list goes on", ({ expect }) => {
    const page = toPage(ENTRIES, 2);
    expect(page.entries).toEqual(ENTRIES.slice(0, 2));
    expect(readCursor(page.next)).toEqual({ createdAt: 1, id: "b" });
  });

  it("is the last one where nothing follows, also where it is just full", ({ expect }) => {
    expect(toPage(ENTRIES, 3)).toEqual({ entries: ENTRIES, next: null });
    expect(toPage([], 3)).toEqual({ entries: [], next: null });
  });

  it("is the first one for a cursor that was not made here", ({ expect }) => {
    for (const cursor of [null, "", "x", "~", "1~", "-1~a", `1~${"x".repeat(101)}`]) {
      expect(readCursor(cursor)).toEqual({ createdAt: -1, id: "" });
    }
  });
});
