/**
 * The answers that faults give in the place of Outreach's own.
 * @module
 */
import {
  errorDocument,
  JSON_API,
  rateLimitExceeded,
  scheduledServerMaintenance,
  type ApiError,
} from "../api/errors.ts";
import { gatewayRefusal } from "../api/token-check.ts";
import { momentHeader } from "../limits/headers.ts";
import type { Reading } from "../limits/window.ts";
import type { World } from "../world.ts";
import type { EndingEffect } from "./engine.ts";

/** Effects that end in an answer; the others break the connection or keep it waiting. */
export type AnsweringEffect = Exclude<EndingEffect, { type: "drop" | "drop_after" | "hang" }>;

/** What an answer may tell besides its effect. */
export interface AnswerFacts {
  /** What Outreach would have answered; 200 where it was not asked. */
  readonly trueStatus: number;
  /** The user's budget; null outside of the API. */
  readonly reading: Reading | null;
  /** When the maintenance is over, in epoch milliseconds. */
  readonly maintenanceEndsAt: number | null;
}

/** Half a document, as a proxy sends that lost its upstream. */
const HALF_A_DOCUMENT = '{"data":{"type":"prospect","id":';

const GATEWAY_ERRORS = {
  server_error: { status: 500, title: "Internal Server Error" },
  bad_gateway: { status: 502, title: "Bad Gateway" },
  gateway_timeout: { status: 504, title: "Gateway Time-out" },
} as const;

/**
 * Outside of the API, which is OAuth, 429 and 503 have been seen as plain text (the words of the 503 are assumed).
 */
export function faultAnswer(
  effect: AnsweringEffect,
  world: World,
  { trueStatus, reading, maintenanceEndsAt }: AnswerFacts,
): Response {
  switch (effect.type) {
    case "answer":
      return ownAnswer(effect);
    case "maintenance": {
      const endsAt = maintenanceEndsAt ?? world.clock.now();
      const retryAfter = momentHeader("iso8601", endsAt, world.clock.now());
      const headers = { "retry-after": retryAfter };
      if (reading === null) return new Response("Service unavailable", { status: 503, headers });
      return errorAnswer(world, scheduledServerMaintenance(endsAt), headers);
    }
    case "rate_limited":
      if (reading === null) return new Response("Retry later", { status: 429 });
      return rateLimitAnswer(world, reading);
    case "unauthorized":
      return gatewayRefusal("unknown");
    case "garbage":
      return new Response(HALF_A_DOCUMENT, {
        // A 204 must not have a body.
        status: trueStatus === 204 ? 200 : trueStatus,
        headers: { "content-type": JSON_API },
      });
    case "server_error":
    case "bad_gateway":
    case "gateway_timeout":
      return gatewayError(effect.type);
    default:
      return effect satisfies never;
  }
}

/** What a proxy says in the place of Outreach. */
export function gatewayError(type: keyof typeof GATEWAY_ERRORS): Response {
  const { status, title } = GATEWAY_ERRORS[type];
  const body = `<html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>`;
  return new Response(body, { status, headers: { "content-type": "text/html" } });
}

/** The 429 of a budget that is used up, whether it is or not. */
export function rateLimitAnswer(world: World, reading: Reading): Response {
  const now = world.clock.now();
  const { limit, resetFormat } = world.settings;
  const { resetsAt } = reading;
  return errorAnswer(world, rateLimitExceeded(limit, resetsAt), {
    "retry-after": momentHeader(resetFormat, resetsAt, now),
  });
}

function errorAnswer(
  world: World,
  error: ApiError,
  headers: Readonly<Record<string, string>>,
): Response {
  const document = errorDocument([error], world.settings.detailKey === "details");
  return new Response(JSON.stringify(document), {
    status: error.status,
    headers: { "content-type": JSON_API, ...headers },
  });
}

function ownAnswer(effect: Extract<AnsweringEffect, { type: "answer" }>): Response {
  const { body, status, headers } = effect;
  const isText = typeof body === "string";
  const sent = Object.entries(headers).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  // These may not have a body (RFC 9110).
  const bodiless = body === undefined || status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : isText ? body : JSON.stringify(body), {
    status,
    headers: {
      ...(!bodiless && { "content-type": isText ? "text/plain; charset=utf-8" : JSON_API }),
      ...Object.fromEntries(sent),
    },
  });
}
