/**
 * Posts messages to receivers in an invocation of its own. One invocation has six connections at most that wait for an
 * answer's headers (https://developers.cloudflare.com/workers/platform/limits), and all of an object's are for its
 * calls to Outreach: a receiver that hangs must not take one of them.
 * @module
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import {
  postWebhook,
  type PostWebhook,
  type WebhookRequest,
} from "../engine/alerts/post-webhook.ts";

export class Webhooks extends WorkerEntrypoint<Env> {
  async post(request: WebhookRequest) {
    return postWebhook(request);
  }
}

/** The way to receivers that an object takes. */
export function webhooksOf({ exports }: DurableObjectState): PostWebhook {
  return async (request) => {
    try {
      return await exports.Webhooks.post(request);
    } catch {
      return { status: null, reason: "connection_lost" };
    }
  };
}
