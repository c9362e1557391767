/**
 * Which task each page and each form of the console belongs to.
 *
 * Promises: what is not listed here needs the highest permission, so that a page that nobody thought of is closed rather
 * than open; forms ask here too whether to offer themselves, so that what is offered is what is allowed.
 * @module
 */
import { HIGHEST, permissionFor, type Permission, type Task } from "../people/permissions.ts";

/** The first that fits counts. `:id` stands for one part of a path. */
const RULES: readonly (readonly [Task, method: "GET" | "POST", ...paths: string[]])[] = [
  ["manageOutreachUsers", "GET", "/console/outreach-users/new"],
  ["manageDestinations", "GET", "/console/destinations/new"],
  ["read", "GET", "/console", "/console/catalog", "/console/prospects"],
  [
    "read",
    "GET",
    "/console/outreach-users/:id",
    "/console/outreach-users/:id/live",
    "/console/outreach-users/:id/calls",
    "/console/outreach-users/:id/forecast",
  ],
  [
    "read",
    "GET",
    "/console/destinations/:id",
    "/console/destinations/:id/setup",
    "/console/destinations/:id/mapping",
    "/console/destinations/:id/audiences",
    "/console/destinations/:id/runs",
    "/console/destinations/:id/failures",
    "/console/destinations/:id/alerts",
  ],
  // It shows what would be, and changes nothing.
  [
    "read",
    "POST",
    "/console/destinations/:id/preview",
    "/console/destinations/:id/mapping/preview",
  ],
  ["changeOwnAccount", "GET", "/console/account"],
  ["changeOwnAccount", "POST", "/console/account/password", "/console/account/sign-out"],
  [
    "activateAudiences",
    "POST",
    "/console/destinations/:id/mapping",
    "/console/destinations/:id/audiences",
  ],
  [
    "replayOrDiscardFailures",
    "POST",
    "/console/destinations/:id/failures/replay",
    "/console/destinations/:id/failures/discard",
    "/console/outreach-users/:id/prospects/:id/replay",
  ],
  [
    "pauseDelivery",
    "POST",
    "/console/outreach-users/:id/pause",
    "/console/outreach-users/:id/resume",
  ],
  [
    "resendProspect",
    "POST",
    "/console/outreach-users/:id/prospects/:id/send",
    "/console/outreach-users/:id/prospects/:id/forget",
  ],
];

const COMPILED = RULES.flatMap(([task, method, ...paths]) =>
  paths.map((path) => ({
    task,
    method,
    pattern: new RegExp(`^${path.replaceAll(":id", "[^/]+")}$`),
  })),
);

/** @param path with or without a query */
export function permissionAt(method: string, path: string): Permission {
  const [bare = ""] = path.split(/[?#]/, 1);
  const asked = method === "HEAD" ? "GET" : method;
  const rule = COMPILED.find((each) => each.method === asked && each.pattern.test(bare));
  return rule ? permissionFor(rule.task) : HIGHEST;
}
