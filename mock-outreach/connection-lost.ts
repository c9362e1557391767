/**
 * A call that ends without an answer. In the mock's own process `fetch` rejects with it, as a real `fetch` does; the
 * Node listener closes the socket.
 * @module
 */
export class ConnectionLost extends TypeError {
  override readonly name = "ConnectionLost";

  constructor() {
    super("network: mock-outreach broke the connection, as a fault told it to");
  }
}
