import { once } from "node:events";
import { connect } from "node:net";
import { describe, it, onTestFinished } from "vitest";
import { type ServerOptions, startMockOutreach } from "../../mock-outreach/index.ts";
import { JSON_API, patchOf, settle } from "./support.ts";

/** A mock behind a port, with a caller; it ends with the test. */
async function running(options: ServerOptions = {}) {
  const mock = await startMockOutreach(options);
  onTestFinished(mock.close);
  const answer = await fetch(`${mock.url}/__mock/tokens`, { method: "POST" });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, "content-type": JSON_API };
  return {
    ...mock,
    write: (id: number, title: string, init: RequestInit = {}) =>
      fetch(`${mock.url}/api/v2/prospects/${id}`, {
        method: "PATCH",
        headers,
        body: JSON.stringify(patchOf(id, { title })),
        ...init,
      }),
    control: async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${mock.url}/__mock${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (response.status === 204 ? null : await response.json()) as unknown;
    },
  };
}

describe("behind a port", () => {
  it("answers like in the same process, with the clock's date", async ({ expect }) => {
    const { write, control } = await running();
    await control("POST", "/clock", { advanceSeconds: 86_400 });
    const response = await write(7, "CTO");
    // The token's two hours are over by the mock's clock.
    expect(response.status).toBe(401);
    const date = Date.parse(response.headers.get("date") ?? "");
    expect(date - Date.now()).toBeGreaterThan(86_000_000);
  });

  it("leads links back to itself", async ({ expect }) => {
    const { write, url } = await running();
    const { data } = (await (await write(7, "CTO")).json()) as {
      data: { links: { self: string } };
    };
    expect(data.links.self).toBe(`${url}/api/v2/prospects/7`);
  });

  it("breaks the connection for drop, and for drop_after only once the call is carried out", async ({
    expect,
  }) => {
    const { write, control } = await running();
    await control("POST", "/faults", [
      { times: 1, match: { prospects: [7] }, effect: "drop" },
      { times: 1, match: { prospects: [8] }, effect: "drop_after" },
    ]);
    await expect(write(7, "CTO")).rejects.toThrow(TypeError);
    await expect(write(8, "CTO")).rejects.toThrow(TypeError);
    expect(await control("GET", "/prospects/7")).toMatchObject({ writes: 0 });
    expect(await control("GET", "/prospects/8")).toMatchObject({ writes: 1 });
    expect((await write(7, "CTO")).status).toBe(200);
  });

  it("ends a call that hangs once its caller has gone", async ({ expect }) => {
    const { write, control } = await running();
    await control("POST", "/faults", { times: 1, effect: "hang" });
    const controller = new AbortController();
    const call = write(7, "CTO", { signal: controller.signal });
    const openCalls = async () => (await control("GET", "/state")) as { calls: { open: number } };
    while ((await openCalls()).calls.open === 0);
    controller.abort();
    await expect(call).rejects.toThrow("abort");
    while ((await openCalls()).calls.open === 1);
    expect(await control("GET", "/requests")).toMatchObject({
      requests: [{ end: "connection_lost", status: null }],
    });
  });

  it("frees its port and ends open calls when it is closed", async ({ expect }) => {
    const { write, control, close, port } = await running();
    await control("POST", "/faults", { effect: "hang" });
    const call = expect(write(7, "CTO")).rejects.toThrow(TypeError);
    const openCalls = async () => (await control("GET", "/state")) as { calls: { open: number } };
    while ((await openCalls()).calls.open === 0);
    await close();
    await call;
    const again = await startMockOutreach({ port });
    expect(again.port).toBe(port);
    await again.close();
  });

  it("wakes calls that wait out a latency when it is closed", async ({ expect }) => {
    const signals: AbortSignal[] = [];
    const sleep = (_: number, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    };
    const { write, close } = await running({ latencyMs: 1, sleep });
    const call = expect(write(7, "CTO")).rejects.toThrow(TypeError);
    while (signals.length === 0) await settle();
    await close();
    await call;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("answers 413 to a body that is declared too large, without waiting for it", async ({
    expect,
  }) => {
    const { port, control } = await running({ bodyBytesMax: 1_024 });
    const tokens = (await control("POST", "/tokens", {})) as { access_token: string };
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(
      `PATCH /api/v2/prospects/7 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens.access_token}\r\n` +
        `content-type: ${JSON_API}\r\ncontent-length: 1000000\r\n\r\n{`,
    );
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("refuses to start with settings that make no sense", async ({ expect }) => {
    await expect(startMockOutreach({ limit: 0 })).rejects.toThrow(/limit/);
  });
});
