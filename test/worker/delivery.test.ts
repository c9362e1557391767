import { runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { z } from "zod";
import { ADMIN, ORIGIN } from "./worker-under-test.ts";

/** The whole way, in the Workers runtime: the Worker and its object as they are deployed, against mock-outreach. */

/** Far ahead of the machine's clock, so that alarms go off only where a test lets them. */
const START = Date.UTC(2040, 10, 23, 14);
const MOCK = "http://outreach.test/__mock";

const added = z.object({ id: z.string(), connectUrl: z.string() });
const created = z.object({ id: z.string(), ingestUrl: z.string(), ingestToken: z.string() });
const held = z.object({ writes: z.number(), attributes: z.record(z.string(), z.unknown()) });
const backlog = z.object({
  connection: z.object({ status: z.string() }),
  backlog: z.object({ pending: z.number(), inFlight: z.number() }),
  paused: z.object({ reason: z.string() }).nullable(),
});
const listed = z.object({
  failures: z.array(z.object({ id: z.string(), prospectId: z.number() })),
});

async function call(path: string, token: string = ADMIN, body?: unknown) {
  const response = await exports.default.fetch(
    new Request(new URL(path, ORIGIN), {
      method: body === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        Accept: "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { response, json: (text === "" ? null : JSON.parse(text)) as unknown };
}

async function mock(path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await fetch(`${MOCK}${path}`, init)).json();
}

async function prospect(id: number) {
  return held.parse(await mock(`/prospects/${id}`));
}

/** Signs in as a browser does, through every redirect. */
async function connected() {
  const { json } = await call("/v1/outreach-users", ADMIN, { name: "Sales operations" });
  const { id, connectUrl } = added.parse(json);
  const start = await exports.default.fetch(new Request(connectUrl, { redirect: "manual" }));
  const authorize = await fetch(start.headers.get("Location") ?? "", { redirect: "manual" });
  const done = await call(authorize.headers.get("Location") ?? "");
  if (done.response.status !== 200) throw new Error(JSON.stringify(done.json));
  return id;
}

/** Lets time go by and the alarm go off, until nothing more is due. */
async function deliver(userId: string, ms = 2_000): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(env.OUTREACH_USER.getByName(userId));
}

const user = async (id: string) => backlog.parse((await call(`/v1/outreach-users/${id}`)).json);

const profile = (
  id: number,
  firstName: unknown,
  status = "realized",
  at = "2026-11-20T10:00:00Z",
) => ({
  identityMap: { OutreachId: [{ id: String(id) }] },
  person: { name: { firstName } },
  segmentMembership: { ups: { "aud-1": { status, lastQualificationTime: at } } },
});

describe("the way of an update", () => {
  let userId: string;
  let destination: z.infer<typeof created>;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
    await mock("/reset", { seed: 20 });
    await mock("/clock", { now: new Date(START).toISOString() });
    userId = await connected();
    const { json } = await call("/v1/destinations", ADMIN, {
      name: "Web profiles",
      outreachUserId: userId,
      mappings: [{ source: "person.name.firstName", target: "firstName" }],
      audiences: [{ id: "aud-1", mappingId: 4 }],
    });
    destination = created.parse(json);
  });
  afterEach(() => vi.useRealTimers());

  const send = (body: unknown) => call(destination.ingestUrl, destination.ingestToken, body);

  it("leads from a profile to the prospect in one call", async ({ expect }) => {
    const { response, json } = await send([profile(7, "Ada"), profile(7, "Augusta")]);
    expect(response.status).toBe(202);
    expect(json).toMatchObject({ received: 2, accepted: 2 });
    expect((await user(userId)).backlog).toEqual(expect.objectContaining({ pending: 1 }));
    await deliver(userId);
    expect(await prospect(7)).toMatchObject({
      writes: 1,
      attributes: { firstName: "Augusta", custom4: "realized" },
    });
    expect((await user(userId)).backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });

  it("costs no call for what Outreach is known to hold, nor for an older status", async ({
    expect,
  }) => {
    await send(profile(7, "Ada"));
    await deliver(userId);
    await send([profile(7, "Ada"), profile(7, "Ada", "exited", "2026-11-19T10:00:00Z")]);
    await deliver(userId);
    expect(await prospect(7)).toMatchObject({ writes: 1, attributes: { custom4: "realized" } });
    await send(profile(7, "Ada", "exited", "2026-11-21T10:00:00Z"));
    await deliver(userId);
    expect(await prospect(7)).toMatchObject({ writes: 2, attributes: { custom4: "exited" } });
  });

  it("clears an attribute that was removed", async ({ expect }) => {
    await send(profile(7, "Ada"));
    await deliver(userId);
    await send(profile(7, {}));
    await deliver(userId);
    expect((await prospect(7)).attributes).not.toHaveProperty("firstName");
  });

  it("ends in the list of failures where Outreach refuses, and goes on when it is replayed", async ({
    expect,
  }) => {
    await mock("/faults", {
      id: "refuse",
      match: { method: "PATCH", prospects: [7] },
      times: 1,
      effect: {
        type: "answer",
        status: 422,
        body: { errors: [{ id: "validationError", detail: "No." }] },
      },
    });
    await send(profile(7, "Ada"));
    await deliver(userId);
    const path = `/v1/destinations/${destination.id}/failures`;
    const { failures } = listed.parse((await call(path)).json);
    expect(failures).toMatchObject([{ prospectId: 7 }]);
    expect((await call(`${path}/replay`, ADMIN, {})).json).toMatchObject({ replayed: 1 });
    await deliver(userId);
    expect((await prospect(7)).attributes).toMatchObject({ firstName: "Ada" });
    expect(listed.parse((await call(path)).json).failures).toEqual([]);
  });

  it("waits out a maintenance, and tries again what broke", async ({ expect }) => {
    await mock("/faults", {
      times: 1,
      match: { method: "PATCH" },
      effect: { type: "maintenance", forSeconds: 600 },
    });
    await send(profile(7, "Ada"));
    await deliver(userId);
    expect((await user(userId)).paused).toMatchObject({ reason: "outreach_maintenance" });
    await mock("/faults", { times: 1, match: { method: "PATCH" }, effect: "server_error" });
    await mock("/clock", { advanceSeconds: 700 });
    await deliver(userId, 700_000);
    expect((await prospect(7)).writes).toBe(0);
    await deliver(userId, 60_000);
    expect((await prospect(7)).attributes).toMatchObject({ firstName: "Ada" });
  });

  it("goes on by itself with a new token where the old one was revoked", async ({ expect }) => {
    await mock("/revoke", { kind: "access" });
    await send(profile(7, "Ada"));
    await deliver(userId);
    await deliver(userId, 61_000);
    expect((await prospect(7)).attributes).toMatchObject({ firstName: "Ada" });
    expect((await user(userId)).connection.status).toBe("connected");
  });

  it("keeps what it accepted while nobody is connected, until somebody connects again", async ({
    expect,
  }) => {
    await mock("/revoke", { kind: "all" });
    await send(profile(7, "Ada"));
    await deliver(userId);
    await deliver(userId, 61_000);
    const lost = await user(userId);
    expect(lost.connection.status).toBe("reconnect_required");
    const { response, json } = await send(profile(8, "Grace"));
    expect(response.status).toBe(202);
    expect(json).toMatchObject({ accepted: 1, expectedBy: null });
    expect((await user(userId)).backlog.pending).toBe(2);
    const { json: detail } = await call(`/v1/outreach-users/${userId}`);
    const start = await call(added.parse(detail).connectUrl);
    const authorize = await fetch(start.response.headers.get("Location") ?? "", {
      redirect: "manual",
    });
    expect((await call(authorize.headers.get("Location") ?? "")).response.status).toBe(200);
    await deliver(userId);
    expect((await prospect(7)).attributes).toMatchObject({ firstName: "Ada" });
    expect((await prospect(8)).attributes).toMatchObject({ firstName: "Grace" });
  });

  it("leads through an overflow object where the own one is overloaded, and waiting there is waiting", async ({
    expect,
  }) => {
    const overflow = env.OVERFLOW.getByName(`${userId}.3`);
    const fields = { firstName: { value: "Ada" } };
    const batch = { updates: [{ prospectId: 7, fields }], empty: 0, rejected: {} };
    await overflow.store(userId, { destinationId: destination.id, ...batch }, Infinity);
    expect((await user(userId)).backlog.pending).toBe(1);
    await runDurableObjectAlarm(overflow);
    expect((await user(userId)).backlog.pending).toBe(1);
    await deliver(userId);
    expect((await prospect(7)).attributes).toMatchObject({ firstName: "Ada" });
    expect((await user(userId)).backlog.pending).toBe(0);
  });
});
