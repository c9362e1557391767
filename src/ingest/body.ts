/**
 * Reads a request's body as text: the right type, within the limit, in pieces.
 * @module
 */

/** Of any body. AEP sends far less; Cloudflare's own limit is 100 MB. */
export const BODY_MAX_BYTES = 25 * 1024 * 1024;

/** Why a body is not read. */
export interface BodyRefused {
  readonly ok: false;
  readonly status: 400 | 413 | 415;
  readonly code:
    | "unsupported_media_type"
    | "unsupported_encoding"
    | "body_too_large"
    | "invalid_utf8";
  readonly detail: string;
}

export interface OpenBody {
  readonly ok: true;
  readonly format: "json" | "ndjson";
  /** Throws a `BodyError` where the body turns out to be too large or no UTF-8. */
  readonly text: () => AsyncGenerator<string>;
}

/** Thrown while a body is read, caught by whoever reads it. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly refused: BodyRefused;

  constructor(refused: BodyRefused) {
    super(refused.detail);
    this.refused = refused;
  }
}

const FORMATS: ReadonlyMap<string, OpenBody["format"]> = new Map([
  ["application/json", "json"],
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["application/x-jsonlines", "ndjson"],
]);

/** Looks at the headers; nothing of the body is read before `text` is. */
export function openBody(request: Request): OpenBody | BodyRefused {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const format = FORMATS.get(type);
  if (!format) return UNSUPPORTED_TYPE;
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") return UNSUPPORTED_ENCODING;
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > BODY_MAX_BYTES) return TOO_LARGE;
  return {
    ok: true,
    format,
    // A body of unknown length is gathered first, so that one that proves too large has changed nothing.
    text: () => decode(declared === null ? gathered(request.body) : chunksOf(request.body)),
  };
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // The byte order mark, if there is one, is taken away by the decoder.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? new BodyError(NO_UTF8) : error;
  }
}

async function* gathered(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(body)) chunks.push(chunk);
  yield* chunks;
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
      if (bytes > BODY_MAX_BYTES) throw new BodyError(TOO_LARGE);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const UNSUPPORTED_TYPE: BodyRefused = {
  ok: false,
  status: 415,
  code: "unsupported_media_type",
  detail: "Send profiles as application/json or, one a line, as application/x-ndjson.",
};
const UNSUPPORTED_ENCODING: BodyRefused = {
  ok: false,
  status: 415,
  code: "unsupported_encoding",
  detail: "Send the body as it is, without Content-Encoding.",
};
const TOO_LARGE: BodyRefused = {
  ok: false,
  status: 413,
  code: "body_too_large",
  detail: "A body may have 25 MB at most. Send the profiles in several requests.",
};
const NO_UTF8: BodyRefused = {
  ok: false,
  status: 400,
  code: "invalid_utf8",
  detail: "The body is no UTF-8 text. JSON must be encoded in UTF-8.",
};
