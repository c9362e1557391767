import { describe, it } from "vitest";
import { ORIGIN, type Page, patchOf, testMock, type TestMock } from "./support.ts";

async function list(mock: TestMock, query = ""): Promise<Page> {
  const response = await mock.api("GET", `/prospects${query}`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
}

const ids = ({ data }: Page): readonly number[] => data.map(({ id }) => id);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("a list of prospects", () => {
  it("has 50 to a page, lowest id first, and no count unless asked for", async ({ expect }) => {
    const page = await list(testMock());
    expect(ids(page)).toEqual(range(1, 50));
    expect(page.meta).toBeUndefined();
    expect((await list(testMock(), "?count=true")).meta).toEqual({
      count: 1_000,
      count_truncated: false,
    });
  });

  it("is read to its end by following links.next, and back by links.prev", async ({ expect }) => {
    const mock = testMock({ seed: 25 });
    const seen: number[] = [];
    let page = await list(mock, "?page[size]=10&fields[prospect]=firstName");
    const pages = [page];
    for (;;) {
      seen.push(...ids(page));
      const next = page.links["next"];
      if (next === undefined) break;
      expect(next.startsWith(`${ORIGIN}/api/v2/prospects?`)).toBe(true);
      page = await list(mock, next.slice(next.indexOf("?")));
      pages.push(page);
    }
    expect(seen).toEqual(range(1, 25));
    expect(pages.map(({ data }) => data.length)).toEqual([10, 10, 5]);
    const prev = pages[2]?.links["prev"] ?? "";
    expect(ids(await list(mock, prev.slice(prev.indexOf("?"))))).toEqual(range(11, 20));
    expect(pages[0]?.links["prev"]).toBeUndefined();
    expect(Object.keys(page.data[0]?.attributes ?? {})).toEqual(["firstName"]);
  });

  it("can be paged by offset, as it used to be", async ({ expect }) => {
    const page = await list(testMock({ seed: 25 }), "?page[limit]=10&page[offset]=20&count=true");
    expect(ids(page)).toEqual(range(21, 25));
    expect(Object.keys(page.links)).toEqual(["first", "prev", "last"]);
    expect(page.links["last"]).toContain("page%5Boffset%5D=20");
  });

  it("keeps its place while records before it are deleted", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    const first = await list(mock, "?page[size]=5");
    for (const id of [1, 2, 5]) await mock.api("DELETE", `/prospects/${id}`);
    const next = first.links["next"] ?? "";
    expect(ids(await list(mock, next.slice(next.indexOf("?"))))).toEqual(range(6, 10));
  });
});

describe("filters", () => {
  it("take ids as a list or a range", async ({ expect }) => {
    const mock = testMock();
    expect(ids(await list(mock, "?filter[id]=9,2,2,5000"))).toEqual([2, 9]);
    expect(ids(await list(mock, "?filter[id]=4..7"))).toEqual([4, 5, 6, 7]);
    expect(ids(await list(mock, "?filter[id]=neginf..3"))).toEqual([1, 2, 3]);
    expect(ids(await list(mock, "?filter[id]=998..inf"))).toEqual([998, 999, 1_000]);
  });

  it("read back a thousand named prospects in one page", async ({ expect }) => {
    const named = range(1, 1_000).join(",");
    const page = await list(
      testMock(),
      `?filter[id]=${named}&fields[prospect]=custom4&page[limit]=1000`,
    );
    expect(page.data).toHaveLength(1_000);
  });

  it("find a prospect by its address, however it came by it", async ({ expect }) => {
    const mock = testMock();
    const { attributes } = await mock.prospect(77);
    const seeded = Object.values(attributes["emails"] ?? []).join(",");
    expect(ids(await list(mock, `?filter[emails]=${seeded.toUpperCase()}`))).toEqual([77]);
    await mock.api("PATCH", "/prospects/12", patchOf(12, { emails: ["new@new.example"] }));
    expect(ids(await list(mock, "?filter[emails]=new@new.example,nobody@new.example"))).toEqual([
      12,
    ]);
    expect(ids(await list(mock, "?filter[emails]=nobody@new.example"))).toEqual([]);
  });

  it("compare texts, times, and what is there with what is not", async ({ expect }) => {
    const mock = testMock({ seed: 30 });
    await mock.api("PATCH", "/prospects/3", patchOf(3, { firstName: "Sally", linkedInId: "x" }));
    expect(ids(await list(mock, "?filter[firstName]=sally"))).toEqual([3]);
    expect(ids(await list(mock, "?filter[updatedAt]=2026-01-01..inf"))).toEqual([3]);
    expect(ids(await list(mock, "?filter[linkedInId]=__notnull__"))).toEqual([3]);
    expect(ids(await list(mock, "?filter[linkedInId]=__null__"))).toHaveLength(29);
    expect(ids(await list(mock, "?filter[q]=sal"))).toEqual([3]);
  });

  it("all have to be met", async ({ expect }) => {
    const mock = testMock({ seed: 30 });
    const owned = ids(await list(mock, "?filter[owner][id]=2"));
    expect(owned.length).toBeGreaterThan(2);
    expect(ids(await list(mock, "?filter[owner][id]=2&filter[id]=1..10"))).toEqual(
      owned.filter((id) => id <= 10),
    );
  });

  it("take values with commas and dots in the new syntax", async ({ expect }) => {
    const mock = testMock({ seed: 10 });
    await mock.api("PATCH", "/prospects/3", patchOf(3, { title: "VP, Sales" }));
    await mock.api("PATCH", "/prospects/4", patchOf(4, { title: "a..b" }));
    const syntax = "&newFilterSyntax=true";
    expect(ids(await list(mock, `?filter[title]=VP, Sales${syntax}`))).toEqual([3]);
    expect(
      ids(await list(mock, `?filter[title][]=a..b&filter[title][]=VP, Sales${syntax}`)),
    ).toEqual([3, 4]);
    expect(ids(await list(mock, `?filter[linkedInId]=__null__${syntax}`))).toHaveLength(10);
    expect(ids(await list(mock, `?filter[id][gte]=3&filter[id][lte]=5${syntax}`))).toEqual([
      3, 4, 5,
    ]);
  });
});

describe("sorting", () => {
  it("goes by several keys and pages without losing or repeating anyone", async ({ expect }) => {
    const mock = testMock({ seed: 60 });
    const names: string[] = [];
    const seen = new Set<number>();
    let query: string | undefined = "?sort=lastName,-firstName&page[size]=7";
    while (query !== undefined) {
      const page: Page = await list(mock, query);
      for (const { id, attributes } of page.data) {
        seen.add(id);
        names.push(String(attributes["lastName"]).toLowerCase());
      }
      query = page.links["next"]?.slice(page.links["next"].indexOf("?"));
    }
    expect(names).toEqual(names.toSorted());
    expect(seen.size).toBe(60);
    expect(names).toHaveLength(60);
  });

  it("puts the highest id first, if asked to", async ({ expect }) => {
    expect(ids(await list(testMock(), "?sort=-id&page[size]=3"))).toEqual([1_000, 999, 998]);
  });
});

describe("a query that is not understood", () => {
  it("gets 400 for one record too", async ({ expect }) => {
    for (const query of [
      "filter[id]=7",
      "include=tasks",
      "page[size]=1",
      "fields[prospect]=x",
      "x=1",
    ]) {
      expect((await testMock().api("GET", `/prospects/7?${query}`)).status, query).toBe(400);
    }
  });

  it("gets 400, and is told what is wrong", async ({ expect }) => {
    const mock = testMock();
    const mistakes = {
      "?filter[custom4]=x": "Cannot filter by 'filter[custom4]'.",
      "?filter[owner][email]=x": "Cannot filter by 'filter[owner][email]'.",
      "?filter[id]=abc": "'filter[id]' cannot be compared with that value.",
      "?filter[id][gte]=1":
        "A filter's '[gte]' needs 'newFilterSyntax=true', and is '[]', '[gte]' or '[lte]'.",
      "?sort=custom4": "Cannot sort by 'custom4'.",
      "?sort=owner.title": "Cannot sort by 'owner.title'.",
      "?sort=tasks.id": "Cannot sort by 'tasks.id'.",
      "?sort=account.owner.email": "Cannot sort by 'account.owner.email'.",
      [`?sort=${"id,".repeat(21)}`]: "There are too many keys in 'sort'.",
      [`?include=${"owner,".repeat(51)}`]: "There are too many paths in 'include'.",
      "?filter[account][custom1]=x": "Cannot filter by 'filter[account][custom1]'.",
      "?filter[account][named]=yes": "'filter[account][named]' cannot be compared with that value.",
      "?fields[prospect]=nope": "'nope' is not a field of prospect.",
      "?fields[emailAddress]=subject":
        "'fields[emailAddress]' is for a type that is not answered here.",
      "?actionParams[filter]=x": "'actionParams[filter]' is not a parameter of this call.",
      "?page[limit]=1001": "'page[limit]' must be a number up to 1000.",
      "?page[offset]=10001": "'page[offset]' must be a number up to 10000.",
      "?page[size]=0": "A page holds at least one record.",
      "?page[after]=xyz": "'page[after]' is not a cursor of this collection and order.",
      "?page[number]=2": "'page[number]' is not a parameter of this call.",
      "?limit=5": "'limit' is not a parameter of this call.",
      "?filter[a[b]=1": "'filter[a[b]' is not a parameter of this call.",
    };
    for (const [query, detail] of Object.entries(mistakes)) {
      const response = await mock.api("GET", `/prospects${query}`);
      expect(response.status, query).toBe(400);
      expect(await response.json()).toEqual({
        errors: [{ id: "badRequest", title: "Bad Request", detail }],
      });
    }
  });
});
