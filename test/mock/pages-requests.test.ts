import { describe, it } from "vitest";
import { linksOf, seePage } from "./pages-support.ts";
import { patchOf, settle, testMock, type TestMock } from "./support.ts";

const write = (mock: TestMock, id: number, attributes: Record<string, unknown>) =>
  mock.api("PATCH", `/prospects/${id}`, patchOf(id, attributes));

const callsOn = async (mock: TestMock, path: string): Promise<readonly number[]> => {
  const links = linksOf(await seePage(mock, path), "/requests/");
  return links.map((link) => Number(link.split("/")[2]));
};

describe("the request log", () => {
  it("shows each call's method, path, status, user and prospect, the latest first", async ({
    expect,
  }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects?filter[id]=7");
    await write(mock, 7, { custom2: "realized" });
    const page = await seePage(mock, "/requests");
    expect(page.text).toMatch(
      /PATCH \/api\/v2\/prospects\/7 200 10:00:00 Ada Lovelace <1 ms 7 GET \/api\/v2\/prospects\?filter/,
    );
    expect(page.text).toContain("2 calls since the start, 0 under way.");
    expect(linksOf(page, "/prospects/")).toEqual(["/prospects/7"]);
  });

  it("is filtered by method, status, user and prospect", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects/1");
    await write(mock, 2, { custom2: "x" });
    await write(mock, 2, { nonsense: 1 });
    await mock.api("GET", "/prospects/0");
    expect(await callsOn(mock, "/requests?method=PATCH")).toEqual([3, 2]);
    expect(await callsOn(mock, "/requests?status=4xx")).toEqual([4, 3]);
    expect(await callsOn(mock, "/requests?status=422")).toEqual([3]);
    expect(await callsOn(mock, "/requests?status=2xx&method=GET")).toEqual([1]);
    expect(await callsOn(mock, "/requests?prospect=2")).toEqual([3, 2]);
    expect(await callsOn(mock, "/requests?user=1")).toEqual([4, 3, 2, 1]);
    const none = await seePage(mock, "/requests?user=2");
    expect(none.text).toContain("No call matches.");
    expect(await callsOn(mock, "/requests?status=nonsense&method=&prospect=x")).toHaveLength(4);
  });

  it("keeps the choices in its form, those of no menu too", async ({ expect }) => {
    const { html } = await seePage(testMock(), "/requests?status=418&method=PUT&prospect=12");
    expect(html).toMatch(/<option value="418" selected/);
    expect(html).toMatch(/<option value="PUT" selected/);
    expect(html).toMatch(/name="prospect"[^>]*value="12"/);
  });

  it("pages back to the first call, through a filter too", async ({ expect }) => {
    const mock = testMock();
    for (let i = 0; i < 120; i += 1) await mock.api("GET", `/prospects/${1 + (i % 2)}`);
    const [older = ""] = linksOf(
      await seePage(mock, "/requests?prospect=1"),
      "/requests?prospect=1&",
    );
    expect(await callsOn(mock, "/requests?prospect=1")).toHaveLength(50);
    const rest = await seePage(mock, older);
    expect(linksOf(rest, "/requests/")).toEqual(
      [19, 17, 15, 13, 11, 9, 7, 5, 3, 1].map((id) => `/requests/${id}`),
    );
    expect(rest.html).not.toContain('rel="next"');
    expect(rest.html).not.toContain("data-live=");
  });

  it("tells what went wrong: refusals, broken connections, two writes at once", async ({
    expect,
  }) => {
    const mock = testMock({ limit: 1 });
    await mock.control("POST", "/faults", { id: "cut", times: 1, effect: "drop_after" });
    await expect(write(mock, 7, { custom2: "x" })).rejects.toThrow(TypeError);
    await write(mock, 7, { custom2: "y" });
    const { text } = await seePage(mock, "/requests");
    expect(text).toContain("1 refused by the limit");
    expect(text).toContain("fault cut connection broken");
    expect(await callsOn(mock, "/requests?status=none")).toEqual([1]);

    const slow = testMock({ sleep: () => new Promise(() => {}) });
    await slow.api("GET", "/prospects/1");
    await slow.control("PATCH", "/options", { latencyMs: 1 });
    void write(slow, 7, { custom2: "x" });
    void write(slow, 7, { custom2: "y" });
    await settle();
    const page = await seePage(slow, "/requests");
    expect(page.text).toContain("two writes of one prospect were under way at once");
    expect(page.text).toContain("3 calls since the start, 2 under way");
  });

  it("says that there were no calls", async ({ expect }) => {
    expect((await seePage(testMock(), "/requests")).text).toContain("No calls yet.");
  });
});

describe("a call's page", () => {
  it("shows what was said and what was answered", async ({ expect }) => {
    const mock = testMock();
    await write(mock, 7, { nonsense: 1 });
    const page = await seePage(mock, "/requests/1");
    expect(page.text).toContain('"attributes": { "nonsense": 1 }');
    expect(page.text).toContain('"pointer": "/data/attributes/nonsense"');
    expect(page.text).toContain("User Ada Lovelace");
    expect(page.text).toContain("Calls left 9999");
    expect(linksOf(page, "/prospects/7").length).toBeGreaterThan(0);
  });

  it("shows what a call changed, as long as no other has changed it again", async ({ expect }) => {
    const mock = testMock();
    await write(mock, 7, { custom2: "realized", custom3: "realized" });
    await write(mock, 7, { custom3: "exited" });
    const { text } = await seePage(mock, "/requests/1");
    expect(text).toMatch(/Newsletter readers \S+ \S+ empty realized/);
    expect(text).not.toContain("Trial users");
  });

  it("shows the query as it was meant", async ({ expect }) => {
    const mock = testMock();
    await mock.api("GET", "/prospects?filter%5Bid%5D=7");
    await mock.api("GET", "/prospects?filter[q]=%E0%A4%A");
    expect((await seePage(mock, "/requests/1")).text).toContain("filter[id]=7");
    expect((await seePage(mock, "/requests/2")).text).toContain("%E0%A4%A");
  });

  it("keeps OAuth's secrets to itself", async ({ expect }) => {
    const mock = testMock();
    const secrets = "grant_type=refresh_token&refresh_token=abc123&client_secret=def456";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await mock.fetch("/oauth/token", { method: "POST", body: secrets, headers });
    const { html, text } = await seePage(mock, "/requests/1");
    expect(text).toContain("It was a grant of type refresh_token");
    expect(html).not.toMatch(/abc123|def456/);
  });

  it("is missing for a call that never was or has dropped out", async ({ expect }) => {
    const mock = testMock({ journalSize: 2 });
    for (let i = 0; i < 4; i += 1) await mock.api("GET", "/prospects/1");
    expect((await seePage(mock, "/requests/4")).status).toBe(200);
    for (const id of ["1", "5", "0", "x", "9".repeat(400)]) {
      const page = await seePage(mock, `/requests/${id}`);
      expect([id, page.status]).toEqual([id, 404]);
      expect(page.text).toContain("The journal holds the latest 2 calls.");
    }
  });
});
