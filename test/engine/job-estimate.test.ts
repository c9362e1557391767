import { describe, it } from "vitest";
import { worldWithBulk } from "../support/bulk-outreach.ts";
import type { BulkOutreach } from "../support/bulk-outreach.ts";
import { accept, members } from "../support/bulk-updates.ts";
import type { World } from "../support/world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const LONG = { timeout: 120_000 };

interface Look {
  readonly at: number;
  readonly drainsAt: number | null;
}

/** Every estimate until nothing is left, and when that was. */
async function untilEmpty(world: World, everyMs: number) {
  const looks: Look[] = [];
  for (;;) {
    await world.pass(everyMs);
    const { pending, inFlight, drainsAt } = world.core.status().backlog;
    if (pending + inFlight === 0) return { looks, emptyAt: world.now };
    looks.push({ at: world.now, drainsAt });
  }
}

/** Jobs take five seconds, and five milliseconds a record. */
function takeTimeForRecords(outreach: BulkOutreach): void {
  outreach.script = ({ url, body }) => {
    if (!url.includes("prospectsBulkModify")) return null;
    const { data } = JSON.parse(body ?? "") as { data: { attributes: { ids: number[] } } };
    outreach.durationMs = 5 * SECOND_MS + 5 * data.attributes.ids.length;
    return null;
  };
}

describe("the time at which a backlog is said to be empty, while a job is open", () => {
  it("counts what comes of a job that was not found at Outreach", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    let isLost = true;
    outreach.script = ({ url }) => {
      if (!isLost || !url.includes("prospectsBulkModify")) return null;
      isLost = false;
      return { status: null, reason: "connection_lost" };
    };
    accept(world, members(5_000, "realized"));
    await world.pass(2 * MINUTE_MS);
    const { looks, emptyAt } = await untilEmpty(world, 30 * SECOND_MS);
    const waiting = looks.filter(({ at }) => emptyAt - at > 3 * MINUTE_MS);
    expect(waiting.length).toBeGreaterThan(20);
    // Within the time in which they gather for another job, and its looks.
    for (const { drainsAt } of waiting) {
      expect(Math.abs((drainsAt ?? 0) - emptyAt)).toBeLessThan(75 * SECOND_MS);
    }
  });

  it("is not known while a job hangs", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 30 * HOUR_MS;
    accept(world, members(5_000, "realized"));
    await world.pass(20 * SECOND_MS);
    // Until it has been seen to take much longer than is assumed, the next look may find its end.
    expect(world.core.status().backlog.drainsAt).toBeGreaterThan(world.now + SECOND_MS);
    await world.pass(5 * MINUTE_MS);
    const { looks } = await untilEmpty(world, HOUR_MS);
    expect(looks.length).toBeGreaterThan(20);
    for (const { at, drainsAt } of looks.filter((look) => look.at < world.now - 2 * HOUR_MS)) {
      expect({ at, drainsAt }).toEqual({ at, drainsAt: null });
    }
  });

  it("holds for others' prospects while a job hangs", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    outreach.durationMs = 30 * HOUR_MS;
    accept(world, members(5_000, "realized"));
    await world.pass(HOUR_MS);
    const expectedOf = (id: number): number | null | false => {
      const updates = members(1, "exited", { from: id, at: world.now });
      const taken = world.core.accept({ destinationId: "e", updates, empty: 0, rejected: {} });
      return taken.ok && taken.expectedBy;
    };
    expect(expectedOf(9_000)).toBeLessThan(world.now + 3 * SECOND_MS);
    expect(expectedOf(1)).toBeNull();
  });

  it(
    "is right within 5 %, or a few seconds, once jobs of several sizes have ended",
    LONG,
    async ({ expect }) => {
      const { world, outreach } = await worldWithBulk();
      takeTimeForRecords(outreach);
      for (const [i, size] of [400, 8_000, 400, 30_000, 2_000].entries()) {
        accept(world, members(size, "realized", { from: 1 + 100_000 * i }));
        await untilEmpty(world, 5 * SECOND_MS);
      }
      accept(world, members(60_000, "realized", { from: 1_000_000 }));
      await world.pass(40 * SECOND_MS);
      const { looks, emptyAt } = await untilEmpty(world, 5 * SECOND_MS);
      const off = looks
        .filter(({ drainsAt }) => Math.abs((drainsAt ?? Infinity) - emptyAt) > 5 * SECOND_MS)
        .map(({ at, drainsAt }) => Math.abs((drainsAt ?? Infinity) - emptyAt) / (emptyAt - at));
      expect(looks.length).toBeGreaterThan(50);
      expect(Math.max(0, ...off)).toBeLessThan(0.05);
    },
  );

  it("is never now while a job is larger than any before", LONG, async ({ expect }) => {
    const { world, outreach } = await worldWithBulk();
    takeTimeForRecords(outreach);
    for (let i = 0; i < 6; i++) {
      accept(world, members(400, "realized", { from: 1 + 1_000 * i }));
      await untilEmpty(world, 5 * SECOND_MS);
    }
    accept(world, members(60_000, "realized", { from: 1_000_000 }));
    const { looks } = await untilEmpty(world, 5 * SECOND_MS);
    for (const { at, drainsAt } of looks) expect(drainsAt ?? Infinity).toBeGreaterThan(at);
    // By then it is known that it is unlike the others.
    expect(looks.at(-2)?.drainsAt).toBeNull();
  });
});
