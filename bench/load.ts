/**
 * Asks a server behind a port for as much as it can give. Writes HTTP to the sockets itself: Node's own client takes
 * more of a shared machine's time than the server that is measured.
 * @module
 */
import { connect, type Socket } from "node:net";

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Load {
  readonly port: number;
  /** Connections at once, kept alive, each with one request under way. */
  readonly connections: number;
  /** The status that every answer must have. */
  readonly status: number;
  /** Whether what got a 503 is sent again, as by whoever means it. */
  readonly triesAgain?: boolean;
}

const AGAIN_MS = 200;

/** A request as it goes over the wire. */
export function asBytes({ method, path, headers, body }: Question): Buffer {
  const fields = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)) });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}\r\n${body}`,
  );
}

/**
 * Sends so many requests and waits for their answers.
 * @param request the bytes of the request of this number, from 0
 * @returns milliseconds from the first request to the last answer
 * @throws where an answer has another status than the load's
 */
export async function msToAnswer(
  load: Load,
  count: number,
  request: (i: number) => Buffer,
): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const caller = (): Buffer | null => (next === count ? null : request(next++));
  const connections = Math.min(load.connections, count);
  await Promise.all(Array.from({ length: connections }, () => converse(load, caller)));
  return performance.now() - startedAt;
}

/** Sends one request after the other over one connection, until there is none. */
function converse(
  { port, status, triesAgain = false }: Load,
  next: () => Buffer | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    /** Bytes of the answer that are still to come; null before its head has come. */
    let missing: number | null = null;
    let request: Buffer | null = null;
    let isRefused = false;
    const send = (): void => {
      if (request !== null) socket.write(request);
    };
    const ask = (): void => {
      request = next();
      if (request !== null) return send();
      resolve();
      socket.end();
    };
    socket.setNoDelay(true).once("connect", ask).once("error", reject);
    // Without effect where all was answered.
    socket.once("close", () => reject(new Error("A connection was closed before its answer.")));
    socket.on("data", (chunk: Buffer) => {
      if (missing === null) {
        const end = chunk.indexOf("\r\n\r\n");
        const head = chunk.toString("latin1", 0, end);
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
        isRefused = triesAgain && head.startsWith("HTTP/1.1 503 ");
        const isAsExpected = isRefused || head.startsWith(`HTTP/1.1 ${status} `);
        if (!isAsExpected || length === undefined) {
          socket.destroy();
          const got = chunk.toString("utf8").slice(0, 1_000);
          return reject(new Error(`An answer in place of a ${status} with its length: ${got}`));
        }
        missing = Number(length) + end + 4;
      }
      missing -= chunk.byteLength;
      if (missing > 0) return;
      missing = null;
      if (isRefused) setTimeout(send, AGAIN_MS);
      else ask();
    });
  });
}
