/**
 * The way to a receiver of alerts: one POST, of whose answer little is read. Its address and its answer may hold
 * secrets, so neither gets into an error.
 * @module
 */

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type WebhookAnswer =
  | { readonly status: number; /** The beginning of its body. */ readonly excerpt: string }
  | { readonly status: null; readonly reason: "timeout" | "connection_lost" };

/** Posts one message. Never rejects. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

export const WEBHOOK_TIMEOUT_MS = 10_000;
/** Enough for a receiver's reason. */
const EXCERPT_BYTES = 500;

/** The real one. A redirect is an answer like any other: whoever it leads to was not named by the administrator. */
export const postWebhook: PostWebhook = async ({ url, headers, body }) => {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
    return { status: response.status, excerpt: await beginningOf(response) };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return { status: null, reason: timedOut ? "timeout" : "connection_lost" };
  }
};

/** The status has come by then: a body that breaks off changes nothing. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < EXCERPT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, EXCERPT_BYTES), { stream: true });
    }
    await reader.cancel();
  } catch {
    return text.slice(0, EXCERPT_BYTES);
  }
  return text.slice(0, EXCERPT_BYTES);
}
