/**
 * A destination's credentials: an ingest token, and a client id and secret for access tokens.
 *
 * Promises: only hashes are kept; after a rotation the credential before it stays valid for the time that was asked
 * for, and access tokens end with the client secret that they were handed out for.
 * @module
 */
import { ACCESS_TOKEN_MS } from "../security/access-token.ts";
import { hashSecret, matchesHash, newId, newSecret } from "../security/secrets.ts";

/** A secret that was replaced and is still good for a while. */
export interface Previous {
  readonly hash: string;
  /** Epoch ms. */
  readonly until: number;
}

export interface Credentials {
  readonly ingestTokenHash: string;
  readonly previousIngestToken: Previous | null;
  readonly clientId: string;
  readonly clientSecretHash: string;
  /** Counts client secrets, from 1. The previous one's version is one less. */
  readonly clientSecretVersion: number;
  readonly previousClientSecret: Previous | null;
}

/** Secrets in the clear: shown once, never stored. */
export interface NewSecrets {
  readonly ingestToken?: string;
  readonly clientSecret?: string;
}

export function newCredentials(): {
  readonly credentials: Credentials;
  readonly secrets: Required<NewSecrets>;
} {
  const secrets = {
    ingestToken: newSecret("ingestToken"),
    clientSecret: newSecret("clientSecret"),
  };
  const credentials: Credentials = {
    ingestTokenHash: hashSecret(secrets.ingestToken),
    previousIngestToken: null,
    clientId: newId("client"),
    clientSecretHash: hashSecret(secrets.clientSecret),
    clientSecretVersion: 1,
    previousClientSecret: null,
  };
  return { credentials, secrets };
}

export interface Rotation {
  readonly ingestToken: boolean;
  readonly clientSecret: boolean;
  /** How long the replaced ones stay valid; 0 ends them at once. */
  readonly keepPreviousMs: number;
}

/** Replaces the asked-for secrets. One that was still valid from an earlier rotation ends. */
export function rotate(
  before: Credentials,
  rotation: Rotation,
  now: number,
): { readonly credentials: Credentials; readonly secrets: NewSecrets } {
  const until = now + rotation.keepPreviousMs;
  let credentials = before;
  let secrets: NewSecrets = {};
  if (rotation.ingestToken) {
    const ingestToken = newSecret("ingestToken");
    secrets = { ...secrets, ingestToken };
    credentials = {
      ...credentials,
      ingestTokenHash: hashSecret(ingestToken),
      previousIngestToken: { hash: before.ingestTokenHash, until },
    };
  }
  if (rotation.clientSecret) {
    const clientSecret = newSecret("clientSecret");
    secrets = { ...secrets, clientSecret };
    credentials = {
      ...credentials,
      clientSecretHash: hashSecret(clientSecret),
      clientSecretVersion: before.clientSecretVersion + 1,
      previousClientSecret: { hash: before.clientSecretHash, until },
    };
  }
  return { credentials, secrets };
}

export function isIngestToken(credentials: Credentials, presented: string, now: number): boolean {
  const { ingestTokenHash, previousIngestToken: previous } = credentials;
  if (matchesHash(presented, ingestTokenHash)) return true;
  return previous !== null && now < previous.until && matchesHash(presented, previous.hash);
}

/** What an access token for a client secret may be: its version, and for how long. Null for a wrong secret. */
export function grantFor(
  credentials: Credentials,
  presented: string,
  now: number,
): { readonly version: number; readonly lifetimeMs: number } | null {
  const { clientSecretVersion: version, previousClientSecret: previous } = credentials;
  if (matchesHash(presented, credentials.clientSecretHash)) {
    return { version, lifetimeMs: ACCESS_TOKEN_MS };
  }
  if (previous !== null && now < previous.until && matchesHash(presented, previous.hash)) {
    return { version: version - 1, lifetimeMs: Math.min(ACCESS_TOKEN_MS, previous.until - now) };
  }
  return null;
}

/** Whether access tokens for this version of the client secret are still good. */
export function isLiveVersion(credentials: Credentials, version: number, now: number): boolean {
  if (version === credentials.clientSecretVersion) return true;
  const previous = credentials.previousClientSecret;
  return (
    previous !== null && now < previous.until && version === credentials.clientSecretVersion - 1
  );
}
