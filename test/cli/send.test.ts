import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "vitest";
import { z } from "zod";
import { sendFile } from "../../cli/send/run.ts";
import type { SendOptions } from "../../cli/send/run.ts";

const line = z.object({ id: z.number() });

/** A destination that takes `{"id": n}`: odd ids above 1,000 are rejected, 13 fails at Outreach. */
class Destination {
  readonly received: number[] = [];
  /** Answers that come before the true one. */
  readonly refusals: { status: number; body: string }[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body } = this.refusals.shift() ?? {
        status: 200,
        body: JSON.stringify(this.#answer(request.url ?? "", Buffer.concat(chunks).toString())),
      };
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  onBatch: (batch: number) => void = () => {};
  #batches = 0;

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1/destinations/d/profiles`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(url: string, body: string): unknown {
    if (url.endsWith("/backlog")) {
      return { backlog: { pending: 0, inFlight: 0, drainsAt: null }, paused: null };
    }
    if (url.endsWith("/lookup")) {
      const { prospectIds } = z
        .object({ prospectIds: z.array(z.number()) })
        .parse(JSON.parse(body));
      return { prospects: prospectIds.map(outcomeOf) };
    }
    const answer = read(body);
    if (url.endsWith("/preview")) return answer;
    this.received.push(...answer.prospectIds.flatMap((id) => id ?? []));
    this.onBatch(++this.#batches);
    return answer;
  }
}

function read(body: string) {
  const lines = body.split("\n").filter((text) => text !== "");
  const prospectIds = lines.map((text) => {
    const id = line.safeParse(JSON.parse(text)).data?.id ?? 1_001;
    return id > 1_000 && id % 2 === 1 ? null : id;
  });
  const rejected = prospectIds.flatMap((id, index) =>
    id === null ? [{ index, code: "invalid_identity", detail: "No.", pointer: null }] : [],
  );
  return {
    accepted: lines.length - rejected.length,
    rejectedCount: rejected.length,
    rejected: rejected.slice(0, 100),
    prospectIds,
    expectedBy: "2026-11-23T14:00:00.000Z",
  };
}

function outcomeOf(prospectId: number) {
  if (prospectId !== 13) return { prospectId, outcome: "up_to_date", error: null };
  const error = { code: "resourceNotFound", detail: '=cmd, "no" such prospect' };
  return { prospectId, outcome: "failed", error };
}

describe("sending a file", () => {
  let directory: string;
  let file: string;
  let destination: Destination;
  let options: SendOptions;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "send-"));
    file = join(directory, "profiles.ndjson");
    destination = new Destination();
    const to = await destination.listen();
    options = {
      file,
      to,
      token: "t",
      batch: 100,
      wait: true,
      restart: false,
      pause: async () => {},
    };
  });
  afterEach(async () => {
    await destination.close();
    await rm(directory, { recursive: true });
  });

  const writeIds = (ids: readonly number[]) =>
    writeFile(file, ids.map((id) => JSON.stringify({ id })).join("\n"));
  const report = async () => (await readFile(`${file}.report.csv`, "utf8")).trim().split("\n");
  const never = new AbortController().signal;
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

  it("sends every line in order and says what became of each", async ({ expect }) => {
    await writeFile(file, '{"id":7}\r\n\n{"id":13}\n  \n{"id":1001}');
    expect(await sendFile(options, never)).toBe("incomplete");
    expect(destination.received).toEqual([7, 13]);
    expect(await report()).toEqual([
      "line,outcome,prospectId,reason,detail",
      "1,at_outreach,7,,",
      `3,failed,13,resourceNotFound,"'=cmd, ""no"" such prospect"`,
      "5,rejected,,invalid_identity,No.",
    ]);
  });

  it("ends well where every line is at Outreach, and then keeps nothing", async ({ expect }) => {
    await writeIds(upTo(12));
    expect(await sendFile(options, never)).toBe("delivered");
    await expect(readFile(join(`${file}.send`, "state.json"))).rejects.toThrow();
  });

  it("goes on where it was stopped, sending nothing twice", async ({ expect }) => {
    await writeIds(upTo(950));
    const stop = new AbortController();
    destination.onBatch = (batch) => batch === 4 && stop.abort();
    expect(await sendFile(options, stop.signal)).toBe("stopped");
    expect(destination.received).toEqual(upTo(400));
    expect(await sendFile(options, never)).toBe("incomplete");
    expect(destination.received).toEqual(upTo(950));
    expect(await report()).toHaveLength(951);
  });

  it("begins anew for another file of the same name, or where that is asked for", async ({
    expect,
  }) => {
    const stop = new AbortController();
    destination.onBatch = () => stop.abort();
    await writeIds(upTo(300));
    await sendFile(options, stop.signal);
    await sendFile({ ...options, restart: true }, never);
    expect(destination.received).toEqual([...upTo(100), ...upTo(300)]);
    destination.received.length = 0;
    const again = new AbortController();
    destination.onBatch = () => again.abort();
    await sendFile(options, again.signal);
    await writeIds(upTo(301));
    await sendFile(options, never);
    expect(destination.received).toEqual([...upTo(100), ...upTo(301)]);
  });

  it("names every rejected line, although an answer lists only the first hundred", async ({
    expect,
  }) => {
    await writeIds(Array.from({ length: 500 }, (_, i) => 1_001 + i));
    await sendFile({ ...options, batch: 500 }, never);
    const rows = await report();
    expect(rows.filter((row) => row.includes(",rejected,"))).toHaveLength(250);
    expect(rows[499]).toBe("499,rejected,,invalid_identity,No.");
    expect(rows[500]).toBe("500,at_outreach,1500,,");
    expect(destination.received).toHaveLength(250);
  });

  it("tries again what may heal", async ({ expect }) => {
    await writeIds(upTo(3));
    destination.refusals.push({ status: 503, body: "" });
    expect(await sendFile(options, never)).toBe("delivered");
    expect(destination.received).toEqual(upTo(3));
  });

  it("ends with the destination's own words where a request is refused for good", async ({
    expect,
  }) => {
    await writeIds(upTo(3));
    const body = JSON.stringify({ title: "Unauthorized", detail: "Send the ingest token." });
    destination.refusals.push({ status: 401, body });
    await expect(sendFile(options, never)).rejects.toThrow(
      "The destination answered 401, Unauthorized. Send the ingest token.",
    );
  });
});
