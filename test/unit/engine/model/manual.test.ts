import { describe, it } from "vitest";
import { forgetTold, hurry } from "../../../../src/engine/model/manual.ts";
import { newProspect } from "../../../../src/engine/model/prospect.ts";
import type { Prospect } from "../../../../src/engine/model/prospect.ts";

const NOW = Date.UTC(2026, 10, 23, 14);
const MINUTE_MS = 60_000;

function due(dueAt: number): Prospect {
  const given = { destinationId: "d", lane: "attribute", acceptedAt: 1 } as const;
  const load = { ...given, fields: {}, attempts: 3, failingSince: 1 };
  return { ...newProspect(7), pending: { ...load, dueAt } };
}

describe("a prospect that is hurried", () => {
  it("waits no longer than a call before it may be running", ({ expect }) => {
    const { prospect, events } = hurry(due(NOW + 30 * MINUTE_MS), NOW);
    expect(events).toEqual([{ kind: "hurried", until: NOW + 20_000 }]);
    expect(prospect.pending).toMatchObject({
      dueAt: NOW + 20_000,
      attempts: 3,
    });
  });

  it("is left alone where it goes soon, is in a call, or nothing waits", ({ expect }) => {
    const soon = due(NOW + 5_000);
    expect(hurry(soon, NOW)).toEqual({ prospect: soon, events: [] });
    const none = newProspect(7);
    expect(hurry(none, NOW)).toEqual({ prospect: none, events: [] });
    const { pending } = due(NOW + MINUTE_MS);
    const inFlight = pending && { ...pending, startedAt: NOW };
    const busy = { ...due(NOW + MINUTE_MS), inFlight };
    expect(hurry(busy, NOW)).toEqual({ prospect: busy, events: [] });
  });
});

describe("a prospect that is to be sent again", () => {
  it("keeps the times and the audiences of what it was told", ({ expect }) => {
    const membership = { audience: 2, status: "realized" } as const;
    const known = {
      title: { at: 5, arrival: 6, told: "h1", held: "h2" },
      custom4: { at: 7, arrival: 8, audience: 3, told: "h3", membership },
    };
    const { prospect, events } = forgetTold({ ...newProspect(7), known });
    expect(events).toEqual([{ kind: "forgotten" }]);
    expect(prospect.known).toEqual({
      title: { at: 5, arrival: 6, told: null },
      custom4: { at: 7, arrival: 8, audience: 3, told: null, membership },
    });
  });
});
