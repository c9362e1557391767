import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { deedOfForm, pageOfForm } from "../../../src/console/form-pages.ts";

const CONSOLE = new URL("../../../src/console/", import.meta.url);
/** They come before the sign-in. */
const OPEN: ReadonlySet<string> = new Set(["/console/sign-in", "/console/invitation"]);

/** Every address that the console takes a form at, with an id for each parameter. */
function formAddresses(): readonly string[] {
  const handlers = readdirSync(CONSOLE).filter((name) => name.endsWith("-handlers.tsx"));
  return handlers.flatMap((name) => {
    const text = readFileSync(new URL(name, CONSOLE), "utf8");
    return [...text.matchAll(/\.post\(\s*"([^"]+)"/g)].flatMap(([, route = ""]) => {
      const [, before = "", choices = ""] = /^(.*):\w+\{(.*)\}$/.exec(route) ?? [];
      const routes = choices === "" ? [route] : choices.split("|").map((each) => before + each);
      return routes.map((each) => each.replaceAll(/:\w+/g, "x_1"));
    });
  });
}

describe("the console's forms", () => {
  it("can each be told in words", ({ expect }) => {
    const addresses = formAddresses().filter((address) => !OPEN.has(address));
    expect(addresses.length).toBeGreaterThan(25);
    expect(addresses.filter((address) => deedOfForm(address) === null)).toEqual([]);
    expect(deedOfForm("/console/catalog")).toBeNull();
  });

  it("lead to the page that they stand on", ({ expect }) => {
    for (const [address, page] of [
      ["/console/destinations", "/console/destinations/new"],
      ["/console/destinations/d/alerts/tell", "/console/destinations/d/alerts"],
      ["/console/outreach-users/u/prospects/7/send", "/console/prospects?id=7&user=u"],
      ["/console/destinations/d", null],
      ["/console/catalog", null],
    ] as const) {
      expect(pageOfForm(address)).toBe(page);
    }
  });
});
