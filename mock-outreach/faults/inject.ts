/**
 * Lets faults, and the latency that is set for every call, strike a call on its way.
 * @module
 */
import type { Context, Next } from "hono";
import { ConnectionLost } from "../connection-lost.ts";
import type { MockEnv } from "../context.ts";
import type { World } from "../world.ts";
import { type AnsweringEffect, faultAnswer } from "./answers.ts";
import type { EndingEffect } from "./engine.ts";

/** Ends that happen before Outreach counts a call: it never came, or was turned away at the door. */
const UNCOUNTED = new Set<EndingEffect["type"]>([
  "drop",
  "maintenance",
  "rate_limited",
  "unauthorized",
]);

/** Stands behind the token check and the rate limit, so that rules see only calls that came that far. */
export async function injectFaults(c: Context<MockEnv>, next: Next): Promise<void> {
  const { world, call } = c.var;
  const user = c.get("user") ?? null;
  const target = { method: call.method, path: call.path, prospectIds: call.prospectIds, user };
  const plan = world.faults.strike(target, world.clock.now());
  if (!plan) {
    await wait(c, usualLatencyMs(world));
    return next();
  }
  c.set("fault", plan);
  call.faultIds.push(...plan.ruleIds);
  if (plan.ending && user && !isCounted(plan.ending)) world.budgets.of(user.id).giveBack();
  await wait(c, usualLatencyMs(world) + plan.waitBeforeMs);
  const ending = plan.ending;
  if (ending === null || isApplied(ending)) await next();
  await wait(c, plan.waitAfterMs);
  if (ending !== null) await end(c, ending);
}

/** Changes the headers of whatever is answered. Stands in front of everything that sets headers. */
export async function injectHeaders(c: Context<MockEnv>, next: Next): Promise<void> {
  await next();
  for (const { set } of c.get("fault")?.headers ?? []) {
    for (const [name, value] of Object.entries(set)) {
      if (value === null) c.res.headers.delete(name);
      else c.res.headers.set(name, value);
    }
  }
}

function isCounted(ending: EndingEffect): boolean {
  return ending.counted ?? !UNCOUNTED.has(ending.type);
}

function isApplied(ending: EndingEffect): boolean {
  if (ending.type === "drop_after") return true;
  return "applied" in ending && ending.applied;
}

function usualLatencyMs({ settings, latencyRandom }: World): number {
  const { latencyMs, latencyJitterMs } = settings;
  return latencyJitterMs === 0
    ? latencyMs
    : latencyMs + Math.floor(latencyRandom.next() * latencyJitterMs);
}

async function end(c: Context<MockEnv>, ending: EndingEffect): Promise<void> {
  switch (ending.type) {
    case "drop":
    case "drop_after":
      throw new ConnectionLost();
    case "hang":
      await untilGivenUp(c);
      throw new ConnectionLost();
    case "answer":
    case "maintenance":
    case "server_error":
    case "bad_gateway":
    case "gateway_timeout":
    case "rate_limited":
    case "unauthorized":
    case "garbage":
      return replaceAnswer(c, ending);
    default:
      return ending satisfies never;
  }
}

function replaceAnswer(c: Context<MockEnv>, ending: AnsweringEffect): void {
  const { world } = c.var;
  const user = c.get("user") ?? null;
  const trueStatus = isApplied(ending) ? c.res.status : 200;
  const reading = user && world.budgets.of(user.id).read();
  const maintenanceEndsAt = c.get("fault")?.maintenanceEndsAt ?? null;
  const answer = faultAnswer(ending, world, { trueStatus, reading, maintenanceEndsAt });
  // Hono carries the headers of an answer that is there over to the one that replaces it.
  c.res = undefined;
  c.res = answer;
}

/** Outreach works on a call whether or not its caller still waits. */
async function wait(c: Context<MockEnv>, ms: number): Promise<void> {
  if (ms <= 0) return;
  const { world, call } = c.var;
  c.req.raw.signal.addEventListener("abort", () => world.tally.leave(call), { once: true });
  await world.environment.sleep(ms, world.ending.signal).catch(() => {
    throw new ConnectionLost();
  });
}

function untilGivenUp(c: Context<MockEnv>): Promise<void> {
  const signal = AbortSignal.any([c.req.raw.signal, c.var.world.ending.signal]);
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
