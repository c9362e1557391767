/**
 * The gateway in front of the API: it knows tokens, and answers in a form of its own, before any routing (seen).
 * @module
 */
import type { Context, Next } from "hono";
import type { MockEnv } from "../context.ts";

const REFUSALS = {
  /** Seen live. */
  missing: {
    error: "No Authorization header.",
    description: "You must provide an Authorization header with a valid access token.",
  },
  /** Seen live. */
  unknown: { error: "Invalid JWT token.", description: "The JWT token could not be decoded." },
  /** Assumed: nobody has recorded the words for a token whose time is over. */
  expired: { error: "Invalid JWT token.", description: "The JWT token has expired." },
} as const;

export function gatewayRefusal(reason: keyof typeof REFUSALS): Response {
  return Response.json(REFUSALS[reason], { status: 401 });
}

/** Lets calls with a live access token through and finds out whose it is. */
export async function requireToken(c: Context<MockEnv>, next: Next): Promise<Response | void> {
  const authorization = c.req.header("authorization");
  if (authorization === undefined) return gatewayRefusal("missing");
  const text = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization.trim())?.[1];
  if (text === undefined) return gatewayRefusal("unknown");
  const { world, call } = c.var;
  const read = world.tokens.readAccess(text);
  if ("refused" in read) return gatewayRefusal(read.refused);
  const user = world.organisation.users.get(read.token.userId);
  if (!user) return gatewayRefusal("unknown");
  call.userId = user.id;
  world.journal.tell(call);
  c.set("token", read.token);
  c.set("user", user);
  return next();
}
