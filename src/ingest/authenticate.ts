/**
 * Who may use a destination's addresses on the data plane.
 *
 * Promises: a destination that does not exist is told from a wrong token (Adobe's support asks for just that); what a
 * token opens is one destination.
 * @module
 */
import type { Context } from "hono";
import { bearerToken, identifyCaller, isPermitted, unauthorized } from "../access/bearer.ts";
import { isIngestToken, isLiveVersion } from "../registry/credentials.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { Destination } from "../registry/destinations.ts";
import type { AppEnv } from "../http/context.ts";
import { problem } from "../http/problem.ts";
import { readAccessToken } from "../security/access-token.ts";

const WHICH_TOKEN =
  "Send the destination's ingest token, or an access token from `/v1/oauth/token`: `Authorization: Bearer <token>`.";

/** The destination of a request whose token opens it, or the answer that refuses the request. */
export async function authenticate(
  c: Context<AppEnv>,
  { destinations, now }: Dependencies,
  id: string,
) {
  const destination = await destinations.find(c.env.SETTINGS, id);
  if (!destination) return { destination: null, refusal: problem(c, "destination_not_found") };
  if (await opens(c, destination, now())) return { destination, refusal: null };
  return { destination: null, refusal: unauthorized(c, WHICH_TOKEN) };
}

/** The same for whoever may view destinations, too. */
export async function authenticateViewerToo(
  c: Context<AppEnv>,
  { destinations, now }: Dependencies,
  id: string,
) {
  const destination = await destinations.find(c.env.SETTINGS, id);
  if (!destination) return { destination: null, refusal: problem(c, "destination_not_found") };
  if (await opens(c, destination, now())) return { destination, refusal: null };
  const refusal = await identifyCaller(c);
  if (refusal) return { destination: null, refusal };
  if (isPermitted(c, "read")) return { destination, refusal: null };
  return { destination: null, refusal: unauthorized(c, WHICH_TOKEN) };
}

async function opens(c: Context<AppEnv>, destination: Destination, now: number): Promise<boolean> {
  const token = bearerToken(c);
  if (token === null) return false;
  const { id, credentials } = destination;
  if (isIngestToken(credentials, token, now)) return true;
  const access = await readAccessToken(c.get("settings").encryptionKey, token, now);
  return (
    access?.destinationId === id && isLiveVersion(credentials, access.clientSecretVersion, now)
  );
}
