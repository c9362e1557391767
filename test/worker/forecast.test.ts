import { describe, it } from "vitest";
import { activationForecast } from "../../src/outreach-users/forecast-schemas.ts";
import { CONNECTED, withScopes } from "./fake-outreach-user.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const BULK = ["prospects.all", "batches.all", "imports.read", "imports.write"];

async function connectedWith(scopes: readonly string[], windowMs = 3_600_000) {
  const worker = workerUnderTest();
  const { id } = await worker.addOutreachUser();
  const status = withScopes(scopes);
  const budget = { ...status.budget, windowMs };
  worker.user.status.mockResolvedValue({ ...status, budget });
  const forecast = (body: unknown) => worker.call(`/v1/outreach-users/${id}/forecast`, { body });
  return { ...worker, id, forecast };
}

describe("forecasting an activation", () => {
  it("reckons with the user's own limit, reserve, allowance and scopes", async ({ expect }) => {
    const { forecast } = await connectedWith(BULK);
    const answer = await forecast({ profiles: 19_000, audiences: 1, changesPerDay: 240 });
    expect(answer.status).toBe(200);
    expect(activationForecast.parse(answer.json)).toEqual({
      capacity: { callsPerHour: 9_500, yearlyAllowance: 250_000, bulk: true },
      patch: {
        activation: { calls: 19_000, tookSeconds: 7_200 },
        day: { calls: 240, neededCalls: 240, behindSeconds: 1.5 },
        yearCalls: 87_600,
        yearNeededCalls: 87_600,
      },
      planned: {
        activation: { calls: expect.any(Number), tookSeconds: expect.any(Number) },
        day: { calls: 240, neededCalls: 240, behindSeconds: 1.5 },
        yearCalls: 87_600,
        yearNeededCalls: 87_600,
      },
    });
    const { planned } = activationForecast.parse(answer.json);
    expect(planned.activation.calls).toBeLessThan(20);
    expect(planned.activation.tookSeconds).toBeLessThan(120);
  });

  it("counts on bulk jobs only where the scopes of both kinds are granted", async ({ expect }) => {
    const cases: readonly (readonly string[])[] = [
      ["prospects.all"],
      ["prospects.all", "batches.all"],
      ["prospects.all", "imports.all"],
      ["prospects.read", "batches.all", "imports.all"],
      [],
    ];
    for (const scopes of cases) {
      const { forecast } = await connectedWith(scopes);
      const answer = await forecast({ profiles: 19_000 });
      const { capacity, patch, planned } = activationForecast.parse(answer.json);
      expect(capacity.bulk, scopes.join(" ")).toBe(false);
      expect(planned).toEqual(patch);
    }
  });

  it("turns a shorter window into calls an hour", async ({ expect }) => {
    const { forecast } = await connectedWith(BULK, 60_000);
    const { json } = await forecast({ profiles: 1 });
    expect(json).toMatchObject({ capacity: { callsPerHour: 570_000 } });
  });

  it("says null where changes come faster than calls", async ({ expect }) => {
    const { forecast, user } = await connectedWith([]);
    const asked = { profiles: 1, changesPerDay: 1_000_000 };
    // As many as the yearly allowance pays for; without one, as many as the rate limit lets.
    expect((await forecast(asked)).json).toMatchObject({
      patch: { day: { calls: 627, neededCalls: 1_000_000, behindSeconds: null } },
    });
    const calls = { ...CONNECTED.calls, yearlyAllowance: null };
    user.status.mockResolvedValue({ ...CONNECTED, calls });
    expect((await forecast(asked)).json).toMatchObject({
      patch: { day: { calls: 228_000, neededCalls: 1_000_000, behindSeconds: null } },
    });
  });

  it("is told for a user that nobody connected yet", async ({ expect }) => {
    const { call, addOutreachUser } = workerUnderTest();
    const { id } = await addOutreachUser();
    const body = { profiles: 5, attributes: 2 };
    const answer = await call(`/v1/outreach-users/${id}/forecast`, { body });
    expect(answer.json).toMatchObject({ capacity: { bulk: false }, patch: { yearCalls: 0 } });
  });

  it("refuses what is no activation, and names the field", async ({ expect }) => {
    const { forecast, user } = await connectedWith([]);
    const cases: readonly [unknown, string][] = [
      [{}, "/profiles"],
      [{ profiles: 0 }, "/profiles"],
      [{ profiles: 1.5 }, "/profiles"],
      [{ profiles: 1, audiences: 151 }, "/audiences"],
      [{ profiles: 1, attributes: -1 }, "/attributes"],
      [{ profiles: 1, changesPerDay: 1e10 }, "/changesPerDay"],
      [{ profiles: 1, changes: 1 }, "/changes"],
    ];
    for (const [body, pointer] of cases) {
      const answer = await forecast(body);
      expect(answer.status, pointer).toBe(422);
      expect(answer.json).toMatchObject({ errors: [{ pointer }] });
    }
    expect(user.status).not.toHaveBeenCalled();
  });

  it("is a 404 for an id that is not known, and a 401 without the token", async ({ expect }) => {
    const { call, id } = await connectedWith([]);
    const body = { profiles: 1 };
    expect((await call("/v1/outreach-users/ou_none/forecast", { body })).status).toBe(404);
    const unsigned = await call(`/v1/outreach-users/${id}/forecast`, { body, token: null });
    expect(unsigned.status).toBe(401);
  });
});
