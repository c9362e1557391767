/**
 * Holds each user to the limit and tells what is left of it. (Order of checks as seen: token, limit, route.)
 * @module
 */
import type { Context, Next } from "hono";
import type { MockEnv } from "../context.ts";
import { rateLimitAnswer } from "../faults/answers.ts";
import { limitHeaders } from "./headers.ts";

export async function enforceLimit(c: Context<MockEnv>, next: Next): Promise<void> {
  const { world, user } = c.var;
  const budget = world.budgets.of(user.id);
  if (budget.take()) await next();
  else {
    c.set("refusedByLimit", true);
    c.res = rateLimitAnswer(world, budget.read());
  }
  const ending = c.get("fault")?.ending?.type;
  if (ending === "unauthorized") return;
  const reading = budget.read();
  const told = ending === "rate_limited" ? { ...reading, remaining: 0 } : reading;
  const headers = limitHeaders(world.settings, told, world.clock.now());
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
}
