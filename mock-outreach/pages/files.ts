/**
 * `/pages/…`: the files that pages load, read once, when the first of them is asked for.
 * @module
 */
import { readFile } from "node:fs/promises";
import { Hono } from "hono";
import type { MockEnv } from "../context.ts";

const TYPES = {
  "base.css": "text/css; charset=utf-8",
  "frame.css": "text/css; charset=utf-8",
  "tables.css": "text/css; charset=utf-8",
  "prospects.css": "text/css; charset=utf-8",
  "budget.css": "text/css; charset=utf-8",
  "jobs.css": "text/css; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
  "morph.js": "text/javascript; charset=utf-8",
  "control-form.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

const read = new Map<string, Promise<string>>();

function fileOf(name: string): Promise<string> {
  const known = read.get(name);
  if (known) return known;
  const text = readFile(new URL(`./browser/${name}`, import.meta.url), "utf8");
  read.set(name, text);
  return text;
}

export const files = new Hono<MockEnv>();

for (const [name, type] of Object.entries(TYPES)) {
  files.get(`/pages/${name}`, async (c) =>
    c.body(await fileOf(name), 200, {
      "content-type": type,
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'none'",
      "x-content-type-options": "nosniff",
    }),
  );
}
