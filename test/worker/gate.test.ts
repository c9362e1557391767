import { createRoute } from "@hono/zod-openapi";
import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";
import { z } from "zod";
import { newRouter } from "../../src/http/context.ts";
import { ORIGIN, workerUnderTest } from "./worker-under-test.ts";

beforeEach(() => env.SETTINGS.prepare("DELETE FROM failed_tries").run());

const LARGE_BYTES = 2_000_000;
const PIECE_BYTES = 8 * 1024;
/** What may be read where the credential is in the body, and the piece that goes beyond. */
const CREDENTIAL_BYTES = 16 * 1024 + PIECE_BYTES;

/** A body that is made while it is read, and how much of it was. */
function body(isLengthTold: boolean) {
  const seen = { bytes: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.bytes += PIECE_BYTES;
        controller.enqueue(new Uint8Array(PIECE_BYTES).fill(0x61));
        if (seen.bytes >= LARGE_BYTES) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const length: Record<string, string> = isLengthTold
    ? { "Content-Length": String(LARGE_BYTES) }
    : {};
  return { stream, seen, length };
}

const described = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

async function postAnonymously(path: string, method: string, type: string, isLengthTold: boolean) {
  const { app, bindings } = workerUnderTest();
  const { stream, seen, length } = body(isLengthTold);
  const headers = { "Content-Type": type, ...length };
  const answer = await app.request(
    new URL(path, ORIGIN).href,
    { method, headers, body: stream },
    bindings,
  );
  return { answer, read: seen.bytes };
}

describe("the gate of a route", () => {
  it("reads nothing of a body whose sender is not known", async ({ expect }) => {
    const { call } = workerUnderTest();
    const { paths } = described.parse((await call("/openapi.json")).json);
    let asked = 0;
    for (const [path, operations] of Object.entries(paths)) {
      const methods = new Set(["post", ...Object.keys(operations).filter((one) => one !== "get")]);
      for (const method of methods) {
        for (const isLengthTold of [true, false]) {
          const where = `${method} ${path}`;
          const { answer, read } = await postAnonymously(
            path,
            method.toUpperCase(),
            path === "/v1/oauth/token" ? "application/x-www-form-urlencoded" : "application/json",
            isLengthTold,
          );
          expect([401, 403, 404, 405, 413, 415], where).toContain(answer.status);
          expect(read, where).toBeLessThanOrEqual(
            path === "/v1/oauth/token" ? CREDENTIAL_BYTES : 0,
          );
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(80);
  });

  it("refuses a look-up without a token before the body is looked at", async ({ expect }) => {
    const { addDestination, call } = workerUnderTest();
    const { id } = await addDestination();
    const path = `/v1/destinations/${id}/prospects/lookup`;
    for (const token of [null, "wrong"]) {
      expect((await call(path, { token, body: "no JSON" })).status).toBe(401);
    }
    expect((await postAnonymously(path, "POST", "application/json", true)).read).toBe(0);
  });

  it("reads little of a console form before the sign-in", async ({ expect }) => {
    for (const path of [
      "/console/sign-in",
      "/console/people",
      "/console/invitation",
      "/console/x",
    ]) {
      const type = "application/x-www-form-urlencoded";
      for (const isLengthTold of [true, false]) {
        const { answer, read } = await postAnonymously(path, "POST", type, isLengthTold);
        expect([404, 405, 413], path).toContain(answer.status);
        expect(read, path).toBeLessThanOrEqual(CREDENTIAL_BYTES);
        expect((await answer.text()).length).toBeLessThan(10_000);
      }
    }
  });

  it("is declared, or the route is not mounted", ({ expect }) => {
    const responses = { 200: { description: "Anything" } };
    const route = createRoute({ method: "get", path: "/open", responses });
    expect(() => newRouter().openapi(route, (c) => c.text("", 200))).toThrow(/\/open has no gate/);
  });
});
