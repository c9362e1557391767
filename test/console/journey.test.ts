/**
 * A marketer's way through the console: connect, create, map, activate, stream, fail, mend, replay.
 * @module
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { z } from "zod";
import { postProfiles } from "../../cli/local/edge.ts";
import { HAS_CHROMIUM } from "../chromium.ts";
import {
  accessibilityFaults,
  bytesOf,
  openConsole,
  type OpenConsole,
  pageFaults,
  signIn,
  START_MS,
} from "./console.ts";

const AUDIENCE = "11111111-aaaa-4000-8000-000000000001";
const FIRST_PAINT_BYTES_MAX = 100_000;

function profile(id: number, firstName: string, status: "realized" | "exited") {
  const lastQualificationTime = new Date().toISOString();
  return {
    identityMap: { OutreachId: [{ id: String(id) }] },
    person: { name: { firstName } },
    segmentMembership: { ups: { [AUDIENCE]: { status, lastQualificationTime } } },
  };
}

/** Sends an empty form that no page has. */
function postFrom(page: Page, path: string): Promise<void> {
  return page.evaluate((action) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    document.body.append(form);
    form.submit();
  }, path);
}

describe.skipIf(!HAS_CHROMIUM)("the console in a browser", { timeout: START_MS }, () => {
  let opened: OpenConsole;
  /** As the pages showed them. */
  const made = { ingestUrl: "", ingestToken: "", userPath: "", destinationPath: "" };

  beforeAll(async () => {
    opened = await openConsole(50);
    await fetch(`${opened.stack.mockUrl}/__mock/labels`, {
      method: "POST",
      body: JSON.stringify({ 4: "Spring webinar" }),
    });
  }, START_MS);

  afterAll(() => opened?.close());

  const stream = (...profiles: readonly object[]) =>
    postProfiles(made, "application/json", JSON.stringify(profiles));

  it("is opened with the admin token", async ({ expect }) => {
    const { page } = opened;
    await page.goto("/console/catalog");
    await page.getByLabel("Admin token").fill("wrong");
    await page.getByRole("button", { name: "Use the admin token" }).click();
    await page.getByText("This is not the admin token.").waitFor();
    await signIn(opened);
    await page.getByText("Nothing is connected yet").waitFor();
    const [cookie] = await opened.context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false });
    expect(await page.evaluate(() => document.cookie)).toBe("");
    // Signing in as somebody else's token was refused is the one complaint so far.
    expect(opened.complaints.splice(0).every((text) => text.includes("401"))).toBe(true);
  });

  it("connects an Outreach user through Outreach's sign-in", async ({ expect }) => {
    const { page, stack } = opened;
    await page.getByRole("link", { name: "Open the catalog" }).click();
    await page.getByRole("link", { name: "Connect" }).click();
    await page.getByLabel("Name").fill("Marketing operations");
    await page.getByLabel("Yearly allowance").fill("lots");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Must be a number.").first().waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Marketing operations");
    await page.getByLabel("Yearly allowance").fill("250,000");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("One step is left").waitFor();
    made.userPath = new URL(page.url()).pathname;
    await page.goto(`${made.userPath}/live`);
    await page.getByText("Nothing came in, waited or was sent in this time.").waitFor();
    expect(await page.locator("canvas").count()).toBe(0);
    expect(await pageFaults(page, "live, empty")).toEqual([]);
    await page.goto(made.userPath);
    await page.getByRole("link", { name: "Sign in to Outreach" }).click();
    await page.waitForURL(`${stack.mockUrl}/**`);
    const [email = ""] = await page
      .locator("#users option")
      .evaluateAll((options) => options.map((option) => option.getAttribute("value") ?? ""));
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("any");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL("**/console/outreach-users/**");
    await page.getByText("Connected", { exact: true }).first().waitFor();
    await page.getByText("Token ends").waitFor();
    await page.getByText(email).first().waitFor();
    // What was done is said once, and by no link.
    await page.getByText("Pending updates are on their way.").waitFor();
    await page.reload();
    await page.getByText("Token ends").waitFor();
    expect(await page.getByText("Pending updates are on their way.").count()).toBe(0);
  });

  it("creates a destination, and shows its secrets once", async ({ expect }) => {
    const { page } = opened;
    await page.goto("/console");
    await page.getByRole("link", { name: "New destination" }).first().click();
    await page.getByLabel("Name").fill("Web profiles");
    await page.getByRole("button", { name: "Create destination" }).click();
    await page.getByText("shown this once").waitFor();
    made.ingestUrl = await page.getByLabel("HTTP API endpoint").inputValue();
    made.ingestToken = await page.getByLabel("Bearer token").first().inputValue();
    expect(made.ingestUrl).toMatch(/\/v1\/destinations\/dest_[^/]+\/profiles$/);
    expect(made.ingestToken).toMatch(/^oe_ingest_/);
    await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy HTTP API endpoint" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(made.ingestUrl);
    await page.getByRole("link", { name: "Continue with the mapping" }).click();
    made.destinationPath = new URL(page.url()).pathname.replace("/mapping", "");
  });

  it("maps attributes, and shows what a sample would do while one types", async ({ expect }) => {
    const { page } = opened;
    const preview = page.locator("[data-preview]");
    const sample = JSON.stringify(profile(7, "Grace", "realized"));
    await page.getByLabel("Sample profile").fill(sample);
    const row = page.getByRole("group", { name: "Row 1" });
    await row.getByLabel("Source").fill("person.name.firstName");
    await row.getByLabel("Target").fill("firstNam");
    await row.getByText("Outreach's prospect has no attribute firstNam").waitFor();
    await row.getByLabel("Target").fill("firstName");
    await preview.getByText("PATCH /api/v2/prospects/7").waitFor();
    await preview.getByText('"firstName": "Grace"').waitFor();
    await page.getByRole("button", { name: "Add row" }).click();
    const added = page.getByRole("group", { name: "Row 2" });
    await added.getByLabel("Source").fill("_acme.title");
    await added.getByLabel("Target").fill("title");
    await added.getByText("The sample has no value here.").waitFor();
    await page.getByRole("button", { name: "Save mapping" }).click();
    await page.getByText("Saved. The next profiles are mapped so.").waitFor();
    const second = page.getByRole("group", { name: "Row 2" });
    expect(await second.getByLabel("Source").inputValue()).toBe("_acme.title");
    const rows = page.locator("[data-row]").filter({ visible: true });
    const rowsBefore = await rows.count();
    await second.getByRole("button", { name: "Remove" }).click();
    expect(await rows.count()).toBe(rowsBefore - 1);
    // Two empty rows are folded; what comes then is a copy of the last one, which is removed.
    for (let times = 0; times < 3; times++) {
      await page.getByRole("button", { name: "Add row" }).click();
      expect(await rows.count()).toBe(rowsBefore);
      await rows.last().getByRole("button", { name: "Remove" }).click();
      expect(await rows.count()).toBe(rowsBefore - 1);
    }
    await page.getByRole("button", { name: "Save mapping" }).click();
    await page.getByText("Saved. The next profiles are mapped so.").waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByText("Empty rows").click();
    expect(await second.getByLabel("Source").inputValue()).toBe("");
  });

  it("activates an audience; a Mapping ID that cannot be is said at its field", async ({
    expect,
  }) => {
    const { page } = opened;
    await page.getByRole("link", { name: "Audiences" }).click();
    const row = page.getByRole("group", { name: "Row 1" });
    await row.getByLabel("Audience name").fill("Trial started");
    await row.getByLabel("Audience id").fill(AUDIENCE);
    await row.getByLabel("Mapping ID").fill("151");
    await page.getByRole("button", { name: "Save audiences" }).click();
    await row.getByText("Must be at most 150.").waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    expect(focused).toBe("/audiences/0/mappingId");
    expect(await row.getByLabel("Audience id").inputValue()).toBe(AUDIENCE);
    await row.getByLabel("Mapping ID").fill("4");
    await page.getByRole("button", { name: "Save audiences" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
  });

  it("shows at the mock what was streamed, and the run in AEP's columns", async ({ expect }) => {
    const { page, stack } = opened;
    const nameless = { person: { name: { firstName: "Nobody" } } };
    const answer = await stream(profile(7, "Grace", "realized"), nameless);
    expect(answer).toMatchObject({ accepted: 1, rejectedCount: 1 });
    await page.goto(`${stack.mockUrl}/prospects/7`);
    await page.getByText("Grace").first().waitFor();
    await page.getByText("realized").first().waitFor();
    await page.goto(`${made.destinationPath}/runs`);
    await page.getByText("missing identity (1)").waitFor();
    await page.getByRole("cell", { name: "50.0 %" }).waitFor();
    expect(await page.getByRole("row", { name: /Trial started 4 1 0 0 0/ }).count()).toBe(1);
  });

  it("explains a failure, and replays it after it is mended", async ({ expect }) => {
    const { page, stack } = opened;
    const errors = [
      {
        id: "validationError",
        title: "Validation Error",
        detail: "Custom4 is no such field.",
        source: { pointer: "/data/attributes/custom4" },
      },
    ];
    await stack.mock.faults([
      {
        match: { method: "PATCH", prospects: [8] },
        effect: { type: "answer", status: 422, body: { errors } },
      },
    ]);
    await stream(profile(8, "Barbara", "realized"));
    await page.goto(`${made.destinationPath}/failures`);
    // The attribute that is accused, and what Outreach refused even without it.
    const groups = page.getByRole("heading", { name: "Outreach refused a value" });
    while ((await groups.count()) < 2) await page.reload();
    await page.getByText("custom4 (Spring webinar; audience Trial started)").first().waitFor();
    await page.getByRole("link", { name: "8", exact: true }).first().click();
    await page.getByText("Outreach refused some of it").waitFor();
    expect(await accessibilityFaults(page, "light")).toEqual([]);
    await page.getByRole("link", { name: "Web profiles" }).click();
    for (const scheme of ["light", "dark"] as const) {
      expect(await accessibilityFaults(page, scheme)).toEqual([]);
    }
    await stack.mock.faults([]);
    await page.getByRole("button", { name: "Replay group" }).first().click();
    await page.getByText("1 failure put back").waitFor();
    await page.getByRole("button", { name: "Replay group" }).click();
    await page.getByText("No failures").waitFor();
    await page.goto("/console/prospects?id=8");
    while ((await page.getByText("Up to date").count()) === 0) await page.reload();
    await page.getByRole("link", { name: "Open prospect 8 at Outreach" }).click();
    await page.getByText("Barbara").first().waitFor();
  });

  it("pauses delivery and has it go on, and the live page follows", async ({ expect }) => {
    const { page } = opened;
    await page.goto(`${made.userPath}/live`);
    await page.getByRole("button", { name: "Pause delivery" }).click();
    await page.getByText("Somebody paused delivery.").waitFor();
    await stream(profile(9, "Katherine", "exited"));
    const waiting = page.locator("[data-live] dd").first();
    await page.locator("[data-live] dd", { hasText: /^1$/ }).first().waitFor();
    expect(await waiting.innerText()).toBe("1");
    await page.goto("/console/prospects?id=9");
    await page.getByText("Somebody paused delivery.").waitFor();
    await page.getByRole("cell", { name: "Katherine" }).waitFor();
    expect(await accessibilityFaults(page, "dark")).toEqual([]);
    await page.goto(`${made.userPath}/live`);
    await page.getByRole("button", { name: "Resume delivery" }).click();
    await page.locator("[data-live] dd", { hasText: /^0$/ }).first().waitFor();
    expect(await page.locator("canvas").count()).toBe(3);
    const colorIn = async (colorScheme: "light" | "dark") => {
      await page.emulateMedia({ colorScheme });
      return page.evaluate(async () => {
        // Media changes are told when the next frame is made.
        for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
        const marker = document.querySelector(".u-series:nth-child(2) .u-marker");
        return marker && getComputedStyle(marker).borderTopColor;
      });
    };
    const light = await colorIn("light");
    expect(light).toMatch(/^rgb/);
    expect(await colorIn("dark")).not.toBe(light);
    expect(await page.locator("canvas").count()).toBe(3);
    expect(await colorIn("light")).toBe(light);
  });

  it("sends alerts to a webhook: a test, and the first failure of an hour", async ({ expect }) => {
    const { page } = opened;
    const received: unknown[] = [];
    const receiver = createServer((request, response) => {
      void json(request).then((body) => received.push(body));
      response.end("taken");
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    try {
      const { port } = z.object({ port: z.number() }).parse(receiver.address());
      await page.goto(`${made.destinationPath}/alerts`);
      await page.getByLabel("Webhook URL").fill("http://example.com/hook");
      await page.getByRole("button", { name: "Save alerts" }).click();
      await page.getByText("Must begin with https://.").first().waitFor();
      await page.getByLabel("Webhook URL").fill(`http://127.0.0.1:${port}/hook`);
      await page.getByRole("button", { name: "Save alerts" }).click();
      await page.getByText("Saved", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Send a test alert" }).click();
      await page.getByText("it answered 200").waitFor();
      expect(received.at(-1)).toMatchObject({ type: "alert.test" });
      // Prospect 8 was refused before alerts were wanted, in the same hour.
      const delivered = page.getByText("Delivered", { exact: true });
      while ((await delivered.count()) < 2) await page.goto(`${made.destinationPath}/alerts`);
      expect(received).toContainEqual(
        expect.objectContaining({ kind: "run_failure", state: "opened" }),
      );
      const link = page.getByRole("link", { name: "See failures Flow run failure" });
      expect(await link.getAttribute("href")).toBe(`${made.destinationPath}/failures`);
      for (const scheme of ["light", "dark"] as const) {
        expect(await accessibilityFaults(page, scheme)).toEqual([]);
      }
      await page.getByRole("button", { name: "Switch alerts off" }).click();
      await page.getByText("Alerts are switched off").waitFor();
    } finally {
      receiver.close();
    }
  });

  it("lets a colleague in with a link, to look and not to touch", async ({ expect }) => {
    const { page, context } = opened;
    await page.goto("/console/people");
    await page.getByLabel("Name").fill("Grace Hopper");
    await page.getByLabel("E-mail").fill("grace@example.com");
    await page.getByRole("button", { name: "Make an invitation link" }).click();
    const link = await page.getByLabel("Invitation link").inputValue();
    expect(await accessibilityFaults(page, "light")).toEqual([]);
    const theirs = await context.browser()?.newContext({ baseURL: opened.url });
    if (!theirs) throw new Error("the context has a browser");
    const grace = await theirs.newPage();
    await grace.goto(link);
    await grace.getByLabel("New password").fill("correct horse battery");
    await grace.getByLabel("Confirm").fill("another");
    await grace.getByRole("button", { name: "Set password and sign in" }).click();
    await grace.getByText("The two are not the same.").first().waitFor();
    expect(await accessibilityFaults(grace, "dark")).toEqual([]);
    await grace.getByLabel("New password").fill("correct horse battery");
    await grace.getByLabel("Confirm").fill("correct horse battery");
    await grace.getByRole("button", { name: "Set password and sign in" }).click();
    await grace.getByRole("heading", { name: "Overview" }).waitFor();
    const faults: string[] = [];
    for (const path of [
      "/console",
      "/console/catalog",
      "/console/account",
      "/console/people",
      made.userPath,
      `${made.userPath}/live`,
      ...["", "/mapping", "/audiences", "/failures", "/alerts"].map(
        (tab) => made.destinationPath + tab,
      ),
    ]) {
      await grace.goto(path);
      faults.push(...(await pageFaults(grace, path)));
    }
    expect(faults).toEqual([]);
    await grace.goto(`${made.destinationPath}/mapping`);
    expect(await grace.getByRole("button", { name: "Save mapping" }).isDisabled()).toBe(true);
    await grace.getByText("This needs the permission Activate destinations.").waitFor();
    await grace.getByLabel("Sample profile").fill(JSON.stringify(profile(9, "Joan", "realized")));
    await grace.locator("[data-preview]").getByText("PATCH /api/v2/prospects/9").waitFor();
    await grace.getByRole("button", { name: "Preview request" }).click();
    await grace.waitForURL("**/mapping/preview");
    await grace.locator("[data-preview]").getByText('"firstName": "Joan"').waitFor();
    await page.goto("/console/people");
    await page.getByRole("link", { name: "Grace Hopper" }).click();
    await page.getByRole("heading", { name: "Name and permission" }).waitFor();
    for (const scheme of ["light", "dark"] as const) {
      expect(await accessibilityFaults(page, scheme)).toEqual([]);
    }
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("The person is removed, and signed out.").waitFor();
    await grace.reload();
    await grace.getByLabel("E-mail").fill("grace@example.com");
    await grace.getByLabel("Password").fill("correct horse battery");
    await grace.getByRole("button", { name: "Sign in", exact: true }).click();
    await grace.getByText("E-mail or password is wrong.").waitFor();
    expect(await accessibilityFaults(grace, "light")).toEqual([]);
    await theirs.close();
  });

  it("offers audiences that came and that nobody mapped", async ({ expect }) => {
    const { page } = opened;
    const { segmentMembership: _, ...rest } = profile(6, "Edith", "realized");
    const memberships = {
      [AUDIENCE]: { status: "realized" },
      "22222222-aaaa-4000-8000-000000000002": { status: "realized", name: "Webinar guests" },
    };
    await stream({ ...rest, segmentMembership: { ups: memberships } });
    await page.goto(`${made.destinationPath}/audiences`);
    const offered = page.getByRole("row", { name: /Webinar guests ups 22222222-.* 1 / });
    for (const scheme of ["light", "dark"] as const) {
      expect(await accessibilityFaults(page, scheme)).toEqual([]);
    }
    await offered.getByRole("button", { name: "Add row for Webinar guests" }).click();
    const row = page.getByRole("group", { name: "Row 2" });
    expect(await row.getByLabel("Audience name").inputValue()).toBe("Webinar guests");
    expect(await row.getByLabel("Mapping ID").inputValue()).toMatch(/^\d+$/);
    await page.getByRole("button", { name: "Save audiences" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByText("None. Audiences that profiles bring").waitFor();
  });

  it("asks before credentials are rotated, and more gravely where the ones before end at once", async ({
    expect,
  }) => {
    // A page of its own: others of this walk agree to whatever is asked.
    const page = await opened.context.newPage();
    await page.goto(made.destinationPath);
    const asked: string[] = [];
    page.on("dialog", (dialog) => asked.push(dialog.message()) && void dialog.dismiss());
    const rotate = page.getByRole("button", { name: "Rotate" });
    await rotate.click();
    await page.getByLabel("The one before stays valid").selectOption("0");
    await rotate.click();
    expect(asked).toEqual([
      expect.stringMatching(/^Rotate the credentials of .+\?$/),
      expect.stringContaining("refuse those before at once"),
    ]);
    expect(page.url()).not.toContain("rotate");
    await page.close();
  });

  it("disconnects, and says why nothing is sent", async () => {
    const { page } = opened;
    await page.goto(made.userPath);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("Somebody disconnected this Outreach user here.").waitFor();
    await page.getByRole("link", { name: "Reconnect" }).waitFor();
  });

  it("has pages without faults that axe-core finds, light and dark, wide and narrow", async ({
    expect,
  }) => {
    const { page, context } = opened;
    const { userPath, destinationPath } = made;
    const paths = [
      "/console",
      "/console/catalog",
      "/console/outreach-users/new",
      userPath,
      `${userPath}/live`,
      `${userPath}/calls`,
      `${userPath}/calls?period=day`,
      `${userPath}/forecast`,
      `${userPath}/forecast?/profiles=250000&/audiences=3&/changesPerDay=20000`,
      `${userPath}/forecast?/profiles=many`,
      "/console/destinations/new",
      ...["", "/setup", "/mapping", "/audiences", "/runs", "/failures", "/alerts"].map(
        (tab) => destinationPath + tab,
      ),
      "/console/people",
      "/console/account",
      "/console?name=none",
      "/console/prospects",
      "/console/prospects?id=7",
      "/console/prospects?id=x",
      "/console/none",
    ];
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(path);
      faults.push(...(await pageFaults(page, path)));
      const bytes = await bytesOf(context, path);
      if (bytes > FIRST_PAINT_BYTES_MAX) faults.push(`${path} takes ${bytes} bytes`);
    }
    expect(faults).toEqual([]);
    expect(opened.complaints.filter((text) => !text.includes("404"))).toEqual([]);
  });

  it("answers a form that a page does not take with a page", async ({ expect }) => {
    const { page } = opened;
    await page.goto("/console/account");
    await postFrom(page, "/console/catalog");
    await page.getByRole("heading", { name: "Nothing can be sent to this address" }).waitFor();
    expect(await pageFaults(page, "405")).toEqual([]);
    await page.getByRole("link", { name: "Open the page again" }).click();
    await page.getByRole("heading", { name: "Catalog" }).waitFor();
    opened.complaints.splice(0);
  });

  it("keeps a form whose session has ended, and sends it after the sign-in", async ({ expect }) => {
    const { page, context, stack } = opened;
    await page.goto(made.userPath);
    const other = await context.newPage();
    await other.goto("/console");
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByText("You are signed out.").waitFor();
    await other.close();
    await page.getByLabel("Yearly allowance").fill("240000");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Your session has ended").waitFor();
    expect(await pageFaults(page, "sign-in with a kept form")).toEqual([]);
    await page.getByLabel("Admin token").fill(stack.adminToken);
    await page.getByRole("button", { name: "Use the admin token" }).click();
    await page.getByRole("heading", { name: "You are signed in." }).waitFor();
    expect(await pageFaults(page, "send again")).toEqual([]);
    await page.getByRole("button", { name: "Send it now" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    expect(await page.getByLabel("Yearly allowance").inputValue()).toBe("240000");
    opened.complaints.splice(0);
  });

  it("is closed by signing out, also to a copy of the cookie", async ({ expect }) => {
    const { page, context } = opened;
    const copied = await context.cookies();
    await page.goto("/console");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    for (const scheme of ["light", "dark"] as const) {
      expect(await accessibilityFaults(page, scheme)).toEqual([]);
    }
    await context.addCookies(copied);
    await page.goto(made.userPath);
    await page.getByLabel("Admin token").waitFor();
  });

  it("says on the sign-in page that too many passwords were wrong", async ({ expect }) => {
    const { page } = opened;
    await page.goto("/console/sign-in");
    const wrong = page.getByText("E-mail or password is wrong.");
    const paused = page.getByText("Too many wrong passwords");
    for (let tries = 0; tries < 8 && (await paused.count()) === 0; tries++) {
      await page.getByLabel("E-mail").fill("nobody@example.com");
      await page.getByLabel("Password").fill(`guess ${tries}`);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await wrong.or(paused).waitFor();
    }
    await page.getByText("Try again in 3 minutes.").waitFor();
    expect(await pageFaults(page, "paused sign-in")).toEqual([]);
  });
});
