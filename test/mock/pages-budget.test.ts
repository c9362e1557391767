import { describe, it } from "vitest";
import { linksOf, seePage } from "./pages-support.ts";
import { testMock } from "./support.ts";

const HOUR_MS = 3_600_000;
const ada = (calls: number) => ({ user: "ada@example.com", calls });

describe("the budget page", () => {
  it("shows what is used, what is left, and when the window ends", async ({ expect }) => {
    const mock = testMock({ limit: 1_000 });
    await mock.control("POST", "/spend", ada(200));
    await mock.api("GET", "/prospects/1");
    mock.advance(61_500);
    const { html, text } = await seePage(mock, "/budget");
    expect(text).toContain("Ada Lovelace ada@example.com 799 of 1,000 calls left");
    expect(text).toContain("Used 201 By others 200 Refused 0 Resets in 58 min 59 s at 11:00:00");
    expect(html).toMatch(/role="meter"[^>]*aria-valuemax="1000"[^>]*aria-valuenow="799"/);
    expect(text).toContain("Without a call: Grace Hopper, Alan Turing");
  });

  it("cannot be misread at zero", async ({ expect }) => {
    const mock = testMock({ limit: 10 });
    await mock.control("POST", "/spend", ada(9));
    expect((await seePage(mock, "/budget")).text).toContain("1 of 10 calls left");
    for (let i = 0; i < 3; i += 1) await mock.api("GET", "/prospects/1");
    const page = await seePage(mock, "/budget");
    expect(page.html).toContain('class="card budget zero"');
    expect(page.html).toContain('data-announce="Ada Lovelace has no calls left."');
    expect(page.html).toMatch(/class="fill" width="0"/);
    expect(page.text).toContain(
      "No calls left For another 1 h, every call is answered with 429. 2 calls refused so far.",
    );
    expect(linksOf(page, "/requests?user")).toEqual(["/requests?user=1&status=429"]);
    mock.advance(HOUR_MS);
    const after = await seePage(mock, "/budget");
    expect(after.text).toContain("10 of 10 calls left");
    expect(after.text).toContain("Used 0 By others 0 Refused 0");
    expect(after.html).not.toContain("No calls left");
  });

  it("warns before that", async ({ expect }) => {
    const mock = testMock({ limit: 100 });
    await mock.control("POST", "/spend", ada(90));
    expect((await seePage(mock, "/budget")).text).not.toContain("running low");
    await mock.control("POST", "/spend", ada(1));
    expect((await seePage(mock, "/budget")).text).toContain("9 of 100 calls left running low");
  });

  it("draws the windows to the scale of the limit and marks those with refused calls", async ({
    expect,
  }) => {
    const mock = testMock({ limit: 10 });
    await mock.control("POST", "/spend", ada(5));
    mock.advance(HOUR_MS);
    await mock.control("POST", "/spend", ada(10));
    await mock.api("GET", "/prospects/1");
    const { html, text } = await seePage(mock, "/budget");
    const heights = [...html.matchAll(/class="others"[^>]*height="(\d+)"/g)].map(([, h]) => h);
    expect(heights).toEqual(["50", "100"]);
    expect(html.match(/class="has-refused"/g)).toHaveLength(1);
    expect(text).toContain("11:00 ✕ 1");
    expect(text).toContain("2026-11-23 11:00:00 2026-11-23 12:00:00 10 10 1");
  });

  it("keeps to the latest twelve windows", async ({ expect }) => {
    const mock = testMock({ windowSeconds: 60 });
    for (let i = 0; i < 20; i += 1) {
      await mock.control("POST", "/spend", ada(1));
      mock.advance(60_000);
    }
    const { html, text } = await seePage(mock, "/budget");
    expect(html.match(/class="bar-time"/g)).toHaveLength(12);
    expect(text).toContain("The last 12 windows with calls");
    expect(text).toContain("10,000 of 10,000 calls left");
  });

  it("stays right where the window slides or the limit is lowered", async ({ expect }) => {
    const mock = testMock({ windowKind: "sliding", limit: 10 });
    await mock.control("POST", "/spend", ada(10));
    mock.advance(600_000);
    expect((await seePage(mock, "/budget")).text).toContain("Next call freed in 50 min");
    await mock.control("PATCH", "/options", { limit: 4 });
    const { html, text } = await seePage(mock, "/budget");
    expect(text).toContain("No calls left");
    expect(html).not.toMatch(/(?:width|height|y)="-/);
  });

  it("says whose clock it is, and how far that is ahead", async ({ expect }) => {
    const mock = testMock();
    expect((await seePage(mock, "/budget")).text).toContain("Nobody has called yet.");
    await mock.control("POST", "/clock", { advanceSeconds: 5_400 });
    expect((await seePage(mock, "/budget")).text).toContain(
      "2026-11-23 11:30:00 , 1 h 30 min ahead of the computer's",
    );
  });
});
