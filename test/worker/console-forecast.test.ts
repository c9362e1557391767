import { describe, it } from "vitest";
import { activationForecast } from "../../src/outreach-users/forecast-schemas.ts";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED, withScopes } from "./fake-outreach-user.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const BULK = ["prospects.all", "batches.all", "imports.all"];

async function opened() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.status.mockResolvedValue(withScopes(BULK));
  const destination = await worker.addDestination({
    audiences: [
      { id: "a", mappingId: 4 },
      { id: "b", mappingId: 5 },
    ],
  });
  const place = `/console/outreach-users/${destination.outreachUserId}/forecast`;
  const ask = (fields: Readonly<Record<string, string>>) =>
    browser.get(`${place}?${new URLSearchParams(fields).toString()}`);
  return { ...worker, ...browser, destination, place, ask };
}

describe("the forecast in the console", () => {
  it("says what the API says, side by side, with the share of the allowance", async ({
    expect,
  }) => {
    const { ask, call, destination } = await opened();
    const body = { profiles: 100_000, audiences: 2, changesPerDay: 240 };
    const api = `/v1/outreach-users/${destination.outreachUserId}/forecast`;
    const { planned } = activationForecast.parse((await call(api, { body })).json);
    const page = await ask({
      "/profiles": "100,000",
      "/audiences": "2",
      "/attributes": "0",
      "/changesPerDay": "240",
    });
    expect(page.status).toBe(200);
    const text = textOf(page);
    expect(text).toContain("Activation of 100,000 profiles");
    expect(text).toContain(`Calls it takes100,000${planned.activation.calls}`);
    expect(text).toContain("At Outreach after126 days");
    expect(text).toContain("Share of the year's allowance40.0 %under 0.1 %");
    expect(text).toContain("Calls a year it takes87,60087,600");
    expect(text).toContain("One call a prospect187,600 (75.0 %)");
    expect(text).not.toContain("without bulk jobs");
    expect(page.text).toContain('aria-label="One call a prospect: 187,600 calls"');
    expect(page.text).toContain('class="others" x="0%" width="75.04%"');
    expect(page.text).not.toMatch(/ style=/);
  });

  it("says which scopes and which setting would tell more", async ({ expect }) => {
    const { ask, user } = await opened();
    const calls = { ...CONNECTED.calls, yearlyAllowance: null };
    user.status.mockResolvedValue({ ...CONNECTED, calls });
    const text = textOf(await ask({ "/profiles": "100", "/changesPerDay": "0" }));
    expect(text).toContain("Reckoned without bulk jobs");
    expect(text).toContain("Set the yearly allowance");
    expect(text).not.toContain("Share of the year's allowance");
    expect(text).not.toContain("Each day after");
  });

  it("keeps what was typed by mistake, and says what is wrong with it", async ({ expect }) => {
    const { ask } = await opened();
    const page = await ask({ "/profiles": "<many>", "/audiences": "151", "/changesPerDay": "" });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="&lt;many&gt;"');
    expect(page.text).toContain('value="151"');
    expect(page.text).toContain('id="field-profiles-error"');
    expect(page.text).toContain('id="field-audiences-error"');
    expect(textOf(page)).toContain("Fix 2 errors");
    const empty = await ask({ "/profiles": "" });
    expect(textOf(empty)).toContain("Fix 1 error");
  });

  it("is linked from the user and, filled in, from the audiences", async ({ expect }) => {
    const { get, destination, place } = await opened();
    const userPage = await get(`/console/outreach-users/${destination.outreachUserId}`);
    expect(userPage.text).toContain(`href="${place}"`);
    const audiences = await get(`/console/destinations/${destination.id}/audiences`);
    const [, link = ""] = /href="([^"]+\/forecast\?[^"]+)"/.exec(audiences.text) ?? [];
    const page = await get(link.replaceAll("&amp;", "&"));
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/name="\/audiences"[^>]*value="2"/);
    expect(textOf(page)).not.toContain("Fix ");
    expect(textOf(page)).not.toContain("Activation of");
  });

  it("is not found for a user that is not known, and closed to strangers", async ({ expect }) => {
    const { get, cookies, place } = await opened();
    expect((await get("/console/outreach-users/ou_none/forecast")).status).toBe(404);
    cookies.clear();
    expect(textOf(await get(place))).not.toContain("What will it cost?");
  });
});
