/**
 * The Worker about itself: health, the API's description, a page to read and try it, and what each problem means.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { knownBaseUrl } from "./base-url.ts";
import { newRouter } from "./context.ts";
import { idParameter } from "./fields.ts";
import { OPEN } from "./gate.ts";
import type { ApiDescription } from "./openapi.ts";
import { page, problemPage, prose } from "./page.ts";
import { PROBLEM_TYPES, isProblemCode } from "./problem-types.ts";
import { json, problems } from "./routing.ts";

const tags = ["Service"];
const htmlPage = (description: string) => ({
  description,
  content: { "text/html": { schema: z.string() } },
});

/**
 * Swagger UI is served from `/docs/…` as static files. It builds its icons out of `data:` images.
 */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  tags,
  summary: "Health",
  description: "Whether the Worker runs. It touches neither the settings nor any storage.",
  ...OPEN,
  responses: {
    200: json("It runs", z.object({ status: z.literal("ok") }).openapi("Health")),
    ...problems(),
  },
});

const description = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  tags,
  summary: "This API as an OpenAPI document",
  ...OPEN,
  responses: {
    200: json("OpenAPI 3.1", z.record(z.string(), z.unknown())),
    ...problems(),
  },
});

const docs = createRoute({
  method: "get",
  path: "/docs",
  operationId: "docs",
  tags,
  summary: "This API as a page",
  ...OPEN,
  responses: { 200: htmlPage("Swagger UI"), ...problems() },
});

const problemList = createRoute({
  method: "get",
  path: "/problems",
  operationId: "listProblems",
  tags,
  summary: "All kinds of problems",
  ...OPEN,
  responses: { 200: htmlPage("Every `code`, what it means and what to do"), ...problems() },
});

const problemType = createRoute({
  method: "get",
  path: "/problems/{code}",
  operationId: "readProblem",
  tags,
  summary: "A kind of problem",
  description: "The page that a problem document's `type` leads to.",
  ...OPEN,
  request: { params: z.object({ code: idParameter("code", "The problem's `code`") }) },
  responses: { 200: htmlPage("What it means and what to do"), ...problems(404) },
});

/** @param describe makes the document; it is called once, when the first caller asks for it */
export function serviceRoutes(describe: () => ApiDescription) {
  let described: ApiDescription | null = null;
  return newRouter()
    .openapi(health, (c) => c.json({ status: "ok" as const }, 200))
    .openapi(description, (c) => {
      described ??= describe();
      const document: Record<string, unknown> = {
        ...described,
        servers: [{ url: knownBaseUrl(c) ?? "/" }],
      };
      return c.json(document, 200);
    })
    .openapi(docs, async (c) => {
      const text = await docsPage();
      return c.html(text, 200, { "Content-Security-Policy": DOCS_POLICY });
    })
    .openapi(problemList, () => page("Problems", allProblems()))
    .openapi(problemType, (c) => {
      const { code } = c.req.valid("param");
      if (!isProblemCode(code)) return problemPage(c, "not_found");
      const { title, status, meaning } = PROBLEM_TYPES[code];
      const body = html`<p>${prose(meaning)}</p>
        <p>
          HTTP status ${status}, code <code>${code}</code>. <a href="../problems">All problems</a>
        </p>`;
      return page(title, body);
    });
}

function allProblems() {
  const entries = Object.entries(PROBLEM_TYPES).map(
    ([code, { title, status, meaning }]) => html`
      <dt id="${code}">${title} <code>${status} ${code}</code></dt>
      <dd>${prose(meaning)}</dd>
    `,
  );
  return html`<dl>${entries}</dl>`;
}

function docsPage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API · Outreach Edge</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="docs/swagger-ui.css" />
        <link rel="stylesheet" href="docs/page.css" />
      </head>
      <body>
        <noscript
          >This page needs JavaScript. <a href="openapi.json">openapi.json</a> says the same
          without.</noscript
        >
        <div id="reference"></div>
        <script src="docs/swagger-ui-bundle.js"></script>
        <script src="docs/start.js"></script>
      </body>
    </html>`;
}
