import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED, DISCONNECTED } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

beforeEach(async () => {
  for (const table of ["destinations", "outreach_users"]) {
    await env.SETTINGS.prepare(`DELETE FROM ${table}`).run();
  }
});

const IDLE = { ...CONNECTED, backlog: DISCONNECTED.backlog };

/** Outreach users of these names; those whose name holds `bad` are not connected. */
async function withUsers(names: readonly string[]) {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  const insert = env.SETTINGS.prepare("INSERT INTO outreach_users VALUES (?, ?, ?)");
  await env.SETTINGS.batch(names.map((name, i) => insert.bind(`ou_${i}`, name, START + i)));
  worker.user.glance.mockImplementation(async () => {
    const id = worker.stubs.at(-1) ?? "";
    const isBad = names[Number(id.slice(3))]?.includes("bad") ?? false;
    return { status: isBad ? DISCONNECTED : IDLE, failures: {} };
  });
  return { ...worker, ...browser };
}

const range = (count: number) => Array.from({ length: count }, (_, i) => `User ${i + 1}`);
const linksOf = (text: string) =>
  [...text.matchAll(/<a href="\/console\/outreach-users\/[^"]+">([^<]+)</g)].map(
    ([, name = ""]) => name,
  );

describe("the overview of many Outreach users", () => {
  it("asks each once, and shows all page by page, the worst first", async ({ expect }) => {
    const names = [...range(198), "bad one", "another bad one"];
    const { get, user, stubs } = await withUsers(names);
    const first = await get("/console");
    expect(user.glance).toHaveBeenCalledTimes(200);
    expect(stubs).toHaveLength(200);
    expect(user.status).not.toHaveBeenCalled();
    expect(textOf(first)).toContain(
      "200 Outreach users, the worst first. Need somebody: 2. To be checked: 0. Delivering or pending: 0. Up to date: 198.",
    );
    expect(linksOf(first.text).slice(0, 3)).toEqual(["another bad one", "bad one", "User 1"]);
    const seen = new Set(linksOf(first.text));
    for (const page of [2, 3, 4]) {
      const shown = await get(`/console?page=${page}`);
      expect(textOf(shown)).toContain(`Page ${page} of 4`);
      for (const name of linksOf(shown.text)) seen.add(name);
    }
    expect(seen).toEqual(new Set(names));
    for (const page of ["99", "x", "-1", "1.5"]) {
      expect((await get(`/console?page=${page}`)).status).toBe(200);
    }
  });

  it("finds them by their name, and by a destination's", async ({ expect }) => {
    const worker = await withUsers([...range(30), "Marketing & sales"]);
    await worker.addDestination({ name: "Spring % campaign", outreachUserId: "ou_3" });
    const { get, user } = worker;
    user.glance.mockClear();
    const byName = await get("/console?name=MARKETING+%26");
    expect(linksOf(byName.text)).toEqual(["Marketing &amp; sales"]);
    expect(user.glance).toHaveBeenCalledTimes(1);
    expect(byName.text).toContain('value="MARKETING &amp;"');
    const byDestination = await get("/console?name=spring+%25");
    expect(linksOf(byDestination.text)).toEqual(["User 4"]);
    expect(textOf(byDestination)).toContain("Spring % campaign");
    const none = await get("/console?name=%3Cb%3E");
    expect(textOf(none)).toContain("No Outreach user and no destination has a name with");
    expect(none.text).toContain("“&lt;b&gt;”");
  });

  it("stays a page where objects do not answer", async ({ expect }) => {
    const { get, user } = await withUsers(range(20));
    user.glance.mockRejectedValue(new Error("gone"));
    const page = await get("/console");
    expect(page.status).toBe(200);
    expect(textOf(page)).toContain("Need somebody: 20.");
  });
});
