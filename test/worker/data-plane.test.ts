import { describe, it } from "vitest";
import type { ProspectDetail } from "../../src/engine/api.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { ORIGIN, START, workerUnderTest, type WorkerUnderTest } from "./worker-under-test.ts";

const PROFILE = {
  identityMap: { OutreachId: [{ id: "7" }] },
  person: { name: { firstName: "Ada" } },
};
const MAPPINGS = [{ source: "person.name.firstName", target: "firstName" }];

async function withDestination(fields: Readonly<Record<string, unknown>> = {}) {
  const worker = workerUnderTest();
  const destination = await worker.addDestination({ mappings: MAPPINGS, ...fields });
  worker.stubs.length = 0;
  const send = (token: string | null, body: unknown = PROFILE) =>
    worker.call(`/v1/destinations/${destination.id}/profiles`, { token, body });
  return { ...worker, destination, send };
}

describe("sending profiles", () => {
  it("answers 202 in the contract's shape once the object has stored them", async ({ expect }) => {
    const { user, stubs, destination, send } = await withDestination();
    const answer = await send(destination.ingestToken);
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      received: 1,
      accepted: 1,
      rejected: [],
      rejectedCount: 0,
      fieldErrors: [],
      fieldErrorCount: 0,
      expectedBy: "2026-11-23T14:00:05.000Z",
    });
    expect(stubs).toEqual([destination.outreachUserId]);
    expect(user.accept).toHaveBeenCalledOnce();
    expect(user.accept.mock.calls[0]?.[0]).toMatchObject({
      destinationId: destination.id,
      updates: [{ prospectId: 7, fields: { firstName: { value: "Ada" } } }],
    });
  });

  it("is a 422 that stores nothing where something is wrong and the sender wants all or nothing", async ({
    expect,
  }) => {
    const { call, user, destination } = await withDestination();
    const path = `/v1/destinations/${destination.id}/profiles`;
    const token = destination.ingestToken;
    const faulty = { ...PROFILE, person: { name: { firstName: {}, middleName: 1 } } };
    const long = { ...PROFILE, person: { name: { firstName: "x".repeat(256) } } };
    for (const body of [
      [PROFILE, long],
      [PROFILE, {}],
    ]) {
      const headers = { Prefer: 'return=representation, handling="strict"' };
      const answer = await call(path, { token, body, headers });
      expect(answer.status).toBe(422);
      expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
      expect(answer.headers.get("Preference-Applied")).toBe("handling=strict");
      expect(answer.json).toMatchObject({ code: "profiles_faulty", received: 2, accepted: 0 });
    }
    expect(user.accept).not.toHaveBeenCalled();
    const lenient = await call(path, { token, body: [faulty, long] });
    expect(lenient.json).toMatchObject({
      received: 2,
      accepted: 1,
      rejected: [{ index: 1, code: "value_too_long" }],
      fieldErrors: [{ index: 1, outreachId: 7, field: "firstName", code: "value_too_long" }],
      fieldErrorCount: 1,
    });
  });

  it("without a token, or with a wrong one, is a 401 with a challenge", async ({ expect }) => {
    const { user, destination, send } = await withDestination();
    const { ingestToken, clientSecret } = destination;
    for (const token of [
      null,
      "wrong",
      `${ingestToken}x`,
      ingestToken.slice(0, -1),
      clientSecret,
      "test-admin-token-of-the-worker",
    ]) {
      const answer = await send(token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer realm="outreach-edge"/);
      expect(answer.json).toMatchObject({ code: "unauthorized" });
    }
    expect(user.accept).not.toHaveBeenCalled();
  });

  it("with another destination's token is a 401", async ({ expect }) => {
    const { addDestination, send } = await withDestination();
    const other = await addDestination();
    expect((await send(other.ingestToken)).status).toBe(401);
  });

  it("to a destination that does not exist is a 404, whatever the token", async ({ expect }) => {
    const { call, destination } = await withDestination();
    for (const token of [null, "wrong", destination.ingestToken]) {
      const answer = await call("/v1/destinations/dest_none/profiles", { token, body: PROFILE });
      expect(answer.json).toMatchObject({ status: 404, code: "destination_not_found" });
    }
  });

  it("to a destination that is switched off is a 403 that says who can switch it on", async ({
    expect,
  }) => {
    const { call, user, destination, send } = await withDestination();
    const path = `/v1/destinations/${destination.id}`;
    expect((await send(destination.ingestToken)).status).toBe(202);
    await call(path, { method: "PATCH", body: { enabled: false } });
    const answer = await send(destination.ingestToken);
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: "destination_disabled" });
    expect(answer.text).toContain("An administrator can switch it on");
    expect((await send("wrong")).status).toBe(401);
    expect(user.accept).toHaveBeenCalledOnce();
    await call(path, { method: "PATCH", body: { enabled: true } });
    expect((await send(destination.ingestToken)).status).toBe(202);
  });

  it("that is no JSON at all is a 400 and stores nothing", async ({ expect }) => {
    const { user, destination, send } = await withDestination();
    const answer = await send(destination.ingestToken, "MARKER");
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(answer.text).not.toContain("MARKER");
    expect(user.accept).not.toHaveBeenCalled();
  });

  it("is a 503 with Retry-After while the backlog is full", async ({ expect }) => {
    const { user, destination, send } = await withDestination();
    user.accept.mockResolvedValue({ ok: false, reason: "backlog_full", retryAfterMs: 61_500 });
    const answer = await send(destination.ingestToken);
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ code: "backlog_full" });
    expect(answer.headers.get("Retry-After")).toBe("62");
  });

  it("goes to an overflow object where the user's own does not take it", async ({ expect }) => {
    const { user, overflow, destination, send } = await withDestination();
    const overloaded = Object.assign(new Error("MARKER"), { overloaded: true });
    user.accept.mockRejectedValueOnce(overloaded);
    expect((await send(destination.ingestToken)).json).toMatchObject({
      accepted: 1,
      expectedBy: null,
    });
    expect(overflow.store).toHaveBeenCalledOnce();
    expect(overflow.store.mock.calls[0]).toMatchObject([
      destination.outreachUserId,
      { destinationId: destination.id, updates: [{ prospectId: 7 }] },
      expect.any(Number),
    ]);
  });

  it("goes in calls of its own where its destination wants that", async ({ expect }) => {
    const { call, user, destination, send } = await withDestination();
    await send(destination.ingestToken);
    expect(user.accept.mock.calls[0]?.[0]).not.toHaveProperty("single");
    const changed = await call(`/v1/destinations/${destination.id}`, {
      method: "PATCH",
      body: { delivery: "patch" },
    });
    expect(changed.json).toMatchObject({ delivery: "patch" });
    await send(destination.ingestToken);
    expect(user.accept.mock.calls[1]?.[0]).toMatchObject({ single: true });
    const wrong = { method: "PATCH", body: { delivery: "bulk" } };
    expect(await call(`/v1/destinations/${destination.id}`, wrong)).toMatchObject({ status: 422 });
  });

  it("is a 503 with Retry-After where no object takes it", async ({ expect }) => {
    const { user, overflow, destination, send } = await withDestination();
    const overloaded = Object.assign(new Error("MARKER"), { overloaded: true });
    user.accept.mockRejectedValue(overloaded);
    overflow.store.mockRejectedValue(overloaded);
    const answer = await send(destination.ingestToken);
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ code: "unavailable" });
    expect(answer.headers.get("Retry-After")).toBe("15");
    expect(answer.text).not.toContain("MARKER");
    user.accept.mockResolvedValue({ ok: false, reason: "too_late" });
    overflow.store.mockResolvedValue({ ok: false, reason: "too_late" });
    const late = await send(destination.ingestToken);
    expect(late.json).toMatchObject({ status: 503, code: "unavailable" });
    expect(late.headers.get("Retry-After")).toBe("5");
    overflow.store.mockResolvedValue({ ok: false, reason: "overflow_full", retryAfterMs: 60_000 });
    expect((await send(destination.ingestToken)).json).toMatchObject({ code: "backlog_full" });
  });

  it("reads the destination once for a burst, and anew after some seconds", async ({ expect }) => {
    const { bindings, clock, destination, send } = await withDestination();
    await send(destination.ingestToken);
    // Switched off by another isolate, which this one hears of late.
    await bindings.SETTINGS.prepare("UPDATE destinations SET enabled = 0 WHERE id = ?")
      .bind(destination.id)
      .run();
    expect((await send(destination.ingestToken)).status).toBe(202);
    clock.now += 5_000;
    expect((await send(destination.ingestToken)).status).toBe(403);
  });

  it("is refused at once after the destination was deleted", async ({ expect }) => {
    const { call, destination, send } = await withDestination();
    await send(destination.ingestToken);
    await call(`/v1/destinations/${destination.id}`, { method: "DELETE" });
    expect((await send(destination.ingestToken)).status).toBe(404);
  });
});

describe("a preview", () => {
  it("needs the destination's token and calls no object", async ({ expect }) => {
    const { call, stubs, destination } = await withDestination();
    const path = `/v1/destinations/${destination.id}/preview`;
    expect((await call(path, { token: null, body: PROFILE })).status).toBe(401);
    const answer = await call(path, { token: destination.ingestToken, body: PROFILE });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ received: 1, accepted: 1, rejectedCount: 0 });
    expect(stubs).toEqual([]);
  });
});

describe("looking a prospect up", () => {
  const STATUS: ProspectDetail = {
    prospectId: 7,
    pending: [{ field: "emails", value: ["a@example.com"], at: START, inFlight: true }],
    acceptedAt: START - 1000,
    nextAttemptAt: null,
    attempts: 1,
    hasFailures: false,
    lastDelivery: { at: START - 60_000, fields: ["firstName"] },
    lastError: { at: START, status: 503, code: "http503", detail: "", pointer: null },
    lane: "attribute",
    history: [
      {
        kind: "given_back",
        at: START,
        job: null,
        reason: "failed",
        until: START + 4_000,
        attempts: 1,
        status: 503,
        code: "http503",
        detail: null,
      },
      { kind: "sent", at: START - 500, fields: ["emails"], job: null },
    ],
    held: [
      { field: "firstName", at: START - 61_000, state: "told", told: { at: START, job: 3 } },
      { field: "emails", at: START - 61_000, state: "uncertain", told: null },
    ],
    failures: [],
  };

  it("tells what waits, the last delivery and the last error", async ({ expect }) => {
    const { call, user, destination } = await withDestination();
    user.prospect.mockResolvedValue(STATUS);
    for (const token of [destination.ingestToken, "test-admin-token-of-the-worker"]) {
      const answer = await call(`/v1/destinations/${destination.id}/prospects/7`, { token });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        prospectId: 7,
        pending: [
          {
            field: "emails",
            value: ["a@example.com"],
            at: "2026-11-23T14:00:00.000Z",
            inFlight: true,
          },
        ],
        acceptedAt: "2026-11-23T13:59:59.000Z",
        nextAttemptAt: null,
        attempts: 1,
        lastDelivery: { at: "2026-11-23T13:59:00.000Z", fields: ["firstName"] },
        lastError: {
          at: "2026-11-23T14:00:00.000Z",
          status: 503,
          code: "http503",
          detail: "",
          pointer: null,
        },
        lane: "attribute",
        history: [
          {
            at: "2026-11-23T14:00:00.000Z",
            event: "given_back",
            fields: [],
            job: null,
            reason: "failed",
            until: "2026-11-23T14:00:04.000Z",
            attempts: 1,
            status: 503,
            code: "http503",
            detail: null,
          },
          { at: "2026-11-23T13:59:59.500Z", event: "sent", fields: ["emails"], job: null },
        ],
        held: [
          {
            field: "firstName",
            at: "2026-11-23T13:58:59.000Z",
            state: "told",
            told: { at: "2026-11-23T14:00:00.000Z", job: 3 },
          },
          { field: "emails", at: "2026-11-23T13:58:59.000Z", state: "uncertain", told: null },
        ],
      });
    }
    expect(user.prospect).toHaveBeenCalledWith(7);
  });

  it("has it tried again, and sent again with the next update, for the admin alone", async ({
    expect,
  }) => {
    const { call, user, destination } = await withDestination();
    const place = `/v1/destinations/${destination.id}/prospects`;
    user.hurry.mockResolvedValue({ ...STATUS, attempts: 2 });
    user.forgetTold.mockResolvedValue(STATUS);
    const post = { method: "POST" };
    const sent = await call(`${place}/7/send`, post);
    expect(sent).toMatchObject({ status: 200, json: { prospectId: 7, attempts: 2 } });
    expect(user.hurry).toHaveBeenCalledExactlyOnceWith(7);
    expect(await call(`${place}/7/forget`, post)).toMatchObject({ status: 200 });
    expect(user.forgetTold).toHaveBeenCalledExactlyOnceWith(7);
    for (const deed of ["send", "forget"]) {
      const token = destination.ingestToken;
      expect((await call(`${place}/7/${deed}`, { ...post, token })).status).toBe(401);
      const gone = await call(`/v1/destinations/none/prospects/7/${deed}`, post);
      expect(gone.json).toMatchObject({ code: "destination_not_found" });
      const noId = await call(`${place}/7e3/${deed}`, post);
      expect(noId.json).toMatchObject({ code: "prospect_not_found" });
    }
    user.hurry.mockResolvedValue(null);
    user.forgetTold.mockResolvedValue(null);
    for (const deed of ["send", "forget"]) {
      expect((await call(`${place}/8/${deed}`, post)).status).toBe(404);
    }
  });

  it("is a 404 where nothing is known, or where the id is none", async ({ expect }) => {
    const { call, user, destination } = await withDestination();
    for (const id of ["8", "0", "-1", "1.5", "7e3", "abc", "99999999999999999999"]) {
      const answer = await call(`/v1/destinations/${destination.id}/prospects/${id}`);
      expect(answer.json, id).toMatchObject({ status: 404, code: "prospect_not_found" });
    }
    expect(user.prospect).toHaveBeenCalledExactlyOnceWith(8);
  });

  it("needs a token, and a destination that exists", async ({ expect }) => {
    const { call, destination } = await withDestination();
    const path = `/v1/destinations/${destination.id}/prospects/7`;
    expect((await call(path, { token: null })).status).toBe(401);
    expect((await call(path, { token: "wrong" })).status).toBe(401);
    expect((await call("/v1/destinations/dest_none/prospects/7")).status).toBe(404);
  });
});

describe("the token endpoint", () => {
  const FORM = "application/x-www-form-urlencoded";
  const request = (
    { call }: Pick<WorkerUnderTest, "call">,
    form: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = {},
    query = "",
  ) =>
    call(`/v1/oauth/token${query}`, {
      token: null,
      body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
      headers: { "Content-Type": FORM, ...headers },
    });
  const basic = (id: string, secret: string) => ({
    Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  });
  const GRANT = { grant_type: "client_credentials" };

  it("hands out an access token for client id and secret in the form", async ({ expect }) => {
    const worker = await withDestination();
    const { clientId, clientSecret } = worker.destination;
    const form = { ...GRANT, client_id: clientId, client_secret: clientSecret };
    const answer = await request(worker, form);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Pragma")).toBe("no-cache");
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "Bearer",
      expires_in: 86_400,
    });
    expect(answer.text).not.toContain(clientSecret);
  });

  it("does so for HTTP Basic as Adobe sends it: a charset, a scope, a query parameter", async ({
    expect,
  }) => {
    const worker = await withDestination();
    const { clientId, clientSecret } = worker.destination;
    const headers = { "Content-Type": `${FORM}; charset=UTF-8`, ...basic(clientId, clientSecret) };
    const answer = await request(worker, { ...GRANT, scope: "all" }, headers, "?region=emea");
    expect(answer.status).toBe(200);
    const repeated = await request(worker, { ...GRANT, client_id: clientId }, headers);
    expect(repeated.status).toBe(200);
  });

  it("hands out tokens that open their destination, and no other, for a day", async ({
    expect,
  }) => {
    const worker = await withDestination();
    const token = await accessToken(worker);
    expect((await worker.send(token)).status).toBe(202);
    const other = await worker.addDestination();
    const path = `/v1/destinations/${other.id}/profiles`;
    expect((await worker.call(path, { token, body: PROFILE })).status).toBe(401);
    expect((await worker.call("/v1/destinations", { token })).status).toBe(401);
    worker.clock.now += 86_400_000 - 1;
    expect((await worker.send(token)).status).toBe(202);
    worker.clock.now += 1;
    expect((await worker.send(token)).status).toBe(401);
  });

  it("refuses a wrong secret and an unknown client alike", async ({ expect }) => {
    const worker = await withDestination();
    const { clientId, clientSecret, ingestToken } = worker.destination;
    const answers = [
      await request(worker, { ...GRANT, client_id: clientId, client_secret: "wrong" }),
      await request(worker, { ...GRANT, client_id: "oe_client_none", client_secret: clientSecret }),
      await request(worker, { ...GRANT, client_id: clientId, client_secret: ingestToken }),
      await request(worker, GRANT, basic(clientId, "wrong")),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get("WWW-Authenticate")).toBe('Basic realm="outreach-edge"');
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
      expect(answer.json).toEqual({ ...(answers[0]?.json as object) });
      expect(answer.json).toMatchObject({ error: "invalid_client", code: "client_unknown" });
    }
  });

  it("names what is wrong with a request, in OAuth's words too", async ({ expect }) => {
    const worker = await withDestination();
    const { clientId: id, clientSecret: secret } = worker.destination;
    const client = `client_id=${id}&client_secret=${secret}`;
    const cases: readonly [string, Record<string, string>, number, string][] = [
      [client, {}, 400, "invalid_request"],
      [`grant_type=password&${client}`, {}, 400, "unsupported_grant_type"],
      [`grant_type=client_credentials&${client}&client_id=x`, {}, 400, "invalid_request"],
      [
        `grant_type=client_credentials&grant_type=client_credentials&${client}`,
        {},
        400,
        "invalid_request",
      ],
      [`grant_type=client_credentials&${client}`, basic(id, secret), 400, "invalid_request"],
      ["grant_type=client_credentials&client_id=x", basic(id, secret), 400, "invalid_request"],
      ["grant_type=client_credentials", {}, 401, "invalid_client"],
      ["grant_type=client_credentials", { Authorization: "Basic !!!" }, 401, "invalid_client"],
      [
        "grant_type=client_credentials",
        { Authorization: `Bearer ${secret}` },
        401,
        "invalid_client",
      ],
      [
        `grant_type=client_credentials&${client}`,
        { "Content-Type": "application/json" },
        415,
        "invalid_request",
      ],
    ];
    for (const [form, headers, status, error] of cases) {
      const answer = await request(worker, form, headers);
      expect(answer.status, form).toBe(status);
      expect(answer.json).toMatchObject({ status, error, error_description: expect.any(String) });
      expect(answer.text).not.toContain(secret);
    }
  });

  it("takes no credentials out of the query, where logs would keep them", async ({ expect }) => {
    const worker = await withDestination();
    const { clientId, clientSecret } = worker.destination;
    const query = `?client_id=${clientId}&client_secret=${clientSecret}`;
    expect((await request(worker, GRANT, {}, query)).status).toBe(401);
  });

  it("refuses a body that is no token request by its size", async ({ expect }) => {
    const worker = await withDestination();
    const answer = await request(worker, `grant_type=${"x".repeat(20_000)}`);
    expect(answer.status).toBe(413);
  });
});

async function accessToken(
  { call, destination }: Awaited<ReturnType<typeof withDestination>>,
  clientSecret = destination.clientSecret,
) {
  const answer = await call("/v1/oauth/token", {
    token: null,
    body: `grant_type=client_credentials&client_id=${destination.clientId}&client_secret=${clientSecret}`,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  const { access_token: token } = answer.json as { access_token: string };
  return token;
}

describe("rotating credentials", () => {
  const HOUR_MS = 3_600_000;

  it("makes new ones and keeps the old ones for a day", async ({ expect }) => {
    const worker = await withDestination();
    const { call, clock, destination, send } = worker;
    const oldAccess = await accessToken(worker);
    const answer = await call(`/v1/destinations/${destination.id}/credentials/rotate`, {
      method: "POST",
    });
    expect(answer.status).toBe(200);
    const rotated = answer.json as { ingestToken: string; clientSecret: string };
    expect(answer.json).toMatchObject({
      ingestToken: expect.stringMatching(/^oe_ingest_/),
      clientId: destination.clientId,
      clientSecret: expect.stringMatching(/^oe_secret_/),
      previousValidUntil: "2026-11-24T14:00:00.000Z",
    });
    const newAccess = await accessToken(worker, rotated.clientSecret);
    const lateOldAccess = await accessToken(worker);
    clock.now += 24 * HOUR_MS - 1000;
    for (const token of [destination.ingestToken, rotated.ingestToken, lateOldAccess, newAccess]) {
      expect((await send(token)).status).toBe(202);
    }
    clock.now += 1000;
    for (const token of [destination.ingestToken, oldAccess, lateOldAccess]) {
      expect((await send(token)).status).toBe(401);
    }
    expect((await send(rotated.ingestToken)).status).toBe(202);
    expect(await accessToken(worker)).toBeUndefined();
    expect(await accessToken(worker, rotated.clientSecret)).toBeDefined();
  });

  it("ends a secret that has leaked at once, and access tokens with it", async ({ expect }) => {
    const worker = await withDestination();
    const { call, destination, send } = worker;
    const access = await accessToken(worker);
    await call(`/v1/destinations/${destination.id}/credentials/rotate`, {
      body: { clientSecret: true, keepPreviousHours: 0 },
    });
    expect((await send(access)).status).toBe(401);
    expect(await accessToken(worker)).toBeUndefined();
    expect((await send(destination.ingestToken)).status).toBe(202);
  });

  it("replaces only what it is asked to", async ({ expect }) => {
    const { call, destination } = await withDestination();
    const rotate = async (body: unknown) =>
      (await call(`/v1/destinations/${destination.id}/credentials/rotate`, { body })).json;
    const token = { ingestToken: expect.any(String) };
    const secret = { clientSecret: expect.any(String) };
    const rest = { clientId: expect.any(String), previousValidUntil: expect.any(String) };
    expect(await rotate({})).toEqual({ ...token, ...secret, ...rest });
    expect(await rotate({ ingestToken: true })).toEqual({ ...token, ...rest });
    expect(await rotate({ clientSecret: false })).toEqual({ ...token, ...rest });
    expect(await rotate({ clientSecret: true })).toEqual({ ...secret, ...rest });
    expect(await rotate({ ingestToken: true, clientSecret: true })).toEqual({
      ...token,
      ...secret,
      ...rest,
    });
    expect(await rotate({ ingestToken: false, clientSecret: false })).toMatchObject({
      status: 422,
    });
    for (const keepPreviousHours of [169, 0.5, -1])
      expect(await rotate({ keepPreviousHours })).toMatchObject({ status: 422 });
  });

  it("shortens what an old secret's access token promises to what is left of the day", async ({
    expect,
  }) => {
    const worker = await withDestination();
    const { call, clock, destination } = worker;
    await call(`/v1/destinations/${destination.id}/credentials/rotate`, { method: "POST" });
    clock.now += 23 * HOUR_MS;
    const answer = await call("/v1/oauth/token", {
      token: null,
      body: `grant_type=client_credentials&client_id=${destination.clientId}&client_secret=${destination.clientSecret}`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect(answer.json).toMatchObject({ expires_in: 3_600 });
  });
});

describe("addresses of the data plane", () => {
  it("are those that the destination was told", async ({ expect }) => {
    const { destination } = await withDestination();
    expect(destination.ingestUrl).toBe(`${ORIGIN}/v1/destinations/${destination.id}/profiles`);
  });
});

describe("what a sender may ask", () => {
  it("tells which prospect each profile is about where the sender would like to know", async ({
    expect,
  }) => {
    const { call, destination } = await withDestination();
    const path = `/v1/destinations/${destination.id}/profiles`;
    const body = [PROFILE, {}, { identityMap: { OutreachId: [{ id: "8" }] } }];
    const asked = await call(path, {
      token: destination.ingestToken,
      body,
      headers: { Prefer: "respond-async, return=representation" },
    });
    expect(asked.json).toMatchObject({ received: 3, prospectIds: [7, null, null] });
    expect(asked.headers.get("Preference-Applied")).toBe("return=representation");
    const plain = await call(path, { token: destination.ingestToken, body });
    expect(plain.json).not.toHaveProperty("prospectIds");
  });

  it("tells how much waits, and why nothing is sent, to whoever may send", async ({ expect }) => {
    const { call, destination, user } = await withDestination();
    user.status.mockResolvedValue({
      ...CONNECTED,
      paused: { reason: "rate_limited", until: Date.UTC(2026, 10, 23, 15) },
    });
    const path = `/v1/destinations/${destination.id}/backlog`;
    for (const token of [destination.ingestToken, "test-admin-token-of-the-worker"]) {
      expect((await call(path, { token })).json).toEqual({
        backlog: {
          pending: 2,
          inFlight: 1,
          oldestAcceptedAt: "2026-11-23T13:59:00.000Z",
          drainsAt: "2026-11-23T14:01:00.000Z",
        },
        paused: { reason: "rate_limited", until: "2026-11-23T15:00:00.000Z" },
      });
    }
    expect((await call(path, { token: "wrong" })).status).toBe(401);
  });

  it("tells the outcome of many prospects at once, in the order asked", async ({ expect }) => {
    const { call, destination, user } = await withDestination();
    const error = { at: START, status: 422, code: "validationError", detail: "No.", pointer: null };
    const known = {
      acceptedAt: null,
      nextAttemptAt: null,
      attempts: 0,
      hasFailures: false,
      lastDelivery: null,
    };
    const waits = [{ field: "title", value: "CFO", at: START, inFlight: false }];
    user.prospects.mockResolvedValue([
      { ...known, prospectId: 1, pending: [], lastError: null },
      { ...known, prospectId: 2, pending: waits, lastError: null },
      { ...known, prospectId: 3, pending: [], lastError: error, hasFailures: true },
      // Its failure was discarded, or a newer value was found unchanged.
      { ...known, prospectId: 5, pending: [], lastError: error },
    ]);
    const path = `/v1/destinations/${destination.id}/prospects/lookup`;
    const token = destination.ingestToken;
    const { json } = await call(path, { token, body: { prospectIds: [3, 2, 1, 4, 5] } });
    expect(json).toMatchObject({
      prospects: [
        { prospectId: 3, outcome: "failed", error: { code: "validationError" } },
        { prospectId: 2, outcome: "waiting", error: null },
        { prospectId: 1, outcome: "up_to_date" },
        { prospectId: 4, outcome: "unknown" },
        { prospectId: 5, outcome: "up_to_date", error: null },
      ],
    });
    for (const prospectIds of [[], [0], ["7"], Array.from({ length: 1_001 }, (_, i) => i + 1)]) {
      expect((await call(path, { token, body: { prospectIds } })).status).toBe(422);
    }
    expect((await call(path, { token: null, body: { prospectIds: [1] } })).status).toBe(401);
  });
});
