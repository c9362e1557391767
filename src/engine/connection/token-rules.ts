/**
 * When an access token may be used, and when a new one is fetched. Outreach mints one token a minute for a user and
 * application and rotates the refresh token each time, so a refresh happens once, early, and never in a loop.
 * @module
 */

/** Outreach's throttle is 60 s; a second more allows for a clock that is not quite ours. */
export const MINT_INTERVAL_MS = 61_000;
/** How long before its end a token is renewed: enough for many tries at one a minute. */
const EARLY_MS = 10 * 60_000;
/** A refresh token lives 14 days; an idle connection renews it at half of that. */
const KEEP_ALIVE_MS = 7 * 24 * 3_600_000;
/** After a failure that is not Outreach's word on the token: a minute, doubling, at most this. */
const REFRESH_RETRY_MAX_MS = 10 * 60_000;
/** No call starts with a token that ends before the call can. */
const MARGIN_MS = 15_000;

export interface TokenState {
  /** When the access token was handed out. */
  readonly mintedAt: number;
  readonly expiresAt: number;
  /** When a token was last asked for, whether one came or not. */
  readonly askedAt: number;
  /** Refreshes in a row that failed for want of a usable answer. */
  readonly failures: number;
  /** Outreach answered 401 to this access token. */
  readonly refused: boolean;
  /** This access token was fetched because the one before it was refused, and has not been accepted yet. */
  readonly onTrial: boolean;
}

export type TokenStep =
  | { readonly kind: "use" }
  | { readonly kind: "refresh" }
  | { readonly kind: "wait"; readonly until: number };

/** What to do with the token before the next call. */
export function tokenStep(token: TokenState, now: number): TokenStep {
  const refreshableAt = nextRefreshAt(token);
  if (token.refused || now >= token.expiresAt - MARGIN_MS) {
    return now >= refreshableAt ? { kind: "refresh" } : { kind: "wait", until: refreshableAt };
  }
  return now >= refreshDueAt(token) && now >= refreshableAt ? { kind: "refresh" } : { kind: "use" };
}

/** When the token is to be renewed even if nothing is to be sent. */
export function keepAliveAt(token: TokenState): number {
  return Math.max(token.mintedAt + KEEP_ALIVE_MS, nextRefreshAt(token));
}

function refreshDueAt(token: TokenState): number {
  const life = token.expiresAt - token.mintedAt;
  const early = token.expiresAt - Math.min(EARLY_MS, life / 4);
  // However long the access token lives, the refresh token has to be renewed.
  return Math.min(early, token.mintedAt + KEEP_ALIVE_MS);
}

function nextRefreshAt(token: TokenState): number {
  if (token.failures === 0) return token.askedAt + MINT_INTERVAL_MS;
  const delay = Math.min(REFRESH_RETRY_MAX_MS, MINT_INTERVAL_MS * 2 ** (token.failures - 1));
  return token.askedAt + delay;
}
