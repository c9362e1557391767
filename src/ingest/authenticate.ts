/**
 * The gate of a destination's addresses on the data plane.
 *
 * Promises: a destination that does not exist is told from a wrong token (Adobe's support asks for just that); what a
 * token opens is one destination.
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { bearerToken, identifyCaller, isPermitted, unauthorized } from "../access/bearer.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import type { AppEnv } from "../http/context.ts";
import { databaseUnavailable } from "../http/failures.ts";
import { gate } from "../http/gate.ts";
import { problem } from "../http/problem.ts";
import { isIngestToken, isLiveVersion } from "../registry/credentials.ts";
import type { Destination } from "../registry/destinations.ts";
import { readAccessToken } from "../security/access-token.ts";

const WHICH_TOKEN =
  "Send the destination's ingest token, or an access token from `/v1/oauth/token`: `Authorization: Bearer <token>`.";

/** Lets those through whose token opens the destination that the path names. */
export function senders(dependencies: Dependencies) {
  return {
    security: [{ ingestToken: [] }, { accessToken: [] }],
    middleware: [destinationGate(dependencies, async () => null)] satisfies [unknown],
  };
}

/** The same, and whoever may view destinations. */
export function sendersAndViewers(dependencies: Dependencies) {
  return {
    security: [
      { ingestToken: [] },
      { accessToken: [] },
      { adminToken: [] },
      { consoleSession: [] },
    ],
    middleware: [destinationGate(dependencies, identifyCaller)] satisfies [unknown],
  };
}

/** @param identify finds out what a caller may do who has no token of the destination, or refuses them */
function destinationGate(
  { destinations, now }: Dependencies,
  identify: (c: Context<AppEnv>) => Promise<Response | null>,
) {
  return gate(
    createMiddleware<AppEnv>(async function opensDestination(c, next) {
      const id = c.req.param("id") ?? "";
      const destination = await destinations.find(c.env.SETTINGS, id).catch(databaseUnavailable);
      if (!destination) return problem(c, "destination_not_found");
      c.set("destination", destination);
      if (await opens(c, destination, now())) return next();
      c.set("held", null);
      const refusal = await identify(c);
      if (refusal) return refusal;
      return isPermitted(c, "read") ? next() : unauthorized(c, WHICH_TOKEN);
    }),
  );
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
