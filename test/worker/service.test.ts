import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";
import { z } from "zod";
import { browserOf } from "./console-browser.ts";
import { ORIGIN, workerUnderTest } from "./worker-under-test.ts";

beforeEach(() => env.SETTINGS.prepare("DELETE FROM failed_tries").run());

const document = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        summary: z.string().min(1),
        operationId: z.string().min(1),
        tags: z.array(z.string()).length(1),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
      }),
    ),
  ),
  components: z.looseObject({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
});

const typeOf = z.object({ type: z.union([z.string(), z.array(z.string())]).optional() });

async function description() {
  const { call } = workerUnderTest();
  return document.parse((await call("/openapi.json", { token: null })).json);
}

describe("health", () => {
  it("answers without a token", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/health", { token: null });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ status: "ok" });
  });

  it("needs neither settings nor storage", async ({ expect }) => {
    const { app } = workerUnderTest();
    expect((await app.request("/health", {}, {})).status).toBe(200);
  });
});

describe("settings", () => {
  it("that are missing are named in a 500 on any other request, without their values", async ({
    expect,
  }) => {
    const { call } = workerUnderTest({ ENCRYPTION_KEY: "MARKER", ADMIN_TOKEN: undefined });
    for (const path of ["/v1/destinations", "/openapi.json", "/nowhere"]) {
      const answer = await call(path);
      expect(answer.status).toBe(500);
      expect(answer.json).toMatchObject({ code: "settings_invalid", status: 500 });
      expect(answer.text).toContain("ADMIN_TOKEN is not set");
      expect(answer.text).toContain("ENCRYPTION_KEY must be 32 bytes");
      expect(answer.text).not.toContain("MARKER");
    }
  });
});

describe("an optional setting that is wrong", () => {
  it("counts as left out: profiles are taken, and it is named where people look", async ({
    expect,
  }) => {
    const worker = workerUnderTest({ OUTREACH_RESERVE_PERCENT: "5%" });
    const { id, ingestToken } = await worker.addDestination();
    const sent = await worker.call(`/v1/destinations/${id}/profiles`, {
      token: ingestToken,
      body: { identityMap: { OutreachId: [{ id: "7" }] } },
    });
    expect(sent.status).toBe(202);
    const ready = await worker.call("/ready", { token: null });
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({ code: "not_ready", errors: [{ code: "setting_wrong" }] });
    expect(ready.text).toContain("OUTREACH_RESERVE_PERCENT must be a number");
    const browser = browserOf(worker);
    await browser.signIn();
    expect((await browser.get("/console")).text).toContain("OUTREACH_RESERVE_PERCENT must be");
  });
});

describe("PUBLIC_BASE_URL", () => {
  it("that is missing costs what needs an address, and nothing else", async ({ expect }) => {
    const { addDestination } = workerUnderTest();
    const { id, outreachUserId, ingestToken } = await addDestination();
    const worker = workerUnderTest({ PUBLIC_BASE_URL: undefined });
    const before = await worker.call("/v1/outreach-users");
    for (const [path, body] of [
      [`/v1/destinations/${id}`, undefined],
      ["/v1/outreach-users", { name: "Not added" }],
      ["/v1/people", { name: "Ada", email: "ada@example.com", permission: "view" }],
    ] as const) {
      const answer = await worker.call(path, { body });
      expect(answer.status, path).toBe(500);
      expect(answer.json).toMatchObject({ code: "settings_invalid" });
      expect(answer.text).toContain("PUBLIC_BASE_URL is not set");
    }
    const after = await worker.call("/v1/outreach-users");
    expect(after.json).toEqual(before.json);
    const paused = await worker.call(`/v1/outreach-users/${outreachUserId}/pause`, {
      method: "POST",
    });
    expect(paused.json).toMatchObject({ connectUrl: null });
    const body = { identityMap: { OutreachId: [{ id: "7" }] } };
    const sent = await worker.call(`/v1/destinations/${id}/profiles`, { token: ingestToken, body });
    expect(sent.status).toBe(202);
    expect((await worker.call("/ready")).text).toContain("PUBLIC_BASE_URL is not set");
  });

  it("need not be set on loopback", async ({ expect }) => {
    const { app, bindings } = workerUnderTest({ PUBLIC_BASE_URL: undefined });
    for (const host of ["127.0.0.1:8787", "localhost:8787", "[::1]:8787"]) {
      const answer = await app.request(`http://${host}/openapi.json`, {}, bindings);
      expect(await answer.json()).toMatchObject({ servers: [{ url: `http://${host}` }] });
    }
    const elsewhere = await app.request(
      "https://127.0.0.1.evil.example/openapi.json",
      {},
      bindings,
    );
    expect(await elsewhere.json()).toMatchObject({ servers: [{ url: "/" }] });
  });
});

describe("readiness", () => {
  it("is a 200 where settings, database and objects are as they should be", async ({ expect }) => {
    const { call, addOutreachUser, user } = workerUnderTest();
    await addOutreachUser();
    const answer = await call("/ready", { token: null });
    expect(answer.json).toEqual({ status: "ready" });
    expect(answer.status).toBe(200);
    // Asked again at once, it asks nobody.
    await call("/ready", { token: null });
    expect(user.prospects).toHaveBeenCalledTimes(1);
  });

  it("names a required setting that is missing", async ({ expect }) => {
    const { call } = workerUnderTest({ ENCRYPTION_KEY: "MARKER" });
    const answer = await call("/ready", { token: null });
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("ENCRYPTION_KEY must be 32 bytes");
    expect(answer.text).not.toContain("MARKER");
  });

  it("tells the database and the objects apart", async ({ expect }) => {
    const broken = workerUnderTest();
    await broken.addOutreachUser();
    broken.user.prospects.mockRejectedValue(new Error("Durable Object reset."));
    expect((await broken.call("/ready")).json).toMatchObject({ errors: [{ code: "objects" }] });
    const { app, bindings } = workerUnderTest();
    const answer = await app.request(`${ORIGIN}/ready`, {}, { ...bindings, SETTINGS: lockedD1() });
    expect(answer.status).toBe(503);
    expect(answer.headers.has("Retry-After")).toBe(true);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "database" }] });
  });
});

describe("the version", () => {
  it("is the package's, with the commit where the deployment gave it", async ({ expect }) => {
    const { call } = workerUnderTest();
    expect((await call("/version", { token: null })).json).toEqual({
      version: "0.1.0",
      commit: null,
    });
    const built = workerUnderTest({ COMMIT: "abc1234" });
    expect((await built.call("/version")).json).toMatchObject({ commit: "abc1234" });
  });
});

describe("a database that does not answer", () => {
  const answers = [
    "D1_ERROR: database is locked: SQLITE_BUSY",
    "D1_ERROR: no such table: destinations: SQLITE_ERROR",
    "Network connection lost.",
    "D1_ERROR: something nobody has seen",
  ];
  it("has profiles sent again later, and never a 500", async ({ expect }) => {
    for (const message of answers) {
      const { app, bindings } = workerUnderTest();
      const locked = { ...bindings, SETTINGS: lockedD1(message) };
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "c",
        client_secret: "s",
      });
      const headers = { Authorization: "Bearer x", "Content-Type": "application/json" };
      for (const [path, init] of [
        ["/v1/destinations/dest_1/profiles", { method: "POST", headers, body: "{}" }],
        ["/v1/oauth/token", { method: "POST", body: form }],
      ] as const) {
        const answer = await app.request(ORIGIN + path, init, locked);
        expect(answer.status, `${path}: ${message}`).toBe(503);
        expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
      }
    }
  });

  it("that lacks a required setting has them sent again, too", async ({ expect }) => {
    const { call } = workerUnderTest({ ADMIN_TOKEN: undefined });
    const answer = await call("/v1/destinations/dest_1/profiles", { body: {} });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(answer.text).toContain("ADMIN_TOKEN is not set");
  });
});

/** A database each of whose statements fails. */
function lockedD1(message = "D1_ERROR: database is locked: SQLITE_BUSY") {
  return {
    prepare: () => {
      throw new Error(message);
    },
  };
}

describe("the API's description", () => {
  it("is an OpenAPI 3.1 document whose references all lead somewhere", async ({ expect }) => {
    const described = await description();
    expect(described.openapi).toBe("3.1.0");
    expect(described.servers).toEqual([{ url: "https://edge.example" }]);
    const references = JSON.stringify(described).matchAll(/"\$ref":"([^"]*)"/g);
    for (const [, reference = ""] of references) {
      const name = reference.replace("#/components/schemas/", "");
      expect(described.components.schemas, reference).toHaveProperty([name]);
    }
  });

  it("has every route of the app but its pages, and no other", async ({ expect }) => {
    const { app } = workerUnderTest();
    const routes = app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.startsWith("/console"))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const { paths } = await description();
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it("gives every operation a name of its own", async ({ expect }) => {
    const { paths } = await description();
    const names = Object.values(paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("keeps null out of named schemas, where it would hold for all who refer to them", async ({
    expect,
  }) => {
    const { components } = await description();
    for (const [name, schema] of Object.entries(components.schemas)) {
      expect(JSON.stringify(typeOf.parse(schema)), name).not.toContain("null");
    }
  });

  it("gives every operation a known group, and every group a description", async ({ expect }) => {
    const { paths, tags } = await description();
    const known = tags.map(({ name }) => name);
    for (const operation of Object.values(paths).flatMap(Object.values)) {
      expect(known).toContain(operation.tags[0]);
    }
  });

  it("says of every operation who may call it, and the Worker holds to it", async ({ expect }) => {
    const { call, clock } = workerUnderTest();
    const { paths, components } = await description();
    let guarded = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const schemes = security.flatMap(Object.keys);
        for (const scheme of schemes) {
          expect(components.securitySchemes).toHaveProperty([scheme]);
        }
        if (schemes.join() !== "adminToken,consoleSession") continue;
        guarded++;
        // Wrong tokens are limited.
        clock.now += 60_000;
        for (const token of [null, "wrong"]) {
          const answer = await call(path, { method: method.toUpperCase(), token });
          expect(answer.status, `${method} ${path}`).toBe(401);
          expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer realm=/);
        }
      }
    }
    expect(guarded).toBeGreaterThan(14);
  });

  it("declares the problem document for every status from 400 on", async ({ expect }) => {
    const { paths } = await description();
    for (const [path, operations] of Object.entries(paths)) {
      for (const operation of Object.values(operations)) {
        for (const [status, response] of Object.entries(operation.responses)) {
          if (Number(status) < 400) continue;
          expect(response["content"], `${path} ${status}`).toHaveProperty([
            "application/problem+json",
          ]);
        }
      }
    }
  });

  it("names PUBLIC_BASE_URL as the server where it is set", async ({ expect }) => {
    const { call } = workerUnderTest({ PUBLIC_BASE_URL: "https://public.example/edge/" });
    expect((await call("/openapi.json")).json).toMatchObject({
      servers: [{ url: "https://public.example/edge" }],
    });
  });
});

describe("the reference page", () => {
  it("loads everything from the Worker itself, under a strict policy", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/docs", { token: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(answer.text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe("pages about problems", () => {
  it("exist for every `type` that an answer may carry", async ({ expect }) => {
    const { call } = workerUnderTest();
    const list = await call("/problems", { token: null });
    const codes = [...list.text.matchAll(/<dt id="([a-z_]+)"/g)].map(([, code = ""]) => code);
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) {
      const answer = await call(`/problems/${code}`, { token: null });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain(code);
      expect(answer.text).not.toContain("`");
    }
  });

  it("do not repeat what was asked for where there is none", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/problems/%3Cscript%3E", { token: null });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain("script>");
  });
});

describe("every answer", () => {
  it("carries security headers, a request id, and is not cached", async ({ expect }) => {
    const { call } = workerUnderTest();
    for (const path of ["/health", "/v1/destinations", "/nowhere", "/docs"]) {
      const { headers } = await call(path);
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
    }
  });

  it("to an unknown address is a 404 problem", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/nowhere");
    expect(answer.status).toBe(404);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({
      type: "/problems/not_found",
      title: "There is nothing at this address",
      status: 404,
      code: "not_found",
    });
  });

  it("to a method that an address does not have is a 405 with `Allow`", async ({ expect }) => {
    const { call } = workerUnderTest();
    const answer = await call("/v1/destinations", { method: "PUT", body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("Allow")).toBe("GET, HEAD, POST");
    expect(answer.json).toMatchObject({ code: "method_not_allowed" });
  });

  it("stays a 404 where the address is right and the thing is missing", async ({ expect }) => {
    const { call } = workerUnderTest();
    expect((await call("/v1/destinations/dest_none")).json).toMatchObject({
      status: 404,
      code: "destination_not_found",
    });
  });
});
