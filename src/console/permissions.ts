/**
 * Which permission each page and each form of the console needs.
 *
 * Promises: what is not listed here needs the highest one, so that a page that nobody thought of is closed rather than
 * open; forms ask here too whether to offer themselves, so that what is offered is what is allowed.
 * @module
 */
import type { Permission } from "../people/permissions.ts";

/** The first that fits counts. `:id` stands for one part of a path. */
const RULES: readonly (readonly [Permission, method: "GET" | "POST", ...paths: string[]])[] = [
  ["manage", "GET", "/console/outreach-users/new", "/console/destinations/new"],
  ["view", "GET", "/console", "/console/catalog", "/console/prospects", "/console/account"],
  [
    "view",
    "GET",
    "/console/outreach-users/:id",
    "/console/outreach-users/:id/live",
    "/console/outreach-users/:id/calls",
    "/console/outreach-users/:id/forecast",
  ],
  [
    "view",
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
    "view",
    "POST",
    "/console/destinations/:id/preview",
    "/console/destinations/:id/mapping/preview",
  ],
  ["view", "POST", "/console/account/password", "/console/account/sign-out"],
  [
    "activate",
    "POST",
    "/console/destinations/:id/mapping",
    "/console/destinations/:id/audiences",
    "/console/destinations/:id/failures/replay",
    "/console/destinations/:id/failures/discard",
    "/console/outreach-users/:id/pause",
    "/console/outreach-users/:id/resume",
    "/console/outreach-users/:id/prospects/:id/replay",
    "/console/outreach-users/:id/prospects/:id/send",
    "/console/outreach-users/:id/prospects/:id/forget",
  ],
];

const COMPILED = RULES.flatMap(([permission, method, ...paths]) =>
  paths.map((path) => ({
    permission,
    method,
    pattern: new RegExp(`^${path.replaceAll(":id", "[^/]+")}$`),
  })),
);

/** @param path with or without a query */
export function permissionFor(method: string, path: string): Permission {
  const [bare = ""] = path.split(/[?#]/, 1);
  const asked = method === "HEAD" ? "GET" : method;
  const rule = COMPILED.find((each) => each.method === asked && each.pattern.test(bare));
  return rule?.permission ?? "manage";
}
