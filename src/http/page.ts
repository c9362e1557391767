/**
 * Small pages for people: one column, no script, nothing loaded from anywhere.
 *
 * Promises: all that is inserted is escaped; the content security policy forbids everything but the page's own style.
 * @module
 */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { PROBLEM_TYPES, type ProblemCode } from "./problem-types.ts";
import { problem, type ProblemParts } from "./problem.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 40rem; padding: 4rem 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
p, ul, dl { margin: 0 0 1rem; }
code { background: color-mix(in srgb, currentColor 10%, transparent); border-radius: 0.25rem; padding: 0.1rem 0.3rem; }
dt { font-weight: 600; margin-top: 1rem; }
dd { margin: 0; }
footer { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); font-size: 0.875rem; margin-top: 3rem; opacity: 0.75; padding-top: 1rem; }
`;
/** Put in as a whole: one space more or less, and the hash in the policy would not be the style's. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);
const STYLE_HASH = createHash("sha256").update(STYLE, "utf8").digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Answers with a page. */
export async function page(title: string, body: Html, status = 200): Promise<Response> {
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Outreach Edge</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>Outreach Edge</footer>
      </body>
    </html>`;
  return new Response(text.toString(), {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY },
  });
}

/** A text for people in which backticks mark what is typed or sent as it stands. */
export function prose(text: string): readonly Html[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** Whether the caller is a program: a browser asks for HTML, and a person is assumed where nothing is said. */
export function wantsJson(c: Context): boolean {
  const supports = ["text/html", "application/json"];
  const best = accepts(c, { header: "Accept", supports, default: "text/html" });
  return best === "application/json";
}

/** A problem, as a page for people and as a document for programs. */
export function problemPage(
  c: Context,
  code: ProblemCode,
  parts: ProblemParts = {},
): Response | Promise<Response> {
  if (wantsJson(c)) return problem(c, code, parts);
  const { title, status, meaning } = PROBLEM_TYPES[code];
  return page(title, html`<p>${prose(parts.detail ?? meaning)}</p>`, status);
}
