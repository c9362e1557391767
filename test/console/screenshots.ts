/**
 * `npm run screenshots`: pictures of the console for `docs/console.md`, taken on the whole stack with a sample stream.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { drain, stream } from "../../cli/demonstration/drive.ts";
import {
  HTTP_API_DESTINATION,
  SDK_DESTINATION,
} from "../../cli/demonstration/sample/destinations.ts";
import { makeSample } from "../../cli/demonstration/sample/stream.ts";
import { connectUser } from "../../cli/local/stack.ts";
import { openConsole, signIn } from "./console.ts";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const PROSPECTS = 500;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 375, height: 812 };
const REFUSED = {
  errors: [
    {
      id: "validationError",
      title: "Validation Error",
      detail: "Contacts email hash has already been taken.",
    },
  ],
};

await mkdir(FOLDER, { recursive: true });
const opened = await openConsole(PROSPECTS);
const { page, stack } = opened;
try {
  const userId = await connectUser(stack, "Marketing operations");
  const { edge } = stack;
  const destinations = {
    http_api: await edge.createDestination({ ...HTTP_API_DESTINATION, outreachUserId: userId }),
    sdk: await edge.createDestination({ ...SDK_DESTINATION, outreachUserId: userId }),
  };
  await stack.mock.faults([
    {
      match: { method: "PATCH", prospects: [7, 8] },
      effect: { type: "answer", status: 422, body: REFUSED },
    },
  ]);
  await stream(makeSample({ updates: 3_000, prospects: PROSPECTS, seed: 1 }), destinations);
  await drain(stack, userId);

  await page.goto("/console");
  await page.screenshot({ path: `${FOLDER}sign-in.png` });
  await signIn(opened);
  const user = `/console/outreach-users/${userId}`;
  await page.goto(user);
  await page.getByLabel("Yearly allowance").fill("250000");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto(`${user}/live`);
  await page.getByRole("button", { name: "Pause delivery" }).click();
  await stream(makeSample({ updates: 400, prospects: PROSPECTS, seed: 2 }), destinations);

  const destination = `/console/destinations/${destinations.http_api.id}`;
  const pages = {
    overview: "/console",
    catalog: "/console/catalog",
    connection: user,
    live: `${user}/live`,
    calls: `${user}/calls`,
    forecast: `${user}/forecast?/profiles=250000&/audiences=3&/changesPerDay=20000#answer`,
    settings: destination,
    setup: `${destination}/setup`,
    mapping: `${destination}/mapping`,
    audiences: `${destination}/audiences`,
    runs: `${destination}/runs`,
    failures: `${destination}/failures`,
    prospect: "/console/prospects?id=12",
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path);
    await page.screenshot({ path: `${FOLDER}${name}.png` });
  }
  await page.setViewportSize(NARROW);
  for (const name of ["overview", "mapping", "failures", "live", "forecast"] as const) {
    await page.goto(pages[name]);
    await page.screenshot({ path: `${FOLDER}${name}-375.png` });
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(pages.live);
  await page.screenshot({ path: `${FOLDER}live-dark.png` });
} finally {
  await opened.close();
}
