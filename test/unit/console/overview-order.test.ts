import { describe, it } from "vitest";
import {
  conditionOf,
  countStates,
  type Glanced,
  worstFirst,
} from "../../../src/console/overview-order.ts";
import type { PauseReason } from "../../../src/engine/api.ts";

const IDLE: Glanced = {
  status: {
    backlog: { pending: 0, inFlight: 0, oldestAcceptedAt: null, drainsAt: null },
    paused: null,
  },
  failures: {},
};

function paused(reason: PauseReason): Glanced {
  return { ...IDLE, status: { ...IDLE.status, paused: { reason, until: null } } };
}

function waiting(pending: number): Glanced {
  const backlog = { ...IDLE.status.backlog, pending };
  return { ...IDLE, status: { ...IDLE.status, backlog } };
}

const failing = (count: number): Glanced => ({ ...IDLE, failures: { a: count, b: 1 } });

describe("the order of the overview", () => {
  it("puts those that need somebody first, and those that are up to date last", ({ expect }) => {
    const users = [
      { name: "idle", glance: IDLE },
      { name: "delivers", glance: waiting(3) },
      { name: "limited", glance: paused("rate_limited") },
      { name: "few failures", glance: failing(1) },
      { name: "many failures", glance: failing(9) },
      { name: "paused", glance: paused("paused") },
      { name: "failing", glance: paused("outreach_failing") },
      { name: "gone", glance: null },
      { name: "never", glance: paused("disconnected") },
      { name: "broken", glance: paused("reconnect_required") },
    ];
    expect(worstFirst(users).map(({ name }) => name)).toEqual([
      "broken",
      "gone",
      "never",
      "failing",
      "many failures",
      "few failures",
      "paused",
      "delivers",
      "limited",
      "idle",
    ]);
    expect(countStates(users)).toEqual({ act: 3, look: 4, waits: 2, fine: 1 });
  });

  it("goes by what waits, then by name as people count", ({ expect }) => {
    const users = [
      { name: "User 10", glance: waiting(5) },
      { name: "User 9", glance: waiting(5) },
      { name: "User 1", glance: waiting(50) },
    ];
    expect(worstFirst(users).map(({ name }) => name)).toEqual(["User 1", "User 9", "User 10"]);
  });

  it("has words for each", ({ expect }) => {
    expect(conditionOf(null)).toMatchObject({ text: "Not reachable" });
    expect(conditionOf(IDLE)).toMatchObject({ text: "Up to date", tone: "good" });
    expect(conditionOf(failing(2))).toMatchObject({ text: "Has failures" });
  });
});
