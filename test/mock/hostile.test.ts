import { describe, it } from "vitest";
import { createMockOutreach } from "../../mock-outreach/index.ts";
import { JSON_API, ORIGIN, patchOf, resourceOf, testMock } from "./support.ts";

describe("hostile input", () => {
  it("that is nested without end gets 400", async ({ expect }) => {
    const mock = testMock();
    for (const text of ["[".repeat(100_000), `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`]) {
      expect((await mock.api("PATCH", "/prospects/7", text)).status).toBe(400);
      const control = await mock.fetch("/__mock/faults", { method: "POST", body: text });
      expect(control.status).toBe(400);
    }
    expect((await mock.journal()).total).toBe(2);
  });

  it("is not taken for nested because of brackets in a text", async ({ expect }) => {
    const title = `\\"${"[".repeat(100)}`;
    const response = await testMock().api("PATCH", "/prospects/7", patchOf(7, { title }));
    expect((await resourceOf(response)).attributes["title"]).toBe(title);
  });

  it("named __proto__ or constructor is an attribute like any other that does not exist", async ({
    expect,
  }) => {
    const mock = testMock();
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const body = `{"data":{"type":"prospect","id":7,"attributes":{"${name}":{"title":"x"}}}}`;
      const response = await mock.api("PATCH", "/prospects/7", body);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({
        errors: [{ source: { pointer: `/data/attributes/${name}` } }],
      });
    }
    expect(({} as Record<string, unknown>)["title"]).toBeUndefined();
    const whole = '{"__proto__":{"data":{"type":"prospect","id":7}}}';
    expect((await mock.api("PATCH", "/prospects/7", whole)).status).toBe(422);
  });

  it("larger than the limit gets 413, whether it says so or not", async ({ expect }) => {
    const mock = testMock({ bodyBytesMax: 2_048 });
    const body = JSON.stringify(patchOf(7, { custom1: "x".repeat(4_000) }));
    const response = await mock.api("PATCH", "/prospects/7", body);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ id: "payloadTooLarge" }] });
    const declared = await mock.api("PATCH", "/prospects/7", body, { "content-length": "5000" });
    expect(declared.status).toBe(413);
    expect(await mock.prospect(7)).toMatchObject({ writes: 0 });
  });

  it("stops being read once it is too large", async ({ expect }) => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_024));
      },
    });
    const mock = createMockOutreach({ bodyBytesMax: 10_240 });
    const init = {
      method: "PATCH",
      body: endless,
      duplex: "half",
      headers: { "content-type": JSON_API },
    };
    await mock.fetch(new Request(`${ORIGIN}/api/v2/prospects/7`, init));
    expect(pulled).toBeLessThan(20);
  });

  it("of odd numbers, surrogates and repeated keys is answered, not thrown at", async ({
    expect,
  }) => {
    const mock = testMock();
    const send = async (attributes: string) =>
      mock.api(
        "PATCH",
        "/prospects/7",
        `{"data":{"type":"prospect","id":7,"attributes":${attributes}}}`,
      );
    expect((await send('{"score":1e999}')).status).toBe(422);
    expect((await send('{"linkedInConnections":9007199254740993}')).status).toBe(422);
    expect((await send('{"title":"\\ud800"}')).status).toBe(200);
    const twice = await send('{"title":"first","title":"second"}');
    expect((await resourceOf(twice)).attributes["title"]).toBe("second");
    expect((await send("[]")).status).toBe(422);
    expect(
      (await send(`{"tags":${JSON.stringify(Array.from({ length: 1_001 }, () => "x"))}}`)).status,
    ).toBe(422);
  });

  it("in a token endpoint's body is an invalid request", async ({ expect }) => {
    const mock = testMock();
    for (const body of ["[]", "null", '{"client_id":{},"client_secret":[]}', "{".repeat(1_000)]) {
      const response = await mock.fetch("/oauth/token", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      expect(response.status).toBe(401);
    }
    const basic = { authorization: `Basic ${btoa("%zz:x")}` };
    expect((await mock.fetch("/oauth/token", { method: "POST", headers: basic })).status).toBe(401);
  });
});

describe("settings that make no sense", () => {
  it("are refused by name when the mock is made", ({ expect }) => {
    expect(() => createMockOutreach({ limit: 0 })).toThrow(/limit/);
    expect(() => createMockOutreach({ seed: -1, windowSeconds: 0.5 })).toThrow(
      /seed[\s\S]*windowSeconds/,
    );
  });
});
