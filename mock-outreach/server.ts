/**
 * The mock behind a port of Node's HTTP server.
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { ConnectionLost } from "./connection-lost.ts";
import { createMockOutreach, type MockOutreachOptions } from "./mock.ts";
import type { SavedWorld } from "./snapshots/format.ts";

export type ServerOptions = MockOutreachOptions & {
  /** 0 takes any that is free. */
  readonly port?: number;
  readonly host?: string;
  /**
   * Whether the process does nothing else: then the global `Request` and `Response` are replaced by the listener's
   * own, with which it answers half as many calls again.
   */
  readonly ownProcess?: boolean;
};

export interface RunningMock {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** See `MockOutreach`. */
  readonly save: () => SavedWorld;
  /** Ends open calls and frees the port. */
  readonly close: () => Promise<void>;
}

/** Longer than clients keep idle connections: none of them meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Listens for requests.
 * @throws {RangeError} where a setting is out of bounds
 * @throws the listener's error, as where the port is taken
 */
export async function startMockOutreach(options: ServerOptions = {}): Promise<RunningMock> {
  const { port = 0, host = "127.0.0.1", ownProcess = false, ...mockOptions } = options;
  const mock = createMockOutreach(mockOptions);
  const listener = getRequestListener(
    async (request, { outgoing }) => {
      try {
        return await mock.fetch(request);
      } catch (error) {
        // A fault wants it so, or nobody waits for an answer any more.
        if (!(error instanceof ConnectionLost || request.signal.aborted)) throw error;
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    { overrideGlobalObjects: ownProcess },
  );
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string") reject(new Error("There is no port."));
      else resolve(bound);
    });
  });
  const shownHost = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    save: mock.save,
    close: () =>
      new Promise((resolve) => {
        mock.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
