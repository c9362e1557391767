/**
 * Who is connected, and how a sign-in ended.
 * @module
 */
/** What `GET /api/v2` told of the connected user. */
export interface OutreachIdentity {
  readonly userId: number | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly scopes: readonly string[];
  /** Labels of custom fields, keyed by number 1 to 150; a number without a label is missing. */
  readonly customFieldLabels: Readonly<Record<string, string>>;
}

export interface ConnectionStatus {
  readonly status: "connected" | "disconnected" | "reconnect_required";
  /** Why a person is needed, and what to do; null while connected. */
  readonly detail: string | null;
  readonly connectedAt: number | null;
  readonly accessTokenExpiresAt: number | null;
  readonly identity: OutreachIdentity | null;
  /** Scopes that are needed and were not granted, each with what it is needed for. */
  readonly missingScopes: readonly { readonly scope: string; readonly neededFor: string }[];
}

export interface FailedSignIn {
  readonly ok: false;
  readonly reason: "unknown_state" | "denied" | "exchange_failed" | "busy";
  readonly detail: string;
}

export type ConnectResult =
  | { readonly ok: true; readonly identity: OutreachIdentity | null }
  | FailedSignIn;
