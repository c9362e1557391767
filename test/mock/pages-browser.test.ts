/**
 * What pages do by script, in a real browser, where Debian's Chromium is installed.
 * @module
 */
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { StateView } from "../../mock-outreach/control/answers.ts";
import { type RunningMock, startMockOutreach } from "../../mock-outreach/index.ts";
import { CHROMIUM, CHROMIUM_ARGS, HAS_CHROMIUM } from "../chromium.ts";
import { JSON_API, patchOf } from "./support.ts";

/** A start of Chromium on a busy machine. */
const START_MS = 60_000;

describe.skipIf(!HAS_CHROMIUM)("in a browser", { timeout: START_MS }, () => {
  let browser: Browser;
  let mock: RunningMock;
  let token: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
    mock = await startMockOutreach({ limit: 100 });
    token = ((await control("/tokens", {})) as { access_token: string }).access_token;
  }, START_MS);

  afterAll(async () => {
    await browser.close();
    await mock.close();
  });

  async function control(path: string, body: unknown): Promise<unknown> {
    const init = { method: "POST", body: JSON.stringify(body) };
    return (await fetch(`${mock.url}/__mock${path}`, init)).json();
  }

  async function write(id: number, attributes: Record<string, unknown>): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, "content-type": JSON_API };
    const body = JSON.stringify(patchOf(id, attributes));
    await fetch(`${mock.url}/api/v2/prospects/${id}`, { method: "PATCH", headers, body });
  }

  /** The page, and what its console and its policy complained about meanwhile. */
  async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() !== "info") complaints.push(message.text());
    });
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(mock.url + path);
    return { page, complaints };
  }

  it("the log takes in new calls, and focus stays where it was", async ({ expect }) => {
    await write(7, { custom2: "realized" });
    const { page, complaints } = await open("/requests");
    await page.locator("tbody a.path").first().focus();
    await write(8, { custom2: "realized" });
    await page.locator('a[href="/prospects/8"]').waitFor();
    expect(await page.locator("tbody tr").first().innerText()).toContain("/prospects/8");
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    expect(focused).toContain("/prospects/7");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("a paused page stays as it is until it goes on", async ({ expect }) => {
    const page = await browser.newPage();
    await page.clock.install();
    await page.addInitScript(() => {
      const fetch = window.fetch.bind(window);
      window.fetch = (...call) => {
        document.body.dataset["looks"] = String(Number(document.body.dataset["looks"] ?? 0) + 1);
        return fetch(...call);
      };
    });
    const looks = () => page.locator("body").getAttribute("data-looks");
    await page.goto(`${mock.url}/requests`);
    await page.clock.runFor(1_000);
    await page.getByRole("button", { name: "Pause" }).click();
    const before = await looks();
    expect(before).not.toBeNull();
    await page.clock.runFor(10_000);
    expect(await looks()).toBe(before);
    await write(9, { custom2: "realized" });
    await page.getByRole("button", { name: "Go on" }).click();
    expect(Number(await looks())).toBeGreaterThan(Number(before));
    await page.locator('a[href="/prospects/9"]').waitFor();
    await page.close();
  });

  it("the form empties the gauge, which says so aloud", async ({ expect }) => {
    const { page, complaints } = await open("/budget");
    const details = page.locator("details").first();
    await details.locator("summary").click();
    await page.getByLabel("Calls", { exact: true }).fill("1000");
    await page.getByRole("button", { name: "Spend" }).click();
    await page.getByText("No calls left").first().waitFor();
    await page.locator("[data-live-announcer]", { hasText: "Ada Lovelace" }).waitFor({
      state: "attached",
    });
    expect(await page.locator("[data-outcome]").first().innerText()).toMatch(/\d+ spent, 0 left\./);
    expect(await details.getAttribute("open")).not.toBeNull();
    await page.getByRole("button", { name: "Move" }).click();
    await page.getByText("100 of 100 calls left").waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("hostile values run nothing", async ({ expect }) => {
    const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
    await control("/labels", { 4: hostile });
    token = ((await control("/tokens", {})) as { access_token: string }).access_token;
    await write(7, { firstName: hostile, title: hostile, custom4: hostile });
    for (const path of ["/", "/prospects/7", "/requests"]) {
      const { page, complaints } = await open(path);
      await write(7, { custom5: `${hostile}${path}` });
      await page.evaluate(() => document.dispatchEvent(new CustomEvent("mock:changed")));
      const { journal } = (await (
        await fetch(`${mock.url}/__mock/state?prospects=none`)
      ).json()) as StateView;
      await page.locator(`#live a[href="/requests/${journal.count}"]`).first().waitFor();
      expect(complaints).toEqual([]);
      await page.close();
    }
  });
});
