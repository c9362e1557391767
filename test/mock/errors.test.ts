import { describe, it } from "vitest";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { JSON_API, patchOf, resourceOf, testMock } from "./support.ts";

/** The status and body that a write of these attributes to prospect 7 gets. */
async function refusal(attributes: Record<string, unknown>, options: MockOutreachOptions = {}) {
  const response = await testMock(options).api("PATCH", "/prospects/7", patchOf(7, attributes));
  return { status: response.status, body: (await response.json()) as unknown };
}

const validation = (pointer: string, detail: string) => ({
  status: 422,
  body: {
    errors: [{ id: "validationError", title: "Validation Error", detail, source: { pointer } }],
  },
});

describe("the gateway", () => {
  it("answers 401 in its own form to a call without a token, wherever it leads", async ({
    expect,
  }) => {
    for (const path of ["/api/v2", "/api/v2/prospects/1", "/api/v2/nowhere"]) {
      const response = await testMock().fetch(path);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.has("x-ratelimit-limit")).toBe(false);
      expect(await response.json()).toEqual({
        error: "No Authorization header.",
        description: "You must provide an Authorization header with a valid access token.",
      });
    }
  });

  it("answers 401 to a token that it does not know", async ({ expect }) => {
    for (const authorization of ["Bearer nonsense", "Bearer ", "Basic YTpi", "nonsense"]) {
      const response = await testMock().fetch("/api/v2", { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        error: "Invalid JWT token.",
        description: "The JWT token could not be decoded.",
      });
    }
  });

  it("answers 401 once a token's two hours are over", async ({ expect }) => {
    const mock = testMock();
    expect((await mock.api("GET", "/prospects/1")).status).toBe(200);
    mock.advance(7_200_000 - 1);
    expect((await mock.api("GET", "/prospects/1")).status).toBe(200);
    mock.advance(1);
    const response = await mock.api("GET", "/prospects/1");
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "Invalid JWT token." });
  });
});

describe("routes and resources", () => {
  it("answers 404 routeNotFound where there is no route, with the budget's headers", async ({
    expect,
  }) => {
    const response = await testMock().api("GET", "/nowhere");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe(JSON_API);
    expect(response.headers.get("x-ratelimit-remaining")).toBe("9999");
    expect(await response.json()).toMatchObject({ errors: [{ id: "routeNotFound" }] });
  });

  it("answers 404 resourceNotFound where there is no such prospect", async ({ expect }) => {
    const response = await testMock().api("GET", "/prospects/100000");
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        {
          id: "resourceNotFound",
          title: "Resource Not Found",
          detail: "Could not find 'prospect' with ID '100000'.",
        },
      ],
    });
    for (const id of ["0", "-1", "1.5", "abc", "__proto__", "99999999999999999999"]) {
      expect((await testMock().api("GET", `/prospects/${id}`)).status).toBe(404);
    }
  });
});

describe("scopes and permissions", () => {
  const call = async (mock: ReturnType<typeof testMock>, token: string, method: string) =>
    mock.fetch("/api/v2/prospects/1", {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": JSON_API },
      ...(method === "PATCH" && { body: JSON.stringify(patchOf(1, {})) }),
    });

  it("are told apart: read, write and delete do not contain one another", async ({ expect }) => {
    const mock = testMock();
    const statuses = async (scopes: string) => {
      const token = await mock.signIn({ scopes });
      const methods = ["GET", "PATCH", "DELETE"];
      return Promise.all(methods.map(async (method) => (await call(mock, token, method)).status));
    };
    expect(await statuses("prospects.read")).toEqual([200, 403, 403]);
    expect(await statuses("prospects.write")).toEqual([403, 200, 403]);
    expect(await statuses("accounts.all")).toEqual([403, 403, 403]);
    expect(await statuses("prospects.delete")).toEqual([403, 403, 204]);
    expect(await statuses("prospects.all")).toEqual([404, 404, 404]);
  });

  it("name the scope that is missing", async ({ expect }) => {
    const mock = testMock();
    const token = await mock.signIn({ scopes: "prospects.read" });
    expect(await (await call(mock, token, "PATCH")).json()).toEqual({
      errors: [
        {
          id: "unauthorizedOauthScope",
          title: "Unauthorized OAuth Scope",
          detail: "Your authorization does not include the required scope 'prospects.write'.",
        },
      ],
    });
  });

  it("let a viewer read, and answer 403 unauthorizedRequest to a write", async ({ expect }) => {
    const mock = testMock();
    const token = await mock.signIn({ user: "viewer@example.com", scopes: "prospects.all" });
    expect((await call(mock, token, "GET")).status).toBe(200);
    const refused = await call(mock, token, "PATCH");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      errors: [
        {
          id: "unauthorizedRequest",
          title: "Unauthorized Request",
          detail: "You are not authorized to perform that request.",
        },
      ],
    });
  });
});

describe("the content type", () => {
  const document = {
    errors: [
      {
        id: "unsupportedMediaType",
        title: "Unsupported Media Type",
        details: "Expected Content-Type header to be 'application/vnd.api+json'.",
      },
    ],
  };

  it("has to be JSON:API's on a write", async ({ expect }) => {
    const body = patchOf(7, { title: "x" });
    const response = await testMock().api("PATCH", "/prospects/7", body, {
      "content-type": "application/json",
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toEqual(document);
    const withCharset = { "content-type": "application/vnd.api+json; charset=utf-8" };
    expect((await testMock().api("PATCH", "/prospects/7", body, withCharset)).status).toBe(200);
  });

  it("has to be JSON:API's on every call, if the mock is told so", async ({ expect }) => {
    const mock = testMock({ contentTypeRequired: "every_call" });
    const response = await mock.api("GET", "/prospects/7", undefined, {
      "content-type": "text/plain",
    });
    expect(response.status).toBe(415);
    expect((await mock.api("GET", "", undefined, { "content-type": "text/plain" })).status).toBe(
      415,
    );
    expect((await mock.api("GET", "/prospects/7")).status).toBe(200);
  });

  it("is looked at after the scope, and before the body", async ({ expect }) => {
    const mock = testMock();
    const token = await mock.signIn({ scopes: "prospects.read" });
    const init = { method: "PATCH", body: "{", headers: { authorization: `Bearer ${token}` } };
    expect((await mock.fetch("/api/v2/prospects/7", init)).status).toBe(403);
    expect(
      (await mock.api("PATCH", "/prospects/7", "{", { "content-type": "text/plain" })).status,
    ).toBe(415);
    expect((await mock.api("PATCH", "/prospects/7", "{")).status).toBe(400);
  });
});

describe("a document that is no update", () => {
  const status = async (body: unknown, path = "/prospects/7") =>
    (await testMock().api("PATCH", path, body)).status;

  it("gets 400 where it is no JSON, and where `include` is asked for", async ({ expect }) => {
    for (const body of ["{", "", "undefined", "[1,]", "\u0000"]) {
      expect(await status(body)).toBe(400);
    }
    expect(await status(patchOf(7, {}), "/prospects/7?include=owner")).toBe(400);
  });

  it("gets 422 with a pointer where type or id differ from the URL's", async ({ expect }) => {
    const mock = testMock();
    const send = async (data: unknown) => {
      const response = await mock.api("PATCH", "/prospects/7", { data });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    const wrongType = validation("/data/type", "'type' must be 'prospect'.");
    const wrongId = validation("/data/id", "'id' must match the ID in the URL.");
    expect(await send({ type: "prospects", id: 7 })).toEqual(wrongType);
    expect(await send({ id: 7 })).toEqual(wrongType);
    expect(await send({ type: "prospect", id: 8 })).toEqual(wrongId);
    expect(await send({ type: "prospect" })).toEqual(wrongId);
    for (const data of [null, [], "x", undefined]) {
      expect(await send(data)).toEqual(validation("/data", "'data' must be a resource object."));
    }
  });

  it("gets 404 before 422 where the prospect does not exist", async ({ expect }) => {
    expect(await status({ data: { type: "x", id: 1 } }, "/prospects/99999")).toBe(404);
  });
});

describe("a value that does not fit", () => {
  it("gets 422 with a pointer to it", async ({ expect }) => {
    const pointer = (name: string) => `/data/attributes/${name}`;
    expect(await refusal({ title: 5 })).toEqual(
      validation(pointer("title"), "'title' must be a string."),
    );
    expect(await refusal({ custom1: true })).toEqual(
      validation(pointer("custom1"), "'custom1' must be a string."),
    );
    expect(await refusal({ optedOut: "yes" })).toEqual(
      validation(pointer("optedOut"), "'optedOut' must be true or false."),
    );
    expect(await refusal({ linkedInConnections: 1.5 })).toEqual(
      validation(pointer("linkedInConnections"), "'linkedInConnections' must be an integer."),
    );
    expect(await refusal({ tags: ["a", 1] })).toEqual(
      validation(pointer("tags"), "'tags' must be a list of strings."),
    );
    expect(await refusal({ emails: ["no address"] })).toEqual(
      validation(pointer("emails"), "'emails' must be a list of e-mail addresses."),
    );
    for (const dateOfBirth of ["1984-02-30", "31.12.1984", 5, ""]) {
      expect(await refusal({ dateOfBirth })).toMatchObject({ status: 422 });
    }
    for (const availableAt of ["tomorrow", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", 1e12]) {
      expect(await refusal({ availableAt })).toMatchObject({ status: 422 });
    }
  });

  it("is told with every other one, and nothing is written", async ({ expect }) => {
    const mock = testMock();
    const body = patchOf(7, { title: 5, score: "high", company: "Fits" });
    const response = await mock.api("PATCH", "/prospects/7", body);
    expect(await response.json()).toMatchObject({ errors: [{}, {}] });
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
  });

  it("gets validationDataTooLongError where it is too long, by characters", async ({ expect }) => {
    const tooLong = {
      errors: [
        {
          id: "validationDataTooLongError",
          title: "Validation Data Too Long Error",
          detail: "Data provided is too long.",
        },
      ],
    };
    expect(await refusal({ firstName: "x".repeat(256) })).toEqual({ status: 422, body: tooLong });
    expect(await refusal({ custom7: "x".repeat(32_001) })).toEqual({ status: 422, body: tooLong });
    expect(await refusal({ firstName: "😀".repeat(256) })).toMatchObject({ status: 422 });
    expect(await refusal({ firstName: "😀".repeat(255) })).toMatchObject({ status: 200 });
    expect(await refusal({ custom7: "x".repeat(32_000) })).toMatchObject({ status: 200 });
  });

  it("is refused where the attribute is unknown or read-only, or passed over, as the mock is told", async ({
    expect,
  }) => {
    const unknown = validation(
      "/data/attributes/nick~1name",
      "'nick/name' is not an attribute of prospect.",
    );
    expect(await refusal({ "nick/name": "x" })).toEqual(unknown);
    const readOnly = validation("/data/attributes/createdAt", "'createdAt' is read-only.");
    expect(await refusal({ createdAt: "2026-01-01T00:00:00Z" })).toEqual(readOnly);
    const mock = testMock({ unknownAttributes: "ignore" });
    const response = await mock.api(
      "PATCH",
      "/prospects/7",
      patchOf(7, { nope: 1, name: "x", title: "y" }),
    );
    expect(response.status).toBe(200);
    const { attributes } = await resourceOf(response);
    expect(attributes["title"]).toBe("y");
    expect(attributes["name"]).not.toBe("x");
    expect(attributes).not.toHaveProperty("nope");
  });

  it("is refused where a relationship cannot be written or refers to nothing", async ({
    expect,
  }) => {
    const mock = testMock();
    const write = async (relationships: unknown) => {
      const data = { type: "prospect", id: 7, relationships };
      return (await mock.api("PATCH", "/prospects/7", { data })).json();
    };
    const errorOf = (name: string) => ({
      errors: [{ id: "validationError", source: { pointer: `/data/relationships/${name}` } }],
    });
    expect(await write({ owner: { data: { type: "user", id: 99 } } })).toMatchObject(
      errorOf("owner"),
    );
    expect(await write({ owner: { data: { type: "account", id: 1 } } })).toMatchObject(
      errorOf("owner"),
    );
    expect(await write({ owner: { data: { type: "user", id: true } } })).toMatchObject(
      errorOf("owner"),
    );
    expect(await write({ creator: { data: { type: "user", id: 1 } } })).toMatchObject(
      errorOf("creator"),
    );
    expect(await write({ tasks: { data: [] } })).toMatchObject(errorOf("tasks"));
    expect(await write({ boss: { data: null } })).toMatchObject(errorOf("boss"));
  });
});

describe("e-mail addresses", () => {
  const taken = validation("/data", "Contacts email hash has already been taken.");

  it("belong to one prospect, in any case of letters, seeded or written", async ({ expect }) => {
    const mock = testMock();
    const send = async (id: number, emails: unknown) => {
      const response = await mock.api("PATCH", `/prospects/${id}`, patchOf(id, { emails }));
      return { status: response.status, body: (await response.json()) as unknown };
    };
    const { attributes } = await mock.prospect(8);
    const seeded = String(Object.values(attributes["emails"] ?? [])[0]);
    expect(await send(7, [seeded.toUpperCase()])).toEqual(taken);
    expect(await send(8, [seeded, "new@new.example"])).toMatchObject({ status: 200 });
    expect(await send(7, ["New@New.example"])).toEqual(taken);
    expect(await send(8, [seeded])).toMatchObject({ status: 200 });
    expect(await send(7, ["New@New.example"])).toMatchObject({ status: 200 });
    expect(await send(9, ["a@a.example", "A@a.example"])).toEqual(taken);
    expect(await send(8, ["moved@new.example"])).toMatchObject({ status: 200 });
    expect(await send(9, [seeded])).toMatchObject({ status: 200 });
  });

  it("of excluded domains are refused", async ({ expect }) => {
    const excluded = validation("/data", "Contacts contact is using an excluded email address.");
    expect(await refusal({ emails: ["a@Excluded.example"] })).toEqual(excluded);
    expect(
      await refusal({ emails: ["a@b.example"] }, { excludedEmailDomains: ["b.example"] }),
    ).toEqual(excluded);
  });

  it("that change nothing get validationDuplicateValueError, if the mock is told so", async ({
    expect,
  }) => {
    const mock = testMock({ duplicateValueErrors: true });
    const { attributes } = await mock.prospect(7);
    const same = { emails: attributes["emails"] };
    const response = await mock.api("PATCH", "/prospects/7", patchOf(7, same));
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      errors: [
        {
          id: "validationDuplicateValueError",
          title: "Validation Duplicate Value Error",
          detail: "A Contact with this email_hash already exists.",
        },
      ],
    });
    const change = patchOf(7, { ...same, title: "Something else" });
    expect((await mock.api("PATCH", "/prospects/7", change)).status).toBe(200);
    expect((await testMock().api("PATCH", "/prospects/7", patchOf(7, same))).status).toBe(200);
  });
});

describe("the key of an error's text", () => {
  it("is `details` everywhere, if the mock is told so", async ({ expect }) => {
    expect(await refusal({ title: 5 }, { detailKey: "details" })).toMatchObject({
      body: { errors: [{ details: "'title' must be a string." }] },
    });
  });
});

describe("OAuth, where a fault strikes it", () => {
  it("says 429 and 503 as plain text, where the API says them as JSON:API", async ({ expect }) => {
    const mock = testMock();
    const strike = async (effect: string) => {
      await mock.control("POST", "/faults", { effect, times: 2 });
      const token = await mock.fetch("/oauth/token", { method: "POST" });
      const api = await mock.api("GET", "/prospects/1");
      expect(api.status).toBe(token.status);
      expect(api.headers.get("content-type")).toBe(JSON_API);
      expect(token.headers.get("content-type")).toContain("text/plain");
      return { status: token.status, text: await token.text() };
    };
    expect(await strike("rate_limited")).toEqual({ status: 429, text: "Retry later" });
    expect(await strike("maintenance")).toMatchObject({ status: 503 });
  });
});
