import { describe, it } from "vitest";
import { OutreachUserUnavailable, outreachUserClient } from "../../../src/http/object-clients.ts";
import type { OutreachUserApi } from "../../../src/engine/api.ts";

/** An object whose every method fails so many times, and a count of the stubs that were made for it. */
function failing(times: number, flags: object) {
  const seen = { stubs: 0 };
  const answer = async () => {
    if (seen.stubs <= times) throw Object.assign(new Error("platform"), flags);
    return "answer";
  };
  const newStub = () => {
    seen.stubs++;
    // The answers are of no type that the client looks at.
    return new Proxy({}, { get: () => answer }) as OutreachUserApi;
  };
  return { client: outreachUserClient(newStub), seen };
}

describe("a call to an Outreach user's object", () => {
  it("is repeated once, on a new stub, where the platform says that it may help", async ({
    expect,
  }) => {
    const { client, seen } = failing(1, { retryable: true });
    expect(await client.runs("dest_1", 1)).toBe("answer");
    expect(seen.stubs).toBe(2);
  });

  it("ends after the second failure, and says when to come back", async ({ expect }) => {
    const { client, seen } = failing(9, { retryable: true, durableObjectReset: true });
    const error = await client.status().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutreachUserUnavailable);
    expect(error).toMatchObject({
      retryAfterMs: 2_000,
      flags: { retryable: true, durableObjectReset: true, overloaded: false },
    });
    expect(seen.stubs).toBe(2);
  });

  it("is not repeated where that would overload the object further", async ({ expect }) => {
    const { client, seen } = failing(9, { retryable: true, overloaded: true });
    await expect(client.status()).rejects.toMatchObject({ retryAfterMs: 15_000 });
    expect(seen.stubs).toBe(1);
  });

  it("is not repeated where nothing says that this helps", async ({ expect }) => {
    for (const flags of [{}, { remote: true }, { retryable: "yes" }]) {
      const { client, seen } = failing(9, flags);
      await expect(client.status()).rejects.toBeInstanceOf(OutreachUserUnavailable);
      expect(seen.stubs).toBe(1);
    }
  });

  it("is made once where a repetition would tell the wrong thing", async ({ expect }) => {
    for (const call of [
      (api: OutreachUserApi) => api.completeConnection("code=1", "https://edge.example"),
      (api: OutreachUserApi) => api.discardFailure("dest_1", "1"),
    ]) {
      const { client, seen } = failing(1, { retryable: true });
      await expect(call(client)).rejects.toBeInstanceOf(OutreachUserUnavailable);
      expect(seen.stubs).toBe(1);
    }
  });
});
