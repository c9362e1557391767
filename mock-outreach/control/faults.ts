/**
 * `/__mock/faults`: the rules by which calls go wrong.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import type { ActiveRule } from "../faults/engine.ts";
import { faultRule } from "../faults/rules.ts";
import type { FaultView } from "./answers.ts";
import { unknownUser } from "./organisation.ts";
import { checkInput, problem, readJson } from "./problem.ts";

/** Every rule is looked at on every call. */
const RULES_MAX = 1_000;

export const rulesInput = z
  .strictObject({
    rules: z.array(faultRule).max(RULES_MAX),
    replace: z.boolean().default(false),
  })
  .superRefine(({ rules }, context) => {
    const places = new Map<string, number>();
    for (const [place, { id }] of rules.entries()) {
      if (id === undefined) continue;
      const first = places.get(id);
      if (first === undefined) places.set(id, place);
      else {
        const message = `is the id of rule ${first} of this call too: each needs its own`;
        context.addIssue({ code: "custom", path: ["rules", place, "id"], message });
      }
    }
  });

export const faultRoutes = new Hono<MockEnv>();

faultRoutes.get("/faults", (c) => c.json({ rules: c.var.world.faults.rules.map(view) }));

/** Takes one rule, a list of rules, or `{"rules": […], "replace": true}`. */
faultRoutes.post("/faults", async (c) => {
  const body = await readJson(c, z.unknown());
  if (!body.ok) return body.response;
  const read = checkInput(c, rulesInput, asMany(body.input));
  if (!read.ok) return read.response;
  const { faults } = c.var.world;
  const { organisation } = c.var.world;
  const stranger = read.input.rules.findIndex(
    ({ match: { user } }) => user !== undefined && !organisation.findUser(user),
  );
  if (stranger !== -1) return unknownUser(c, `/rules/${stranger}/match/user`);
  const named = new Set(read.input.rules.map(({ id }) => id));
  const kept = read.input.replace ? [] : faults.rules.filter(({ id }) => !named.has(id));
  if (kept.length + read.input.rules.length > RULES_MAX) {
    const detail = `There can be ${RULES_MAX}; DELETE /__mock/faults first.`;
    return problem(c, 422, "Too many rules", detail);
  }
  if (read.input.replace) faults.clear();
  return c.json({ rules: faults.add(read.input.rules).map(view) }, 201);
});

faultRoutes.delete("/faults", (c) => {
  c.var.world.faults.clear();
  return c.body(null, 204);
});

faultRoutes.delete("/faults/:id", (c) => {
  const id = c.req.param("id");
  if (c.var.world.faults.remove(id)) return c.body(null, 204);
  return problem(c, 404, "No such rule", "GET /__mock/faults lists the rules with their ids.");
});

function asMany(input: unknown): unknown {
  if (Array.isArray(input)) return { rules: input };
  const isOne = typeof input === "object" && input !== null && !("rules" in input);
  return isOne ? { rules: [input] } : input;
}

function view({ id, rule, matched, struck, endsAt }: ActiveRule): FaultView {
  const ends = endsAt === null ? null : new Date(endsAt).toISOString();
  return { ...rule, id, matched, struck, endsAt: ends };
}
