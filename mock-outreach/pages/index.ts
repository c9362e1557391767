/**
 * `/`: what this is, for whoever opens it in a browser; `/__mock`: what can be controlled.
 * @module
 */
import { Hono } from "hono";
import { html } from "hono/html";
import type { MockEnv } from "../context.ts";
import { page } from "./layout.ts";

const CONTROL = [
  ["GET", "/__mock/state", "Prospects, budgets, tokens, counts and findings"],
  ["GET", "/__mock/prospects/{id}", "One prospect and when each attribute last changed"],
  ["GET", "/__mock/requests", "The journal"],
  ["GET POST DELETE", "/__mock/faults", "Rules by which calls go wrong"],
  ["POST", "/__mock/clock", "Move the clock forward"],
  ["GET PATCH", "/__mock/options", "Change a setting while it runs"],
  ["GET POST", "/__mock/labels", "Labels of custom fields"],
  ["POST", "/__mock/spend", "Somebody else spends from a user's budget"],
  ["POST", "/__mock/tokens", "Tokens without a sign-in"],
  ["POST", "/__mock/revoke", "End tokens"],
  ["POST", "/__mock/reset", "A new world, with other settings if you like"],
] as const;

export const index = new Hono<MockEnv>();

index.get("/__mock", (c) =>
  c.json({ endpoints: CONTROL.map(([methods, path, what]) => ({ methods, path, what })) }),
);

index.get("/", (c) => {
  const { settings, prospects } = c.var.world;
  const content = html`
    <h1>Outreach's API, without Outreach</h1>
    <p>
      ${prospects.size.toLocaleString("en-US")} prospects; ${settings.limit.toLocaleString("en-US")}
      calls for each user in ${settings.windowSeconds.toLocaleString("en-US")} seconds.
    </p>
    <ul>
      <li>API: <code>/api/v2</code></li>
      <li>Sign-in: <code>/oauth/authorize</code>, tokens: <code>/oauth/token</code></li>
      <li>
        Control: <a href="/__mock"><code>/__mock</code></a
        >, <a href="/__mock/state"><code>/__mock/state</code></a>
      </li>
    </ul>
    <p class="dim">mock-outreach/README.md explains the rest.</p>
  `;
  return page(c, "Start", content);
});
