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
/** After a failure that is not Outreach's word on the token: a minute, doubling, at most this, and after hours at most that. */
const REFRESH_RETRY_MAX_MS = 10 * 60_000;
const REFRESH_RETRY_LATE_MS = 3_600_000;
/** So many failures take an hour and a half. */
const REFRESH_LATE_AFTER = 12;
/** A token that is refused is tried again after this time, doubling, at most that: it may not be the token's fault. */
const REFUSED_FIRST_MS = 5_000;
const REFUSED_MAX_MS = 30 * 60_000;
/** A refused token is replaced by a new one once an hour. */
const REFUSED_RENEW_MS = 3_600_000;
/** Refusals that last for so long are a person's business. */
const HOPELESS_REFUSED_MS = 6 * 3_600_000;
/** A refresh that fails for so long is shown as failing, once the access token has ended. */
const FAILING_SHOWN_MS = 2 * 3_600_000;
/** So long a refresh token lives (Outreach's API reference, "OAuth"). */
const REFRESH_TOKEN_LIFE_MS = 14 * 24 * 3_600_000;
/** No call starts with a token that ends before the call can. */
const MARGIN_MS = 15_000;

export interface TokenState {
  /** When the access token was handed out. */
  readonly mintedAt: number;
  readonly expiresAt: number;
  /** When a token was last asked for, whether one came or not. */
  readonly askedAt: number;
  /** Refreshes in a row that failed for want of a usable answer, and since when. */
  readonly failures: number;
  readonly failingSince: number | null;
  /** Since when Outreach answers 401 to calls, whatever token they carry; null where it does not. */
  readonly refusedSince: number | null;
  readonly refusals: number;
  /** When a call may find out whether it still does. */
  readonly tryAt: number;
}

export type TokenStep =
  | { readonly kind: "use" }
  | { readonly kind: "refresh" }
  | {
      readonly kind: "wait";
      readonly reason: "token_refresh_waiting" | "token_refresh_failing" | "token_refused";
      readonly until: number;
    };

/** What to do with the token before the next call. */
export function tokenStep(token: TokenState, now: number): TokenStep {
  const refreshableAt = nextRefreshAt(token);
  const isRefreshable = now >= refreshableAt;
  if (now >= token.expiresAt - MARGIN_MS) {
    if (isRefreshable) return { kind: "refresh" };
    const isLate = token.failingSince !== null && now - token.failingSince >= FAILING_SHOWN_MS;
    const reason = isLate ? "token_refresh_failing" : "token_refresh_waiting";
    return { kind: "wait", reason, until: refreshableAt };
  }
  if (token.refusedSince === null) {
    return now >= refreshDueAt(token) && isRefreshable ? { kind: "refresh" } : { kind: "use" };
  }
  const renewAt = Math.max(
    refreshableAt,
    token.mintedAt < token.refusedSince ? 0 : token.mintedAt + REFUSED_RENEW_MS,
  );
  if (now >= renewAt) return { kind: "refresh" };
  if (now >= token.tryAt) return { kind: "use" };
  return { kind: "wait", reason: "token_refused", until: Math.min(token.tryAt, renewAt) };
}

/** Outreach answered 401. Calls that were out when it last did tell nothing new. */
export function withRefusal(token: TokenState, leftAt: number, at: number): TokenState {
  if (token.refusedSince !== null && leftAt < token.tryAt) return token;
  const waitMs = Math.min(REFUSED_MAX_MS, REFUSED_FIRST_MS * 2 ** token.refusals);
  return {
    ...token,
    refusedSince: token.refusedSince ?? at,
    refusals: token.refusals + 1,
    tryAt: at + waitMs,
  };
}

/** Why only a person can help; null where it may heal by itself. It is tried on all the same. */
export function hopeless(token: TokenState, now: number): "refused" | "not_renewed" | null {
  const { refusedSince, failingSince, mintedAt } = token;
  if (refusedSince !== null && now - refusedSince >= HOPELESS_REFUSED_MS) return "refused";
  const isOver = failingSince !== null && now - mintedAt >= REFRESH_TOKEN_LIFE_MS;
  return isOver ? "not_renewed" : null;
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
  const isLate = token.failures > REFRESH_LATE_AFTER;
  const maxMs = isLate ? REFRESH_RETRY_LATE_MS : REFRESH_RETRY_MAX_MS;
  const delay = Math.min(maxMs, MINT_INTERVAL_MS * 2 ** (token.failures - 1));
  return token.askedAt + delay;
}
