/**
 * The control API, `/__mock`: what a test needs to see and to change. Without authentication, not limited, not in the
 * journal.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import type { MockHolder } from "../mock.ts";
import { liveSettingsInput, settingsInput, withSettings } from "../settings.ts";
import type { World } from "../world.ts";
import type { clockAnswer } from "./answers.ts";
import { faultRoutes } from "./faults.ts";
import { jobRoutes } from "./jobs.ts";
import { organisationRoutes } from "./organisation.ts";
import { checkQuery, problem, readJson } from "./problem.ts";
import { prospectRoutes } from "./prospects.ts";
import { requestRoutes } from "./requests.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { stateRoutes } from "./state.ts";
import { tokenRoutes } from "./tokens.ts";

/** Ten years: no lifetime and no window is longer. */
const ADVANCE_MAX_S = 10 * 366 * 86_400;

export const clockInput = z
  .strictObject({
    advanceSeconds: z.number().min(0).max(ADVANCE_MAX_S).optional(),
    now: z.iso
      .datetime({ offset: true, error: "must be a time such as 2026-12-01T00:00:00Z" })
      .optional(),
  })
  .superRefine(({ advanceSeconds, now }, context) => {
    if (advanceSeconds !== undefined && now !== undefined) {
      const message = "cannot stand beside `advanceSeconds`: send one of the two";
      context.addIssue({ code: "custom", path: ["now"], message });
    } else if (advanceSeconds === undefined && now === undefined) {
      const message =
        "says neither `advanceSeconds`, from now on, nor `now`, a time: send one of the two";
      context.addIssue({ code: "custom", message });
    }
  });

/** Routes that take a query check it themselves. */
const TAKE_QUERIES = new Set(["/__mock/state", "/__mock/requests"]);
const noQuery = z.strictObject({});

export function controlRoutes(holder: MockHolder): Hono<MockEnv> {
  const routes = new Hono<MockEnv>();
  routes.use("*", async (c, next) => {
    if (TAKE_QUERIES.has(c.req.path.replace(/\/$/, ""))) return next();
    const read = checkQuery(c, noQuery);
    return read.ok ? next() : read.response;
  });
  routes.route("/", stateRoutes);
  routes.route("/", prospectRoutes);
  routes.route("/", requestRoutes);
  routes.route("/", jobRoutes);
  routes.route("/", faultRoutes);
  routes.route("/", organisationRoutes);
  routes.route("/", tokenRoutes);
  routes.route("/", snapshotRoutes(holder));

  routes.get("/clock", (c) => c.json(clockView(c.var.world)));

  routes.post("/clock", async (c) => {
    const read = await readJson(c, clockInput);
    if (!read.ok) return read.response;
    const { clock } = c.var.world;
    const { advanceSeconds = 0, now } = read.input;
    const aheadMs = now === undefined ? advanceSeconds * 1_000 : Date.parse(now) - clock.now();
    if (aheadMs < 0) {
      const detail = "The clock only moves forward; POST /__mock/reset starts a new world.";
      const past = `is before the mock's time, ${new Date(clock.now()).toISOString()}`;
      return problem(c, 422, "Invalid request", detail, [{ pointer: "/now", detail: past }]);
    }
    clock.advance(aheadMs);
    return c.json(clockView(c.var.world));
  });

  routes.get("/options", (c) => c.json(c.var.world.settings));

  routes.patch("/options", async (c) => {
    const read = await readJson(c, liveSettingsInput);
    if (!read.ok) return read.response;
    const { settings, budgets } = c.var.world;
    budgets.letOthersCall();
    Object.assign(settings, withSettings(settings, read.input));
    return c.json(settings);
  });

  routes.post("/reset", async (c) => {
    const read = await readJson(c, settingsInput);
    if (!read.ok) return read.response;
    holder.reset(read.input);
    return c.json({ options: holder.world.settings });
  });

  return routes;
}

function clockView({ clock }: World): z.infer<typeof clockAnswer> {
  return { now: new Date(clock.now()).toISOString(), offsetSeconds: clock.offsetMs / 1_000 };
}
