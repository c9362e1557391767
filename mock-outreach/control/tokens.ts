/**
 * Control of tokens: hand some out without a sign-in, take some away.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import type { MockEnv } from "../context.ts";
import { parseScopes } from "../oauth/scopes.ts";
import { tokenAnswer } from "../oauth/token.ts";
import { unknownUser, userReference } from "./organisation.ts";
import { readJson } from "./problem.ts";

const scopes = z
  .string()
  .max(10_000)
  .transform((text, context) => {
    const parsed = parseScopes(text);
    if (parsed) return parsed;
    context.addIssue({ code: "custom", message: "must be like `prospects.read prospects.write`" });
    return z.NEVER;
  });

export const issueInput = z.strictObject({
  user: userReference.optional().describe("Left out, the first one"),
  clientId: z.string().min(1).max(500).default("mock"),
  scopes: scopes.prefault("prospects.all"),
});

export const revokeInput = z.strictObject({
  user: userReference.optional(),
  clientId: z.string().min(1).max(500).optional(),
  kind: z.enum(["access", "refresh", "all"]).default("all"),
});

export const tokenRoutes = new Hono<MockEnv>();

/** Answers as the token endpoint does, past the throttle and without setting it off. */
tokenRoutes.post("/tokens", async (c) => {
  const read = await readJson(c, issueInput);
  if (!read.ok) return read.response;
  const { world } = c.var;
  const user = world.organisation.findUser(read.input.user ?? 1);
  if (!user) return unknownUser(c);
  const { clientId, scopes: granted } = read.input;
  return c.json(
    tokenAnswer(world.tokens.issuePair({ userId: user.id, clientId, scopes: granted })),
    201,
  );
});

/** What is left out stands for any. */
tokenRoutes.post("/revoke", async (c) => {
  const read = await readJson(c, revokeInput);
  if (!read.ok) return read.response;
  const { world } = c.var;
  const { user: wanted, clientId, kind } = read.input;
  const user = wanted === undefined ? null : world.organisation.findUser(wanted);
  if (user === undefined) return unknownUser(c);
  const revoked = world.tokens.revoke({
    userId: user?.id ?? null,
    clientId: clientId ?? null,
    kind,
  });
  return c.json({ revoked });
});
