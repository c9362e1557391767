import { describe, it } from "vitest";
import { bulkMock, recordOf } from "./bulk-support.ts";
import { seePage } from "./pages-support.ts";
import { patchOf, testMock, type TestMock } from "./support.ts";

const PAGES = [
  "/",
  "/prospects/7",
  "/requests",
  "/requests/1",
  "/jobs",
  "/jobs/batches/1",
  "/budget",
  "/control",
];

/** A world in which there is something to see on each of them. */
async function livedIn(): Promise<TestMock> {
  const mock = bulkMock();
  await mock.api("GET", "/prospects/7");
  await mock.modify({ custom4: "x", ids: [7] });
  return mock;
}

describe("every page", () => {
  it("has a title of its own, the navigation and a language", async ({ expect }) => {
    const mock = await livedIn();
    const titles = new Set<string>();
    for (const path of PAGES) {
      const { status, html } = await seePage(mock, path);
      expect(status).toBe(200);
      expect(html).toContain('<html lang="en">');
      titles.add(/<title>([^<]*)</.exec(html)?.[1] ?? "");
      for (const section of ["/", "/requests", "/jobs", "/budget", "/control"]) {
        expect(html).toContain(`href="${section}"`);
      }
      expect(html.match(/aria-current="page"/g)).toHaveLength(1);
      expect(html.match(/<h1/g)).toHaveLength(1);
    }
    expect(titles.size).toBe(PAGES.length);
  });

  it("allows nothing inline and nothing from elsewhere, and has neither", async ({ expect }) => {
    const mock = await livedIn();
    for (const path of PAGES) {
      const { headers, html } = await seePage(mock, path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain("unsafe");
      expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(html).not.toMatch(/<script(?![^>]* src="\/pages\/)/);
      expect(html).not.toMatch(/(?:src|href|action)="(?!\/|#)/);
    }
  });

  it("loads files that the mock has, as what they are", async ({ expect }) => {
    const mock = testMock();
    const { html } = await seePage(mock, "/");
    const files = [...html.matchAll(/"(\/pages\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(files).toHaveLength(9);
    for (const path of [...files, "/pages/morph.js"]) {
      const response = await mock.fetch(path);
      expect(response.status).toBe(200);
      const type = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };
      const end = path.split(".").at(-1) as keyof typeof type;
      expect(response.headers.get("content-type")).toContain(type[end]);
    }
    for (const path of ["/pages/", "/pages/index.ts", "/pages/..%2Findex.ts", "/pages/%2e%2e/x"]) {
      expect((await mock.fetch(path)).status).toBe(404);
    }
  });

  it("names each field of a form", async ({ expect }) => {
    const mock = testMock();
    for (const path of ["/", "/requests", "/budget"]) {
      const { html } = await seePage(mock, path);
      const fields = [...html.matchAll(/<(?:input|select)\b[^>]*>/g)].map(([tag]) => tag);
      const visible = fields.filter((tag) => !tag.includes('type="hidden"'));
      expect(visible.length).toBeGreaterThan(0);
      for (const tag of visible) {
        expect(html).toContain(`<label for="${/ id="([^"]+)"/.exec(tag)?.[1]}"`);
      }
    }
  });

  it("leaves journal, counts and budgets as they are", async ({ expect }) => {
    const mock = testMock();
    for (const path of PAGES) await seePage(mock, path);
    expect(await mock.state("?prospects=none")).toMatchObject({
      calls: { total: 0 },
      budget: { remaining: 10_000 },
      changedCount: 0,
    });
  });
});

describe("the control page", () => {
  it("lists what /__mock tells programs", async ({ expect }) => {
    const mock = testMock();
    const { endpoints } = await mock.control<{ endpoints: { path: string; what: string }[] }>(
      "GET",
      "",
    );
    const { text } = await seePage(mock, "/control");
    for (const { path, what } of endpoints) {
      expect(text).toContain(path);
      expect(text).toContain(what);
    }
  });
});

describe("hostile values", () => {
  const HOSTILE = `"><img src=x onerror=alert(1)></title><script>alert(1)</script>'\u202E&amp;\u0000`;

  it("are text and nothing else, wherever they are shown", async ({ expect }) => {
    const user = { email: "eve@example.com", firstName: HOSTILE, lastName: "'\"<u>" };
    const mock = bulkMock({ users: [user] });
    const attributes = {
      firstName: HOSTILE,
      lastName: HOSTILE,
      title: HOSTILE,
      company: HOSTILE,
      custom4: HOSTILE,
      tags: [HOSTILE],
      websiteUrl1: "javascript:alert(1)",
    };
    await mock.control("POST", "/labels", { 4: HOSTILE });
    await mock.control("POST", "/faults", { id: HOSTILE, effect: { type: "latency", ms: 1 } });
    const changed = await mock.api("PATCH", "/prospects/7", patchOf(7, attributes));
    expect(changed.status).toBe(200);
    await mock.api("PATCH", "/prospects/7", patchOf(7, { [HOSTILE]: HOSTILE }));
    await mock.api("GET", `/prospects/${encodeURIComponent("<script>")}?q=<script>`);
    const stage = { name: HOSTILE, color: '#fff"/><script>' };
    const body = { data: { type: "stage", id: 1, attributes: stage } };
    const authorization = `Bearer ${await mock.signIn({ scopes: "stages.all" })}`;
    const written = await mock.api("PATCH", "/stages/1", body, { authorization });
    expect(written.status).toBe(200);
    await mock.modify({ custom4: HOSTILE, [HOSTILE]: HOSTILE, ids: [7] });
    await mock.upsert([recordOf(7, { custom4: HOSTILE, [HOSTILE]: HOSTILE })]);
    mock.advance(60_000);
    await mock.control("POST", "/spend", { user: "eve@example.com", calls: 100_000 });
    const query = encodeURIComponent(HOSTILE);
    const paths = [
      "/",
      "/?written=1",
      `/?q=${query}`,
      "/prospects/7",
      "/requests",
      `/requests?method=${query}&status=${query}&prospect=${query}&user=${query}`,
      "/requests/1",
      "/requests/2",
      "/requests/3",
      "/jobs",
      "/jobs/batches/1",
      "/jobs/imports/1?failed=1",
      "/budget",
      "/control",
      `/prospects/${query}`,
      `/requests/${query}`,
      `/jobs/batches/${query}`,
      `/jobs?page=${query}`,
    ];
    for (const path of paths) {
      const { html } = await seePage(mock, path);
      expect(html).not.toMatch(/<img|<u>|alert\(1\)<\/script>|href="javascript/);
      expect(html.match(/<script/g)).toHaveLength(2);
      expect(html.match(/<title>/g)).toHaveLength(1);
    }
    expect((await seePage(mock, "/prospects/7")).html).not.toContain('fill="#fff');
    expect((await seePage(mock, "/prospects/7")).text).toContain("<img src=x onerror=alert(1)>");
  });

  it("do not make a page endless", async ({ expect }) => {
    const mock = testMock();
    const long = "x".repeat(32_000);
    await mock.api("PATCH", "/prospects/7", patchOf(7, { custom1: long, custom2: long }));
    const { html, text } = await seePage(mock, "/prospects/7");
    expect(text).toContain("(31,400 more characters)");
    expect(html.length).toBeLessThan(40_000);
  });
});
