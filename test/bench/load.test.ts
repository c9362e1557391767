import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "vitest";
import { asBytes, msToAnswer } from "../../bench/load.ts";

/** Answers with these statuses, one after the other and the last for good; tells the bodies that it got. */
async function server(statuses: readonly number[]) {
  const bodies: string[] = [];
  const http = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      const status = statuses[Math.min(bodies.length, statuses.length - 1)] ?? 200;
      bodies.push(body);
      outgoing.writeHead(status, { "content-length": 2 }).end("ok");
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return { port, bodies, close: () => http.close() };
}

const request = (i: number) => asBytes({ method: "POST", path: "/", headers: {}, body: `${i}` });

describe("the load", () => {
  it("sends each request once, over several connections", async ({ expect }) => {
    const { port, bodies, close } = await server([202]);
    await msToAnswer({ port, connections: 3, status: 202 }, 10, request);
    close();
    expect(bodies.toSorted()).toEqual("0123456789".split(""));
  });

  it("sends what got a 503 again where it is to, and else ends with what it got", async ({
    expect,
  }) => {
    const { port, bodies, close } = await server([503, 202]);
    await msToAnswer({ port, connections: 1, status: 202, triesAgain: true }, 2, request);
    expect(bodies).toEqual(["0", "0", "1"]);
    close();
    const other = await server([503]);
    const load = { port: other.port, connections: 1, status: 202 };
    await expect(msToAnswer(load, 1, request)).rejects.toThrow("in place of a 202");
    other.close();
  });
});
