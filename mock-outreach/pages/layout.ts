/**
 * The frame of every page for people. Style and scripts are files of the mock's own: the policy allows nothing inline,
 * and nothing from elsewhere.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { MockEnv } from "../context.ts";

export type Html = ReturnType<typeof html>;
/** What can stand in a template; texts and numbers are escaped there. */
export type Content = Html | string | number;

const SECTIONS = [
  ["/", "Prospects"],
  ["/requests", "Requests"],
  ["/jobs", "Jobs"],
  ["/budget", "Budget"],
  ["/control", "Control"],
] as const;

/** The place of a page in the navigation. */
export type Section = (typeof SECTIONS)[number][0];

/** Nobody puts a page into a frame of theirs. A sign-in page loads no script, and its form ends at the application. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const SCRIPTED_POLICY = `${POLICY}; script-src 'self'; connect-src 'self'; form-action 'self'`;

/** A page with one thing to do, as in a sign-in. */
export function page(
  c: Context<MockEnv>,
  title: string,
  content: Html,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const body = html`<main class="narrow">
    <header>mock-outreach <span>stands in for Outreach</span></header>
    ${content}
  </main>`;
  return send(c, { title, head: html``, body, status, policy: POLICY });
}

/** A page of the mock itself, with the way to the others. */
export function sectionPage(
  c: Context<MockEnv>,
  shown: { readonly title: string; readonly section: Section; readonly content: Html },
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const links = SECTIONS.map(([path, name]) =>
    path === shown.section
      ? html`<li><a href="${path}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${path}">${name}</a></li>`,
  );
  const body = html`<a class="skip" href="#content">Skip to the content</a>
    <header class="bar">
      <a class="brand" href="/">mock-outreach</a>
      <nav aria-label="Pages">
        <ul>
          ${links}
        </ul>
      </nav>
    </header>
    <main class="wide" id="content">${shown.content}</main>
    <footer>
      Times are UTC, by the mock's clock. API: <code>/api/v2</code>, sign-in:
      <code>/oauth/authorize</code>.
    </footer>`;
  const sheets = ["frame", "tables", "prospects", "budget", "jobs"].map(
    (name) => html`<link rel="stylesheet" href="/pages/${name}.css" />`,
  );
  const head = html`${sheets}
    <script type="module" src="/pages/live.js"></script>
    <script type="module" src="/pages/control-form.js"></script>`;
  return send(c, { title: shown.title, head, body, status, policy: SCRIPTED_POLICY });
}

interface Document {
  readonly title: string;
  readonly head: Html;
  readonly body: Html;
  readonly status: ContentfulStatusCode;
  readonly policy: string;
}

function send(c: Context<MockEnv>, { title, head, body, status, policy }: Document) {
  c.header("content-security-policy", policy);
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "same-origin");
  c.header("x-content-type-options", "nosniff");
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · mock-outreach</title>
        <link rel="icon" href="/pages/icon.svg" />
        <link rel="stylesheet" href="/pages/base.css" />
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return c.html(document, status);
}
