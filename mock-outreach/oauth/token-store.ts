/**
 * Codes and tokens that were handed out, and the rules for handing out more.
 * @module
 */
import type { Clock } from "../clock.ts";
import { type Random, randomText } from "../random.ts";
import type { MockSettings } from "../settings.ts";
import type { SavedWorld } from "../snapshots/format.ts";

/** What a user allowed an application to do. */
export interface Grant {
  readonly userId: number;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

interface AuthorizationCode extends Grant {
  readonly redirectUri: string;
  readonly expiresAt: number;
}

/** Times are epoch milliseconds. */
export interface Token extends Grant {
  /** For people and tests; says nothing of the token's text. */
  readonly id: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface TokenPair {
  readonly access: Token & { readonly text: string };
  readonly refresh: Token & { readonly text: string };
}

export type MintResult =
  | { readonly kind: "minted"; readonly pair: TokenPair }
  | { readonly kind: "invalid_grant" }
  | { readonly kind: "throttled" };

/** As long as the signature part of the JWTs that Outreach hands out; nobody may read anything into it. */
const TOKEN_LENGTH = 43;
/** Codes and tokens that have ended are cleared away once there are this many of a kind. */
const SWEEP_AT = 10_000;

export class TokenStore {
  readonly #settings: Readonly<MockSettings>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #access = new Map<string, Token>();
  readonly #refresh = new Map<string, Token>();
  readonly #mintedAt = new Map<string, number>();
  #lastId = 0;
  #minted = 0;
  #throttled = 0;

  constructor(settings: Readonly<MockSettings>, clock: Clock, random: Random) {
    this.#settings = settings;
    this.#clock = clock;
    this.#random = random;
  }

  /** A code for one exchange at the same redirect URI. */
  issueCode(grant: Grant, redirectUri: string): string {
    this.#sweep();
    const code = randomText(this.#random, TOKEN_LENGTH);
    const expiresAt = this.#clock.now() + this.#settings.authorizationCodeSeconds * 1_000;
    this.#codes.set(code, { ...grant, redirectUri, expiresAt });
    return code;
  }

  exchangeCode(code: string, clientId: string, redirectUri: string | null): MintResult {
    const known = this.#codes.get(code);
    const matches = known?.clientId === clientId && known.redirectUri === redirectUri;
    if (!known || !matches || this.#hasEnded(known)) return { kind: "invalid_grant" };
    if (this.#isThrottled(known)) return { kind: "throttled" };
    this.#codes.delete(code);
    this.#countMint(known);
    return { kind: "minted", pair: this.issuePair(known) };
  }

  refresh(refreshToken: string, clientId: string): MintResult {
    const known = this.#refresh.get(refreshToken);
    if (known?.clientId !== clientId || this.#hasEnded(known)) return { kind: "invalid_grant" };
    if (this.#isThrottled(known)) return { kind: "throttled" };
    this.#countMint(known);
    const { rotateRefreshTokens, oldRefreshTokens } = this.#settings;
    if (!rotateRefreshTokens) {
      const access = this.#issue(this.#access, known, this.#settings.accessTokenSeconds);
      return { kind: "minted", pair: { access, refresh: { ...known, text: refreshToken } } };
    }
    if (oldRefreshTokens === "die") this.#refresh.delete(refreshToken);
    return { kind: "minted", pair: this.issuePair(known) };
  }

  /** Hands out a pair, past the throttle and without setting it off. */
  issuePair(grant: Grant): TokenPair {
    this.#sweep();
    const { accessTokenSeconds, refreshTokenSeconds, refreshTokensMax } = this.#settings;
    const access = this.#issue(this.#access, grant, accessTokenSeconds);
    const refresh = this.#issue(this.#refresh, grant, refreshTokenSeconds);
    const live = [...this.#refresh].filter(
      ([, token]) => isOf(token, grant) && !this.#hasEnded(token),
    );
    for (const [text] of live.slice(0, Math.max(0, live.length - refreshTokensMax))) {
      this.#refresh.delete(text);
    }
    return { access, refresh };
  }

  /** The grant behind an access token, or why there is none. */
  readAccess(
    text: string,
  ): { readonly token: Token } | { readonly refused: "unknown" | "expired" } {
    const token = this.#access.get(text);
    if (!token) return { refused: "unknown" };
    return this.#hasEnded(token) ? { refused: "expired" } : { token };
  }

  /** Ends tokens of this user and application at once; null stands for any. @returns how many */
  revoke(what: {
    readonly userId: number | null;
    readonly clientId: string | null;
    readonly kind: "access" | "refresh" | "all";
  }): number {
    const stores = {
      access: [this.#access],
      refresh: [this.#refresh],
      all: [this.#access, this.#refresh],
    };
    let revoked = 0;
    for (const store of stores[what.kind]) {
      for (const [text, token] of store) {
        const hit =
          (what.userId === null || token.userId === what.userId) &&
          (what.clientId === null || token.clientId === what.clientId);
        if (hit && store.delete(text)) revoked += 1;
      }
    }
    return revoked;
  }

  /** Live tokens and counts; no token's text. */
  summary() {
    const live = (store: ReadonlyMap<string, Token>) =>
      [...store.values()].filter((token) => !this.#hasEnded(token));
    return {
      access: live(this.#access),
      refresh: live(this.#refresh),
      minted: this.#minted,
      throttled: this.#throttled,
    };
  }

  save(): SavedWorld["tokens"] {
    return {
      codes: [...this.#codes],
      access: [...this.#access],
      refresh: [...this.#refresh],
      mintedAt: [...this.#mintedAt],
      lastId: this.#lastId,
      minted: this.#minted,
      throttled: this.#throttled,
    };
  }

  /** Brings back what was saved; only where nothing was handed out yet. */
  load(saved: SavedWorld["tokens"]): void {
    for (const [text, code] of saved.codes) this.#codes.set(text, code);
    for (const [text, token] of saved.access) this.#access.set(text, token);
    for (const [text, token] of saved.refresh) this.#refresh.set(text, token);
    for (const [key, at] of saved.mintedAt) this.#mintedAt.set(key, at);
    this.#lastId = saved.lastId;
    this.#minted = saved.minted;
    this.#throttled = saved.throttled;
  }

  #issue(store: Map<string, Token>, grant: Grant, lifeSeconds: number) {
    const issuedAt = this.#clock.now();
    this.#lastId += 1;
    const token: Token = {
      id: this.#lastId,
      userId: grant.userId,
      clientId: grant.clientId,
      scopes: grant.scopes,
      issuedAt,
      expiresAt: issuedAt + lifeSeconds * 1_000,
    };
    const text = randomText(this.#random, TOKEN_LENGTH);
    store.set(text, token);
    return { ...token, text };
  }

  #countMint(grant: Grant): void {
    this.#minted += 1;
    this.#mintedAt.set(mintKey(grant), this.#clock.now());
  }

  #isThrottled(grant: Grant): boolean {
    const last = this.#mintedAt.get(mintKey(grant));
    const waitMs = this.#settings.mintThrottleSeconds * 1_000;
    const throttled = last !== undefined && this.#clock.now() < last + waitMs;
    if (throttled) this.#throttled += 1;
    return throttled;
  }

  #hasEnded(ending: { readonly expiresAt: number }): boolean {
    return this.#clock.now() >= ending.expiresAt;
  }

  #sweep(): void {
    for (const store of [this.#codes, this.#access, this.#refresh]) {
      if (store.size < SWEEP_AT) continue;
      for (const [text, ending] of store) if (this.#hasEnded(ending)) store.delete(text);
    }
  }
}

const mintKey = (grant: Grant): string => JSON.stringify([grant.userId, grant.clientId]);

const isOf = (token: Token, grant: Grant): boolean =>
  token.userId === grant.userId && token.clientId === grant.clientId;
