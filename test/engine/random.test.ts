import { describe, it } from "vitest";
import { randomFrom } from "../../mock-outreach/random.ts";
import type { ProspectUpdate } from "../../src/engine/model/prospect-update.ts";
import { ALL_SCOPES, BulkOutreach } from "../support/bulk-outreach.ts";
import { apiError, DESTINATION, World } from "../support/world.ts";

/** Histories made from a seed: bursts, repeats, late statuses, kills and faults, single calls and jobs mixed. */

const MINUTE_MS = 60_000;
const PROSPECTS = 400;
const LONG = { timeout: 120_000 };

interface Said {
  readonly value: string;
  readonly at: number;
  readonly order: number;
}

class History {
  readonly #random: () => number;
  readonly world: World;
  readonly outreach: BulkOutreach;
  /** What the accepted updates imply, by prospect and attribute. */
  readonly implied = new Map<number, Map<string, Said>>();
  #order = 0;

  constructor(seed: string, world: World) {
    this.#random = randomFrom(seed);
    this.world = world;
    this.outreach = new BulkOutreach(world);
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  burst(): void {
    const everybody = this.#chance(0.4);
    const count = everybody ? PROSPECTS : 1 + this.#below(60);
    const status = this.#chance(0.5) ? "realized" : "exited";
    const updates = Array.from({ length: count }, (_, i): ProspectUpdate => {
      const prospectId = everybody ? i + 1 : 1 + this.#below(PROSPECTS);
      // Some statuses are older than what was said before.
      const at = this.world.now - this.#below(this.#chance(0.3) ? 3_600_000 : 2);
      const audience = { namespace: "ups", id: "a", status } as const;
      const own = this.#chance(everybody ? 0.1 : 0.7);
      return {
        prospectId,
        fields: {
          custom4: { value: status, at, audience },
          ...(own && { title: { value: `Title ${this.#below(9)}` } }),
        },
      };
    });
    this.world.acceptUpdates(updates);
    for (const { prospectId, fields } of updates) {
      for (const [name, { value, at }] of Object.entries(fields)) {
        this.#say(prospectId, name, String(value), at ?? Number.MAX_SAFE_INTEGER);
      }
    }
  }

  #say(prospectId: number, name: string, value: string, at: number): void {
    const said = this.implied.get(prospectId) ?? new Map<string, Said>();
    this.implied.set(prospectId, said);
    const before = said.get(name);
    if (before && before.at > at) return;
    said.set(name, { value, at, order: this.#order++ });
  }

  /** Makes calls go wrong in some way until the next time. */
  trouble(): void {
    const rate = this.#chance(0.5) ? 0 : 0.3 * this.#random();
    const kinds = [
      () => ({ status: null, reason: "timeout" }) as const,
      () => ({ status: null, reason: "connection_lost" }) as const,
      () => apiError(500, "internal", "Oops."),
      () => apiError(503, "scheduledServerMaintenance", "Later.", { "retry-after": "90" }),
      () => apiError(429, "rateLimitExceeded", "Slow.", { "retry-after": "60" }),
    ];
    this.outreach.script = ({ url }) =>
      !url.includes("/oauth/") && this.#chance(rate)
        ? (kinds[this.#below(kinds.length)]?.() ?? null)
        : null;
    this.outreach.losesStarts = this.#chance(0.2);
    this.outreach.durationMs = 1_000 + this.#below(5 * MINUTE_MS);
    this.outreach.failing.clear();
    for (let i = 0; i < this.#below(8); i++) this.outreach.failing.add(1 + this.#below(PROSPECTS));
  }

  peace(): void {
    this.outreach.script = () => null;
    this.outreach.losesStarts = false;
    this.outreach.failing.clear();
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.burst();
      if (this.#chance(0.5)) this.trouble();
      await this.world.pass(this.#below(3 * MINUTE_MS));
      if (this.#chance(0.3)) this.world.kill();
    }
  }
}

describe("any history", () => {
  it("ends with Outreach holding what the accepted updates imply", LONG, async ({ expect }) => {
    for (let seed = 1; seed <= 25; seed++) {
      const world = await World.connected(ALL_SCOPES);
      const history = new History(`history ${seed}`, world);
      await history.run(12);
      history.peace();
      for (let hours = 0; hours < 72 && isBusy(world); hours++) await world.pass(60 * MINUTE_MS);
      expect(isBusy(world), `seed ${seed} came to rest`).toBe(false);
      for (const [id, said] of history.implied) {
        const held = world.held.get(id) ?? {};
        for (const [name, { value }] of said) {
          expect(held[name], `seed ${seed}, prospect ${id}, ${name}`).toBe(value);
        }
      }
      const [runs] = [world.core.runs(DESTINATION, 999)];
      const sum = (count: (run: (typeof runs)[number]) => number) =>
        runs.reduce((total, run) => total + count(run), 0);
      expect(sum((run) => run.coalesced + run.unchanged + run.delivered + run.failed)).toBe(
        sum((run) => run.accepted + run.replayed),
      );
    }
  });
});

function isBusy(world: World): boolean {
  const { pending, inFlight } = world.core.status().backlog;
  return pending + inFlight > 0;
}
