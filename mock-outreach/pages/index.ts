/**
 * Pages for people: what a salesperson would see in Outreach, and what a program did to it. They read the world and
 * change nothing; their forms use the control API like everybody else.
 * @module
 */
import { Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { budgetPage } from "./budget/budget.ts";
import { control } from "./control.ts";
import { files } from "./files.ts";
import { prospectList } from "./prospects/list.ts";
import { prospectPage } from "./prospects/prospect.ts";
import { callPage } from "./requests/call.ts";
import { requestLog } from "./requests/log.ts";

export const pages = new Hono<MockEnv>();

pages.route("/", prospectList);
pages.route("/", prospectPage);
pages.route("/", requestLog);
pages.route("/", callPage);
pages.route("/", budgetPage);
pages.route("/", control);
pages.route("/", files);
