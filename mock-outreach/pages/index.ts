/**
 * Pages for people: what a salesperson would see in Outreach, and what a program did to it. They read the world and
 * change nothing; their forms use the control API like everybody else.
 *
 * Each is loaded when somebody opens it: a test that waits for the mock to start looks at none.
 * @module
 */
import { Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { files } from "./files.ts";

export const pages = new Hono<MockEnv>();

pages.get("/", async (c) => (await import("./prospects/list.ts")).prospectList(c));
pages.get("/prospects/:id", async (c) => (await import("./prospects/prospect.ts")).prospectPage(c));
pages.get("/requests", async (c) => (await import("./requests/log.ts")).requestLog(c));
pages.get("/requests/:id", async (c) => (await import("./requests/call.ts")).callPage(c));
pages.get("/jobs", async (c) => (await import("./jobs/list.ts")).jobList(c));
pages.get("/jobs/:kind{batches|imports}/:id", async (c) =>
  (await import("./jobs/job.ts")).jobPage(c),
);
pages.get("/budget", async (c) => (await import("./budget/budget.ts")).budgetPage(c));
pages.get("/control", async (c) => (await import("./control.ts")).controlPage(c));
pages.get("/__mock", async (c) => (await import("./control.ts")).controlIndex(c));
pages.route("/", files);
