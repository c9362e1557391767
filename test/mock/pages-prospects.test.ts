import { describe, it } from "vitest";
import { linksOf, seePage } from "./pages-support.ts";
import { patchOf, resourceOf, testMock, type TestMock } from "./support.ts";

const write = (mock: TestMock, id: number, attributes: Record<string, unknown>) =>
  mock.api("PATCH", `/prospects/${id}`, patchOf(id, attributes));

const idsOn = async (mock: TestMock, path: string): Promise<readonly number[]> => {
  const links = linksOf(await seePage(mock, path), "/prospects/");
  return links.map((link) => Number(link.split("/")[2]));
};

describe("the list of prospects", () => {
  it("shows who each one is, whose, and at which stage", async ({ expect }) => {
    const mock = testMock();
    const { attributes } = await resourceOf(await mock.api("GET", "/prospects/1"));
    const { text } = await seePage(mock, "/");
    const [email = ""] = attributes["emails"] as string[];
    expect(text).toContain(`${String(attributes["name"])} ${email.replace("@", " @")}`);
    for (const name of ["title", "company"]) expect(text).toContain(attributes[name]);
    expect(text).toContain("Grace Hopper");
    expect(text).toContain("Approaching");
  });

  it("begins with those that calls have written to, the latest on top", async ({ expect }) => {
    const mock = testMock();
    for (const id of [30, 500, 7]) {
      await write(mock, id, { custom2: "realized" });
      mock.advance(1_000);
    }
    expect((await idsOn(mock, "/")).slice(0, 5)).toEqual([7, 500, 30, 1, 2]);
  });

  it("is a page of a hundred thousand, and pages on without a gap", async ({ expect }) => {
    const mock = testMock({ seed: 100_000 });
    await write(mock, 60, { custom2: "realized" });
    expect(await idsOn(mock, "/")).toEqual([60, ...Array.from({ length: 49 }, (_, i) => i + 1)]);
    const second = await seePage(mock, "/?page=2");
    expect(linksOf(second, "/prospects/").slice(0, 12)).toEqual(
      [50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 62].map((id) => `/prospects/${id}`),
    );
    expect(second.text).toContain("51 to 100");
    const last = await seePage(mock, "/?page=2000");
    expect(linksOf(last, "/prospects/").at(-1)).toBe("/prospects/100000");
    expect(last.html).not.toContain('rel="next"');
    expect((await seePage(mock, "/?page=2001")).text).toContain("The list ends before this page.");
  });

  it("leaves out whom no call has written to, if asked", async ({ expect }) => {
    const mock = testMock();
    expect((await seePage(mock, "/?written=1")).text).toContain(
      "No call has written to a prospect yet.",
    );
    await write(mock, 9, { custom2: "realized" });
    await mock.api("GET", "/prospects/10");
    expect(await idsOn(mock, "/?written=1")).toEqual([9]);
  });

  it("is searched by words of name, address and company, and by id", async ({ expect }) => {
    const mock = testMock({ seed: 100_000 });
    const { attributes } = await resourceOf(await mock.api("GET", "/prospects/99321"));
    const [email = ""] = attributes["emails"] as string[];
    expect(await idsOn(mock, "/?q=99321")).toEqual([99_321]);
    expect(await idsOn(mock, `/?q=${encodeURIComponent(email.toUpperCase())}`)).toEqual([99_321]);
    const partial = encodeURIComponent(`${String(attributes["company"])} 99321@`);
    expect(await idsOn(mock, `/?q=${partial}`)).toEqual([99_321]);
    const byName = await seePage(mock, `/?q=${encodeURIComponent(String(attributes["name"]))}`);
    expect(byName.text).toContain(attributes["name"]);
    expect((await seePage(mock, "/?q=nobody-of-this-name")).text).toContain("No prospect matches.");
    expect((await seePage(mock, "/?q=99321&written=1")).text).toContain("No prospect matches.");
  });

  it("pages on through what a search finds", async ({ expect }) => {
    const mock = testMock({ seed: 2_000 });
    const first = await seePage(mock, "/?q=acme");
    const [next = ""] = linksOf(first, "/?q=acme&page=2");
    const second = await seePage(mock, next);
    const shown = [...linksOf(first, "/prospects/"), ...linksOf(second, "/prospects/")];
    expect(new Set(shown).size).toBe(100);
  });

  it("has columns for the custom fields that calls wrote, audience statuses first", async ({
    expect,
  }) => {
    const mock = testMock();
    await mock.control("POST", "/labels", { 20: "Webinar guests" });
    for (let field = 1; field <= 4; field += 1)
      await write(mock, field, { [`custom${field}`]: "x" });
    await write(mock, 9, { custom20: "exited" });
    const { html, text } = await seePage(mock, "/");
    const columns = [...html.matchAll(/<th[^>]*scope="col"[^>]*>([^<]*)</g)].map(
      ([, name]) => name,
    );
    expect(columns.slice(4, -1)).toHaveLength(4);
    expect(columns).toContain("Webinar guests");
    expect(text).toContain("1 more custom field was written");
    expect(html).toMatch(/class="status left"[^]*?exited/);
  });

  it("says when each one last changed, and by which call", async ({ expect }) => {
    const mock = testMock();
    await write(mock, 7, { custom2: "realized", custom3: "realized" });
    await write(mock, 8, {});
    mock.advance(125_000);
    const page = await seePage(mock, "/?written=1");
    expect(page.text).toContain("2026-11-23 10:00:00 2 min ago, 2 fields, call 1");
    expect(linksOf(page, "/requests/")).toEqual(["/requests/1"]);
    expect(page.text).toContain("written, no field's value changed");
    await write(mock, 7, { custom1: "lead" });
    expect((await seePage(mock, "/?written=1")).text).toContain("just now, 1 field, call 3");
  });

  it("says what to do where there is nobody", async ({ expect }) => {
    const { text } = await seePage(testMock({ seed: 0 }), "/");
    expect(text).toContain("There are no prospects. Start the mock with --seed 1000");
  });

  it("takes an address that makes no sense for the first page", async ({ expect }) => {
    const mock = testMock({ seed: 3 });
    for (const query of ["?page=0", "?page=x", "?page=-1", "?written=maybe", "?page=1e99"]) {
      expect(await idsOn(mock, `/${query}`)).toEqual([1, 2, 3]);
    }
  });
});

describe("a prospect's page", () => {
  it("marks what changed with when, by which call, and what was there before", async ({
    expect,
  }) => {
    const mock = testMock();
    await write(mock, 7, { custom4: "realized" });
    mock.advance(60_000);
    await write(mock, 7, { custom4: "exited" });
    mock.advance(5_000);
    const page = await seePage(mock, "/prospects/7");
    expect(page.text).toContain(
      "Likely to buy custom4 exited Changed 2026-11-23 10:01:00 , 5 s ago, by call 2 (PATCH) . Before: realized",
    );
    expect(page.text).toContain("1 field changed through the API in 2 writes");
    expect(page.html.match(/class="field changed"/g)).toHaveLength(1);
    expect(linksOf(page, "/requests/2").length).toBeGreaterThan(0);
  });

  it("shows what was cleared, and from what", async ({ expect }) => {
    const mock = testMock();
    const { attributes } = await resourceOf(await mock.api("GET", "/prospects/7"));
    await write(mock, 7, { title: null, workPhones: [] });
    const { text } = await seePage(mock, "/prospects/7");
    expect(text).toMatch(
      new RegExp(`Title empty Changed .* Before: ${String(attributes["title"])}`),
    );
    expect(text).toMatch(/Work phones empty Changed .* Before: \+/);
  });

  it("calls custom fields by their labels, and shows those with a label that are empty", async ({
    expect,
  }) => {
    const mock = testMock();
    await mock.control("POST", "/labels", { 2: null, 40: "Loves trains" });
    await write(mock, 7, { custom2: "realized" });
    const { text } = await seePage(mock, "/prospects/7");
    expect(text).toContain("Custom field 2 custom2 realized");
    expect(text).toContain("Loves trains custom40 empty");
    expect(text).not.toContain("custom41");
  });

  it("lists its calls, the latest first, with what they sent", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects/7");
    await write(mock, 7, { custom2: "realized", tags: ["a", "b"] });
    await write(mock, 8, { custom2: "realized" });
    await write(mock, 7, { nonsense: 1 });
    const page = await seePage(mock, "/prospects/7");
    const calls = linksOf(page, "/requests/").slice(-3);
    expect(calls).toEqual(["/requests/4", "/requests/2", "/requests/1"]);
    expect(page.text).toContain("Newsletter readers : realized");
    expect(page.text).toContain("Tags : a, b");
    expect(page.text).toContain("422");
  });

  it("says that nothing was written, or that what was written was there already", async ({
    expect,
  }) => {
    const mock = testMock();
    expect((await seePage(mock, "/prospects/7")).text).toContain("No call has written to it.");
    await write(mock, 7, { custom2: null });
    expect((await seePage(mock, "/prospects/7")).text).toContain(
      "No field changed through the API",
    );
  });

  it("is missing for one that is deleted, and leads to its calls", async ({ expect }) => {
    const mock = testMock();
    await mock.api("DELETE", "/prospects/7");
    const page = await seePage(mock, "/prospects/7");
    expect(page.status).toBe(404);
    expect(linksOf(page, "/requests?")).toEqual(["/requests?prospect=7"]);
    for (const id of ["0", "x", "1.5", "-1", "9".repeat(400)]) {
      expect((await seePage(mock, `/prospects/${id}`)).status).toBe(404);
    }
  });
});
