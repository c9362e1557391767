/**
 * Access tokens of the data plane: JWTs (RFC 7519) signed with HS256, for one destination.
 *
 * Promises: a token says nothing that its bearer may not know; it ends at its expiry, or before that with the client
 * secret that it was handed out for.
 * @module
 */
import { sign, verify } from "hono/jwt";
import { z } from "zod";
import { deriveKey } from "./keys.ts";

/** Adobe advises 24 hours or more; it asks for a new token in time. */
export const ACCESS_TOKEN_MS = 24 * 3_600_000;

const ALGORITHM = "HS256";
const AUDIENCE = "outreach-edge/profiles";

const claims = z.object({
  aud: z.literal(AUDIENCE),
  /** The destination's id. */
  sub: z.string().min(1).max(100),
  /** The version of the client secret that it was handed out for. */
  ver: z.int().positive(),
  iat: z.number(),
  exp: z.number(),
});

export interface AccessToken {
  readonly destinationId: string;
  readonly clientSecretVersion: number;
}

/** Signs a token. Times are epoch ms; JWTs count in seconds. */
export function signAccessToken(
  encryptionKey: Uint8Array,
  token: AccessToken,
  now: number,
  lifetimeMs: number,
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const payload: z.infer<typeof claims> = {
    aud: AUDIENCE,
    sub: token.destinationId,
    ver: token.clientSecretVersion,
    iat,
    exp: iat + Math.floor(lifetimeMs / 1000),
  };
  return sign(payload, signingKey(encryptionKey), ALGORITHM);
}

/**
 * Reads a token. Null where it is no token of this Worker's or has expired. Whether its destination exists, and the
 * secret's version is still good, is for the caller to look up.
 */
export async function readAccessToken(
  encryptionKey: Uint8Array,
  token: string,
  now: number,
): Promise<AccessToken | null> {
  // The library would check times against its own clock.
  const options = { alg: ALGORITHM, exp: false, iat: false, nbf: false } as const;
  // Its errors carry the token, so they go no further.
  const payload = await verify(token, signingKey(encryptionKey), options).catch(() => null);
  const parsed = claims.safeParse(payload);
  if (!parsed.success || now >= parsed.data.exp * 1000) return null;
  return { destinationId: parsed.data.sub, clientSecretVersion: parsed.data.ver };
}

function signingKey(encryptionKey: Uint8Array): string {
  return Buffer.from(deriveKey(encryptionKey, "access-tokens")).toString("base64url");
}
