/**
 * Reads a request's body once, and no more of it than is allowed.
 * @module
 */
export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too_large" };

const NONE: RequestBody = { kind: "none" };
const TOO_LARGE: RequestBody = { kind: "too_large" };

/** The body as UTF-8 text; `too_large` once it is known to exceed `bytesMax`, without reading the rest. */
export async function readBody(request: Request, bytesMax: number): Promise<RequestBody> {
  if (request.method === "GET" || request.method === "HEAD") return NONE;
  const declared = request.headers.get("content-length");
  if (declared === null) return readStream(request.body, bytesMax);
  if (Number(declared) > bytesMax) return TOO_LARGE;
  // The HTTP parser holds the sender to the length that it declared.
  return asBody(await request.text());
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<RequestBody> {
  if (stream === null) return NONE;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return TOO_LARGE;
    text += decoder.decode(chunk, { stream: true });
  }
  return asBody(text + decoder.decode());
}

function asBody(text: string): RequestBody {
  return text === "" ? NONE : { kind: "text", text };
}
