/**
 * The frame of every page for people.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { MockEnv } from "../context.ts";

type Html = ReturnType<typeof html>;

/** Nothing is loaded from elsewhere, no script runs, and nobody puts the page into a frame of theirs. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

export function page(
  c: Context<MockEnv>,
  title: string,
  content: Html,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · mock-outreach</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <header>mock-outreach <span>stands in for Outreach</span></header>
          ${content}
        </main>
      </body>
    </html>`;
  c.header("content-security-policy", POLICY);
  c.header("cache-control", "no-store");
  return c.html(document, status);
}

// Static text without user input, and free of the characters that escaping would change.
const STYLE = `
  :root { color-scheme: light dark; --ink: #1d1836; --dim: #635d7c; --line: #d9d5e8; --paper: #fff;
    --ground: #f4f2fa; --accent: #4b2bd6; --on-accent: #fff; --alert: #b3261e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #ece9f8; --dim: #a9a3c4; --line: #3a3455; --paper: #1e1a33;
    --ground: #131022; --accent: #a594ff; --on-accent: #16102f; --alert: #ff8a80; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
    color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
  main { width: min(100%, 26rem); background: var(--paper); border: 1px solid var(--line); border-radius: 12px;
    padding: 2rem; }
  header { font-weight: 700; margin-bottom: 1.5rem; }
  header span { font-weight: 400; color: var(--dim); }
  h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 .5rem; }
  p { margin: 0 0 1rem; }
  .dim { color: var(--dim); }
  .alert { color: var(--alert); font-weight: 600; }
  ul { margin: 0 0 1.25rem; padding-left: 1.25rem; }
  label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
  input { width: 100%; font: inherit; color: inherit; background: transparent; padding: .625rem .75rem;
    border: 1px solid var(--dim); border-radius: 8px; }
  button { font: inherit; font-weight: 600; padding: .625rem 1.125rem; border-radius: 8px; cursor: pointer;
    border: 1px solid var(--accent); background: transparent; color: var(--accent); }
  button.main { background: var(--accent); color: var(--on-accent); }
  .actions { display: flex; gap: .75rem; margin-top: 1.5rem; }
  :is(button, input, a):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  a { color: var(--accent); }
  code { overflow-wrap: anywhere; }
`;
