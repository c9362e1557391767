import { describe, it } from "vitest";
import { patchProspect, whoAmI } from "../../../src/outreach/client.ts";
import type { Caller } from "../../../src/outreach/client.ts";
import type { IncomingAnswer, NoAnswer, OutgoingRequest } from "../../../src/outreach/network.ts";

const NOW = Date.UTC(2026, 10, 2, 9);

function answering(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): { caller: Caller; requests: OutgoingRequest[] } {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return through({ status, headers: new Headers(headers), body: text });
}

function through(answer: IncomingAnswer | NoAnswer) {
  const requests: OutgoingRequest[] = [];
  const caller: Caller = {
    baseUrl: "https://outreach.example",
    accessToken: "t0ken",
    now: () => NOW,
    network: async (request) => {
      requests.push(request);
      return answer;
    },
  };
  return { caller, requests };
}

const patched = async (status: number, body: unknown, headers?: Record<string, string>) => {
  const { caller } = answering(status, body, headers);
  return (await patchProspect(caller, 7, { firstName: "Grace" })).outcome;
};

describe("PATCH /prospects/{id}", () => {
  it("sends a JSON:API document with exactly the given attributes", async ({ expect }) => {
    const { caller, requests } = answering(200, { data: { id: 7, attributes: {} } });
    await patchProspect(caller, 7, { firstName: "Grace", custom4: null });
    expect(requests).toEqual([
      {
        method: "PATCH",
        url: "https://outreach.example/api/v2/prospects/7",
        headers: {
          accept: "application/vnd.api+json",
          authorization: "Bearer t0ken",
          "content-type": "application/vnd.api+json",
        },
        body: '{"data":{"type":"prospect","id":7,"attributes":{"firstName":"Grace","custom4":null}}}',
      },
    ]);
  });

  it("gives what the 200 answer says Outreach holds", async ({ expect }) => {
    const attributes = {
      firstName: "Grace",
      score: 3,
      optedOut: false,
      tags: ["a"],
      strange: { a: 1 },
    };
    expect(await patched(200, { data: { id: "7", attributes } })).toEqual({
      kind: "ok",
      value: {
        held: { firstName: "Grace", score: 3, optedOut: false, tags: ["a"] },
        mergedInto: null,
      },
    });
  });

  for (const [says, status, body] of [
    ["a 204 without a body", 204, ""],
    ["a 202 without a body", 202, ""],
    ["a 200 without data", 200, { data: null }],
    ["a page", 200, "<html>"],
    ["something else than a prospect", 200, { data: { type: "account", id: 8, attributes: {} } }],
  ] as const) {
    it(`takes ${says} for a change that was taken, of which nothing is told`, async ({
      expect,
    }) => {
      const value = { held: null, mergedInto: null };
      expect(await patched(status, body)).toEqual({ kind: "ok", value });
    });
  }

  it("tells the prospect into which one was merged", async ({ expect }) => {
    const data = { type: "prospect", id: 8, attributes: { firstName: "Grace" } };
    expect(await patched(200, { data })).toEqual({
      kind: "ok",
      value: { held: { firstName: "Grace" }, mergedInto: 8 },
    });
    expect(await patched(200, { data: { id: 8 } })).toMatchObject({ value: { held: {} } });
  });

  it("repeats Outreach's own words and pointer of a refusal", async ({ expect }) => {
    const detail = "Contacts email hash has already been taken.";
    const error = { code: "validationError", detail, pointer: "/data/attributes/emails" };
    const { pointer } = error;
    expect(
      await patched(422, { errors: [{ id: "validationError", detail, source: { pointer } }] }),
    ).toEqual({ kind: "rejected", status: 422, ...error, errors: [error] });
  });

  it("understands `details` for `detail`, and errors that are no JSON", async ({ expect }) => {
    expect(
      await patched(422, { errors: [{ id: "validationError", details: "Words." }] }),
    ).toMatchObject({
      detail: "Words.",
    });
    expect(await patched(403, "Forbidden\n by proxy")).toEqual({
      kind: "blocked",
      status: 403,
      code: "http403",
      detail: "Forbidden by proxy",
    });
    expect(await patched(404, { errors: [{ id: "routeNotFound" }] })).toMatchObject({
      kind: "blocked",
    });
  });

  it("reads the gateway's 401, which is not JSON:API", async ({ expect }) => {
    expect(await patched(401, { error: "Invalid JWT token.", description: "expired" })).toEqual({
      kind: "unauthorized",
      detail: "Invalid JWT token. expired",
    });
  });

  it("takes a 429's time from its sentence where no header tells", async ({ expect }) => {
    const detail =
      "You have exceeded your permitted rate limit of 10,000; please try again at 2026-11-02T09:30:00.";
    const { caller } = answering(429, { errors: [{ id: "rateLimitExceeded", detail }] });
    const { outcome, rateLimit } = await patchProspect(caller, 7, {});
    expect(outcome).toEqual({ kind: "rate_limited" });
    expect(rateLimit?.resetAt).toBe(NOW + 1_801_000);
  });

  it("tells a maintenance from an outage", async ({ expect }) => {
    const maintenance = { errors: [{ id: "scheduledServerMaintenance", detail: "Back soon." }] };
    expect(await patched(503, maintenance, { "retry-after": "2026-11-02T11:00:00.500Z" })).toEqual({
      kind: "maintenance",
      until: NOW + 7_200_500,
    });
    expect(await patched(503, maintenance)).toEqual({ kind: "maintenance", until: null });
    expect(await patched(503, "")).toMatchObject({
      kind: "failed",
      status: 503,
      mayBeRunning: false,
    });
    expect(await patched(504, "")).toMatchObject({
      kind: "failed",
      status: 504,
      mayBeRunning: true,
    });
  });

  it("says that a call without an answer may still be running", async ({ expect }) => {
    for (const reason of ["timeout", "connection_lost"] as const) {
      const { caller } = through({ status: null, reason });
      const ended = await patchProspect(caller, 7, {});
      expect(ended).toMatchObject({
        outcome: { kind: "failed", code: reason, mayBeRunning: true },
        rateLimit: null,
      });
    }
  });
});

describe("GET /api/v2", () => {
  it("tells who the user is, the scopes and the labels of custom fields", async ({ expect }) => {
    const { caller, requests } = answering(200, {
      meta: {
        user: { id: 3, email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" },
        scopes: "prospects.read prospects.write",
      },
      data: {
        attributes: { prospectLabel4: "Newsletter", prospectLabel5: "", prospectLabel6: null },
      },
    });
    expect((await whoAmI(caller)).outcome).toEqual({
      kind: "ok",
      value: {
        userId: 3,
        email: "ada@example.com",
        name: "Ada Lovelace",
        scopes: ["prospects.read", "prospects.write"],
        customFieldLabels: { "4": "Newsletter" },
      },
    });
    expect(requests[0]?.url).toBe("https://outreach.example/api/v2");
  });

  it("makes do with an answer that tells less", async ({ expect }) => {
    const { caller } = answering(200, { data: null });
    expect((await whoAmI(caller)).outcome).toMatchObject({
      kind: "ok",
      value: { email: null, scopes: [] },
    });
  });
});
