import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { DestinationCache } from "../../src/registry/cache.ts";
import { workerUnderTest } from "./worker-under-test.ts";

/** The database, but an answer to a SELECT waits until the test lets it through. */
function slowDatabase() {
  const gate = Promise.withResolvers<void>();
  const database = new Proxy(env.SETTINGS, {
    get(target, name) {
      if (name !== "prepare") return Reflect.get(target, name);
      return (sql: string) => ({
        bind: (...values: unknown[]) => ({
          first: async () => {
            const row = await target
              .prepare(sql)
              .bind(...values)
              .first();
            await gate.promise;
            return row;
          },
        }),
      });
    },
  });
  return { database, letThrough: gate.resolve };
}

describe("the memory of destinations", () => {
  it("does not keep what was read before a change and came back after it", async ({ expect }) => {
    const { call, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const cache = new DestinationCache(() => 0);
    const { database, letThrough } = slowDatabase();
    const reading = cache.find(database, id);
    await call(`/v1/destinations/${id}`, { method: "PATCH", body: { enabled: false } });
    cache.forget(id);
    letThrough();
    await reading;
    expect(await cache.find(env.SETTINGS, id)).toMatchObject({ enabled: false });
  });

  it("does not keep that there was nothing", async ({ expect }) => {
    const cache = new DestinationCache(() => 0);
    const { bindings, addDestination } = workerUnderTest();
    expect(await cache.find(env.SETTINGS, "dest_later")).toBeNull();
    const { id } = await addDestination();
    await bindings.SETTINGS.prepare("UPDATE destinations SET id = 'dest_later' WHERE id = ?")
      .bind(id)
      .run();
    expect(await cache.find(env.SETTINGS, "dest_later")).toMatchObject({ id: "dest_later" });
  });

  it("is limited: the destination that was read first makes room", async ({ expect }) => {
    const cache = new DestinationCache(() => 0);
    let reads = 0;
    const { bindings, addDestination } = workerUnderTest();
    const { id } = await addDestination();
    const stored = await bindings.SETTINGS.prepare("SELECT * FROM destinations WHERE id = ?")
      .bind(id)
      .first();
    const database = new Proxy(env.SETTINGS, {
      get: () => () => ({
        bind: (key: string) => ({
          first: async () => {
            reads++;
            return { ...stored, id: key };
          },
        }),
      }),
    });
    for (let number = 0; number < 501; number++) await cache.find(database, `dest_${number}`);
    await cache.find(database, "dest_500");
    expect(reads).toBe(501);
    await cache.find(database, "dest_0");
    expect(reads).toBe(502);
  });
});
