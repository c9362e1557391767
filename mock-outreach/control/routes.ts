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
import { problem, readJson } from "./problem.ts";
import { prospectRoutes } from "./prospects.ts";
import { requestRoutes } from "./requests.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { stateRoutes } from "./state.ts";
import { tokenRoutes } from "./tokens.ts";

/** Ten years: no lifetime and no window is longer. */
const ADVANCE_MAX_S = 10 * 366 * 86_400;

export const clockInput = z.union([
  z.strictObject({ advanceSeconds: z.number().min(0).max(ADVANCE_MAX_S) }),
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
]);

export function controlRoutes(holder: MockHolder): Hono<MockEnv> {
  const routes = new Hono<MockEnv>();
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
    const { input } = read;
    const aheadMs =
      "now" in input ? Date.parse(input.now) - clock.now() : input.advanceSeconds * 1_000;
    if (aheadMs < 0) {
      const detail = "The clock only moves forward; POST /__mock/reset starts a new world.";
      return problem(c, 422, "Invalid request", detail);
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
