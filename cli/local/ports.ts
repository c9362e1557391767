/**
 * Ports of this machine.
 * @module
 */
import { createServer } from "node:net";

/** The wanted port where nobody listens on it, else any that is free. */
export async function freePortOr(wanted: number): Promise<number> {
  return (await listen(wanted)) ?? (await listen(0)) ?? wanted;
}

/** The port that was to be had, free again; null where it is taken. */
function listen(port: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = address === null || typeof address === "string" ? null : address.port;
      server.close(() => resolve(bound));
    });
  });
}
