/**
 * Control of what belongs to the organisation and its users: labels, and calls that somebody else makes.
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import { CUSTOM_FIELDS } from "../model/attributes.ts";
import type { World } from "../world.ts";
import { problem, readJson } from "./problem.ts";

/** A user by id or e-mail address. */
export const userReference = z.union([z.int(), z.string().min(1).max(255)], {
  error: "must be a user's id or e-mail address",
});

export const labelsInput = z.record(
  z.string().refine((key) => /^[1-9]\d{0,2}$/.test(key) && Number(key) <= CUSTOM_FIELDS, {
    error: `is no custom field: they run from 1 to ${CUSTOM_FIELDS}`,
  }),
  z.string().min(1).max(255).nullable(),
);

export const spendInput = z.strictObject({
  user: userReference.optional().describe("Left out, the first one"),
  calls: z.int().min(1).max(1_000_000),
});

export const organisationRoutes = new Hono<MockEnv>();

organisationRoutes.get("/labels", (c) => c.json(labelled(c.var.world)));

/** `{"4": "Newsletter readers", "5": null}`: sets a label, takes one away. */
organisationRoutes.post("/labels", async (c) => {
  const read = await readJson(c, labelsInput);
  if (!read.ok) return read.response;
  const { labels } = c.var.world;
  for (const [key, label] of Object.entries(read.input)) labels.set(Number(key), label);
  return c.json(labelled(c.var.world));
});

/** Somebody else spends from the user's budget: a person, or another integration. */
organisationRoutes.post("/spend", async (c) => {
  const read = await readJson(c, spendInput);
  if (!read.ok) return read.response;
  const { world } = c.var;
  const user = world.organisation.findUser(read.input.user ?? 1);
  if (!user) return unknownUser(c);
  const budget = world.budgets.of(user.id);
  // No more than are left: what nobody called is not refused either.
  const spent = Math.min(read.input.calls, budget.read().remaining);
  for (let i = 0; i < spent; i += 1) budget.take("others");
  const { remaining, resetsAt } = budget.read();
  return c.json({ spent, remaining, resetsAt: new Date(resetsAt).toISOString() });
});

/** Says who there is instead. @param pointer where the user is named, if that is not plain */
export function unknownUser(c: Context<MockEnv>, pointer?: string): Response {
  const known = c.var.world.organisation.listUsers().slice(0, 10);
  const emails = known.map(({ email }) => email).join(", ");
  const errors = pointer === undefined ? [] : [{ pointer, detail: "is no user that exists" }];
  return problem(c, 404, "No such user", `These exist: ${emails}.`, errors);
}

function labelled({ labels }: World): Record<string, string> {
  const all = Array.from({ length: CUSTOM_FIELDS }, (_, i) => [i + 1, labels.get(i + 1)] as const);
  return Object.fromEntries(all.flatMap(([key, label]) => (label === null ? [] : [[key, label]])));
}
