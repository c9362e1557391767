/**
 * The console in a real browser, on the whole stack: mock-outreach and the Worker in `wrangler dev`.
 * @module
 */
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { type Stack, startStack } from "../../cli/local/stack.ts";
import { CHROMIUM, CHROMIUM_ARGS } from "../chromium.ts";

/** The Worker is bundled and Chromium started, on a machine that does other things too. */
export const START_MS = 240_000;

/** Long enough for any step; what takes longer never comes. */
const STEP_MAX_MS = 15_000;

export interface OpenConsole {
  readonly stack: Stack;
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What pages, their scripts and their policy complained about. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/**
 * @param seed prospects at the mock
 */
export async function openConsole(seed: number): Promise<OpenConsole> {
  const mock = { port: 0, seed, mintThrottleSeconds: 0 };
  const stack = await startStack({ port: 0, mock });
  let browser: Browser | null = null;
  const close = async () => {
    await browser?.close();
    await stack.close();
  };
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
    const { url } = stack.worker();
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width: 1280, height: 800 },
    });
    context.setDefaultTimeout(STEP_MAX_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // A form that is refused is answered with 422, which the browser's console mentions.
      if (message.type() === "error" && !message.text().includes("422")) {
        complaints.push(message.text());
      }
    });
    page.on("dialog", (dialog) => void dialog.accept());
    return { stack, url, context, page, complaints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function signIn({ page, stack }: OpenConsole): Promise<void> {
  await page.goto("/console");
  await page.getByLabel("Admin token").fill(stack.adminToken);
  await page.getByRole("button", { name: "Use the admin token" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

const found = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** What axe-core finds wrong with the page as it is, in one colour scheme. */
export async function accessibilityFaults(
  page: Page,
  colorScheme: "light" | "dark",
): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(axe.source);
  const { violations } = found.parse(await page.evaluate("axe.run()"));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary ?? ""}`),
  );
}

/** What is wrong with the page as it is, light and dark, wide and on a phone; ends wide. */
export async function pageFaults(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const scheme of ["light", "dark"] as const) {
    const ofScheme = await accessibilityFaults(page, scheme);
    faults.push(...ofScheme.map((fault) => `${name}, ${scheme}: ${fault}`));
  }
  await page.setViewportSize({ width: 375, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 375) faults.push(`${name} is ${width} px wide at 375 px`);
  await page.setViewportSize({ width: 1280, height: 800 });
  return faults;
}

/** Bytes of the page and of all that it loads, before compression. */
export async function bytesOf(context: BrowserContext, path: string): Promise<number> {
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    sizes.push(response.body().then((body) => body.length));
  });
  await page.goto(path, { waitUntil: "load" });
  const sum = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
  await page.close();
  return sum;
}
