/**
 * A bare HTTP server of Node: reads each request's body and answers so many bytes.
 * @module
 */
import { createServer } from "node:http";

const body = "x".repeat(Number(process.argv[2]));
const server = createServer((incoming, outgoing) => {
  incoming.resume().once("end", () => {
    outgoing
      .writeHead(200, {
        "content-type": "application/vnd.api+json",
        "content-length": body.length,
      })
      .end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : null;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
