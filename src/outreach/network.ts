/**
 * The way to Outreach: one request, one whole answer, in bounded time and size.
 * @module
 */

/** A request whose body is text, so that it can be built and compared without streams. */
export interface OutgoingRequest {
  readonly method: "GET" | "PATCH" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer with its body read. */
export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** No whole answer came; whether Outreach got the request and acted on it is unknown. */
export interface NoAnswer {
  readonly status: null;
  readonly reason: "timeout" | "connection_lost" | "answer_too_large";
}

/** Sends one request. Never rejects: what can go wrong on the way is an answer of its own. */
export type Network = (request: OutgoingRequest) => Promise<IncomingAnswer | NoAnswer>;

/** A prospect with all 150 custom fields full is 4.8 MB; ten thousand times a usual answer. */
const ANSWER_MAX_BYTES = 8 * 1024 * 1024;

/**
 * The real network.
 * @param timeoutMs for the whole exchange, the body of the answer included
 */
export function network(timeoutMs: number): Network {
  return async (request) => {
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body !== undefined && { body: request.body }),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await readText(response);
      if (body === null) return { status: null, reason: "answer_too_large" };
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return { status: null, reason: timedOut ? "timeout" : "connection_lost" };
    }
  };
}

async function readText(response: Response): Promise<string | null> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > ANSWER_MAX_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
