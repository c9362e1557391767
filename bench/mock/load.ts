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

/** Connections at once, kept alive, each with one request under way. */
const CONNECTIONS = 16;

/**
 * Answers a second to so many questions.
 * @param ask the question of this number
 * @throws where an answer is not 200
 */
export async function answersPerSecond(
  port: number,
  ask: (i: number) => Question,
  count: number,
): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const caller = (): string | null => {
    if (next === count) return null;
    next += 1;
    return asText(ask(next));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => converse(port, caller)));
  return count / ((performance.now() - startedAt) / 1_000);
}

function asText({ method, path, headers, body }: Question): string {
  const fields = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)) });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}\r\n${body}`;
}

/** Sends one question after the other over one connection, until there is none. */
function converse(port: number, next: () => string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    /** Bytes of the answer that are still to come; null before its head has come. */
    let missing: number | null = null;
    const ask = (): void => {
      const question = next();
      if (question !== null) return void socket.write(question);
      socket.end();
      resolve();
    };
    socket.setNoDelay(true).once("connect", ask).once("error", reject);
    socket.on("data", (chunk: Buffer) => {
      if (missing === null) {
        const end = chunk.indexOf("\r\n\r\n");
        const head = chunk.toString("latin1", 0, end);
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
        if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
          socket.destroy();
          return reject(new Error(`An answer in place of a 200 with its length: ${head}`));
        }
        missing = Number(length) + end + 4;
      }
      missing -= chunk.byteLength;
      if (missing > 0) return;
      missing = null;
      ask();
    });
  });
}
