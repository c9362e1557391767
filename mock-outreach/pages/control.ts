/**
 * `/control` for people and `/__mock` for programs: what can be controlled.
 * @module
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { MockEnv } from "../context.ts";
import { sectionPage } from "./layout.ts";
import { lengthOf } from "./moments.ts";
import { table } from "./table.ts";
import { counted } from "./wording.ts";

const CONTROL = [
  ["GET", "/__mock/state", "Prospects, budgets, tokens, counts and findings"],
  ["GET", "/__mock/prospects/{id}", "One prospect and when each attribute last changed"],
  ["POST", "/__mock/prospects", "Give prospects values without a call"],
  ["GET", "/__mock/requests", "The journal"],
  ["GET", "/__mock/jobs", "Bulk jobs, and how far each is"],
  ["GET POST DELETE", "/__mock/faults", "Rules by which calls go wrong"],
  ["GET POST", "/__mock/clock", "Move the clock forward"],
  ["GET PATCH", "/__mock/options", "Change a setting while it runs"],
  ["GET POST", "/__mock/labels", "Labels of custom fields"],
  ["POST", "/__mock/spend", "Somebody else spends from a user's budget"],
  ["POST", "/__mock/tokens", "Tokens without a sign-in"],
  ["POST", "/__mock/revoke", "End tokens"],
  ["POST", "/__mock/reset", "A new world, with other settings if you like"],
  ["GET POST", "/__mock/snapshots", "Keep the world as it is"],
  ["GET DELETE", "/__mock/snapshots/{name}", "One snapshot, as --load reads it"],
  ["POST", "/__mock/snapshots/{name}/restore", "Bring a kept world back"],
] as const;

export function controlIndex(c: Context<MockEnv>): Response {
  return c.json({ endpoints: CONTROL.map(([methods, path, what]) => ({ methods, path, what })) });
}

export function controlPage(c: Context<MockEnv>): Response | Promise<Response> {
  const { settings, prospects } = c.var.world;
  const rows = CONTROL.map(([methods, path, what]) => ({
    key: `control${path.replaceAll(/\W+/g, "-")}`,
    cells: [pathCell(methods, path), html`<code>${methods}</code>`, what],
  }));
  const columns = ["Path", "Methods", "What it does"];
  const content = html`<div class="title"><h1>Control</h1></div>
    <p>
      Outreach's API, without Outreach: ${counted(prospects.size, "prospect")};
      ${counted(settings.limit, "call")} for each user in
      ${lengthOf(settings.windowSeconds * 1_000)}.
    </p>
    <ul>
      <li>API: <code>/api/v2</code></li>
      <li>Sign-in: <code>/oauth/authorize</code>, tokens: <code>/oauth/token</code></li>
    </ul>
    <h2>Control API</h2>
    <p>Without authentication, outside of the limit and the request log. Bodies are JSON.</p>
    ${table({ caption: "Calls of the control API", columns, onPhone: "cards" }, rows)}
    <p class="dim">mock-outreach/README.md explains each of them.</p>`;
  return sectionPage(c, { title: "Control", section: "/control", content });
}

/** What a browser can open is a link. */
function pathCell(methods: string, path: string) {
  const opens = methods.startsWith("GET") && !path.includes("{");
  return opens ? html`<a href="${path}"><code>${path}</code></a>` : html`<code>${path}</code>`;
}
