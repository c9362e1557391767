/**
 * The connection to Outreach: its tokens, and who the user is.
 *
 * Promises: tokens are stored sealed, and stored before they are used; a token is refreshed once, early, never from
 * two places and never twice in a minute; an answer to an old token says nothing about the new one.
 * @module
 */
import { hopeless, keepAliveAt, tokenStep, withRefusal } from "./token-rules.ts";
import type { Identity } from "../../outreach/client.ts";
import * as oauth from "../../outreach/oauth.ts";
import type { ConnectionStatus, ConnectResult, Pause } from "../api.ts";
import {
  DISCONNECTED,
  LACKS_SCOPE,
  NOT_CONNECTED,
  NOT_RENEWED,
  problemOf,
  REFUSED_FOR_HOURS,
  REFUSED_GRANT,
  UNREADABLE,
} from "./words.ts";
import { isUnreadable } from "../quarantine/fault.ts";
import type { Ports } from "../ports.ts";
import { SignIns } from "./sign-ins.ts";
import { connectionPiece, signInsPiece } from "./state.ts";
import type { StoredConnection as Stored } from "./state.ts";
import type { ObservedDatabase } from "../../durable/observed-database.ts";
import type { Piece } from "../../durable/piece.ts";

/** Labels of custom fields change now and then; asking once a day costs 365 calls a year. */
const IDENTITY_FRESH_MS = 24 * 3_600_000;
const IDENTITY_RETRY_MS = 15 * 60_000;
/** Between two questions while nothing leaves because of it. */
const UNANSWERED_FIRST_MS = 2_000;
const UNANSWERED_MAX_MS = 5 * 60_000;

/** Scopes that the connector cannot do without. Outreach's scopes are not additive: `all` is one of its own. */
const NEEDED = [
  {
    scope: "prospects.write",
    sufficient: ["prospects.write", "prospects.all"],
    neededFor: "bringing prospects up to date (PATCH /prospects/{id})",
  },
] as const;

/** A token that may be used now. */
export interface Pass {
  readonly accessToken: string;
  readonly generation: number;
  /** As `Connection.account` was when it was handed out. */
  readonly account: string;
}

export type ConnectionStep =
  | { readonly kind: "ready"; readonly pass: Pass }
  | { readonly kind: "refresh" }
  | {
      readonly kind: "blocked";
      readonly pause: Pause;
      /** When it goes on by itself; null where a person has to act. */
      readonly until: number | null;
    };

export class Connection {
  readonly #ports: Ports;
  readonly #stored: Piece<Stored | null>;
  readonly #signIns: SignIns;
  /** Null before it was read. */
  #account: string | null = null;
  #opened: { readonly sealed: string; readonly token: string | null } | null = null;

  constructor(ports: Ports, db: ObservedDatabase) {
    this.#ports = ports;
    this.#stored = connectionPiece(db);
    this.#signIns = new SignIns(ports, signInsPiece(db));
  }

  /** Whose prospects these are; empty until Outreach has said who signed in. */
  get account(): string {
    try {
      return (this.#account ??= accountOf(this.#stored.read()));
    } catch (error) {
      // Then nothing leaves; what is accepted meanwhile counts as unknown at Outreach.
      if (isUnreadable(error)) return "";
      throw error;
    }
  }

  /** What the token may be used for: as Outreach granted it, or, where the grant said nothing, as it tells who is connected. */
  get scopes(): readonly string[] {
    const stored = this.#stored.read();
    if (!stored) return [];
    return stored.scopes.length > 0 ? stored.scopes : (stored.identity?.scopes ?? []);
  }

  /** What the connection allows before the next call. */
  step(now: number): ConnectionStep {
    const stored = this.#stored.read();
    if (!stored) return blocked("disconnected", null);
    if (stored.broken === DISCONNECTED) return blocked("disconnected", null);
    if (stored.broken !== null) return blocked("reconnect_required", null);
    const step = tokenStep(stored.token, now);
    if (step.kind === "wait") {
      const needsPerson = hopeless(stored.token, now) !== null;
      const reason = needsPerson ? "reconnect_required" : step.reason;
      return blocked(reason, needsPerson ? null : step.until, step.until);
    }
    if (step.kind === "refresh") return { kind: "refresh" };
    const accessToken = this.#accessTokenOf(stored);
    if (accessToken === null) {
      this.#break(stored, UNREADABLE);
      return blocked("reconnect_required", null);
    }
    return {
      kind: "ready",
      pass: { accessToken, generation: stored.generation, account: this.account },
    };
  }

  /** Every request asks for it, and opening it takes longer than all else that is asked. */
  #accessTokenOf({ sealedAccessToken: sealed }: Stored): string | null {
    if (this.#opened?.sealed !== sealed) {
      this.#opened = { sealed, token: this.#ports.vault.open(sealed, "access_token") };
    }
    return this.#opened.token;
  }

  /** When to wake up for the tokens' sake although nothing waits. */
  keepAliveAt(): number | null {
    const stored = this.#stored.read();
    return stored && stored.broken === null ? keepAliveAt(stored.token) : null;
  }

  /** Begins a sign-in, and gives the URL of Outreach's sign-in page. */
  begin(redirectUri: string): string {
    return this.#signIns.begin(redirectUri);
  }

  /** Ends a sign-in with what Outreach's redirect brought. Who the user is, is found out by the first call. */
  async complete(query: string, redirectUri: string): Promise<ConnectResult> {
    const signedIn = await this.#signIns.complete(query, redirectUri);
    if (!signedIn.ok) return signedIn;
    this.#store(signedIn.grant, signedIn.refreshToken, null);
    this.#ports.log("outreach_connected");
    return { ok: true, identity: null };
  }

  /** Trades the refresh token for a new pair. Called by one caller at a time, when `step` says so. */
  async refresh(): Promise<void> {
    const before = this.#stored.read();
    if (!before) return;
    const refreshToken = this.#ports.vault.open(before.sealedRefreshToken, "refresh_token");
    if (refreshToken === null) return this.#break(before, UNREADABLE);
    // Written down before it leaves: a restart in between must not ask twice in a minute.
    const asked = { ...before.token, askedAt: this.#ports.now() };
    this.#stored.write({ ...before, token: asked });

    const { application, network } = this.#ports;
    const outcome = await oauth.refreshTokens(application, network, refreshToken);
    const stored = this.#stored.read();
    if (!stored || stored.generation !== before.generation) return; // somebody reconnected meanwhile
    if (outcome.kind === "granted") {
      this.#store(outcome.grant, outcome.grant.refreshToken ?? refreshToken, stored);
      return;
    }
    if (outcome.kind === "grant_refused") return this.#break(stored, REFUSED_GRANT);
    const failures = stored.token.failures + 1;
    const failingSince = stored.token.failingSince ?? this.#ports.now();
    this.#stored.write({
      ...stored,
      token: { ...stored.token, failures, failingSince },
      refreshProblem: problemOf(outcome),
    });
    this.#ports.log("token_refresh_failed", { reason: outcome.kind, failures });
  }

  /** Whether Outreach refuses the token, so that one call at a time finds out whether it still does. */
  get isRefused(): boolean {
    return (this.#stored.read()?.token.refusedSince ?? null) !== null;
  }

  /** Outreach answered 401 to a call with this pass. */
  refused(generation: number, leftAt: number, at: number): void {
    const stored = this.#stored.read();
    if (!stored || stored.generation !== generation || stored.broken !== null) return;
    this.#stored.write({ ...stored, token: withRefusal(stored.token, leftAt, at) });
  }

  /** Outreach let nobody's prospect be changed with this pass, whatever the change. */
  lacksScope(generation: number): void {
    const stored = this.#stored.read();
    if (!stored || stored.generation !== generation || stored.broken !== null) return;
    this.#break(stored, LACKS_SCOPE);
  }

  /** Outreach took a call with this pass. */
  accepted(generation: number): void {
    const stored = this.#stored.read();
    if (!stored || stored.generation !== generation || stored.token.refusedSince === null) return;
    this.#stored.write({ ...stored, token: { ...stored.token, ...NOT_REFUSED } });
  }

  /** A person takes the access back. Whose prospects these are stays known, for whoever connects next. */
  disconnect(): void {
    const stored = this.#stored.read();
    if (!stored) return;
    this.#stored.write({
      ...stored,
      // An answer to a refresh that is under way comes for a pair that is no more.
      generation: stored.generation + 1,
      sealedAccessToken: "",
      sealedRefreshToken: "",
      refreshProblem: null,
      broken: DISCONNECTED,
    });
    this.#ports.log("outreach_disconnected");
  }

  /** Whether it is known whose prospects these are, or that Outreach does not say. Nothing may leave before. */
  get isIdentified(): boolean {
    const { identifiedAt = null } = this.#stored.read() ?? {};
    return identifiedAt !== null;
  }

  /** Why nothing leaves although somebody is connected; null where that is not so. */
  unanswered(): Pause | null {
    const { unanswered = null } = this.#stored.read() ?? {};
    return unanswered && { reason: "outreach_failing", until: unanswered.askAgainAt };
  }

  /** When to ask `GET /api/v2` again: at once after a sign-in; null while nobody is connected. */
  identifyDueAt(): number | null {
    const stored = this.#stored.read();
    if (!stored) return null;
    if (stored.identifiedAt === null) return stored.unanswered?.askAgainAt ?? 0;
    return stored.identifiedAt + (stored.identity ? IDENTITY_FRESH_MS : IDENTITY_RETRY_MS);
  }

  /** Remembers what `GET /api/v2` said to a call with this pass; null where it refused to say anything. */
  identified({ generation }: Pass, identity: Identity | null, now: number): void {
    const stored = this.#stored.read();
    if (!stored || stored.generation !== generation) return;
    this.#write({
      ...stored,
      identifiedAt: now,
      unanswered: null,
      identity: identity ? told(identity, stored.identity) : stored.identity,
    });
  }

  /** `GET /api/v2` had no usable answer. Who was known before stays known; after a sign-in it is asked again soon. */
  notIdentified(pass: Pass, now: number): void {
    const stored = this.#stored.read();
    if (!stored || stored.generation !== pass.generation) return;
    if (stored.identifiedAt !== null) return this.identified(pass, null, now);
    const times = (stored.unanswered?.times ?? 0) + 1;
    const ceilingMs = Math.min(UNANSWERED_MAX_MS, UNANSWERED_FIRST_MS * 2 ** (times - 1));
    const pauseMs = Math.round((ceilingMs * (1 + this.#ports.random())) / 2);
    this.#write({ ...stored, unanswered: { times, askAgainAt: now + pauseMs } });
  }

  status(): ConnectionStatus {
    const stored = this.#stored.read();
    if (!stored) return NOT_CONNECTED;
    const { scopes } = this;
    const lost = hopeless(stored.token, this.#ports.now());
    return {
      status: statusOf(stored, lost),
      detail: stored.broken ?? (lost && HOPELESS[lost]) ?? stored.refreshProblem,
      connectedAt: stored.connectedAt,
      accessTokenExpiresAt: stored.token.expiresAt,
      identity: stored.identity,
      missingScopes: NEEDED.filter(
        ({ sufficient }) => scopes.length > 0 && !sufficient.some((s) => scopes.includes(s)),
      ).map(({ scope, neededFor }) => ({ scope, neededFor })),
    };
  }

  /** Stores a new pair. `before` is what it renews; null after a sign-in. */
  #store(grant: oauth.Grant, refreshToken: string, before: Stored | null): void {
    const now = this.#ports.now();
    const { vault } = this.#ports;
    this.#write({
      generation: (this.#stored.read()?.generation ?? 0) + 1,
      sealedAccessToken: vault.seal(grant.accessToken, "access_token"),
      sealedRefreshToken: vault.seal(refreshToken, "refresh_token"),
      token: {
        mintedAt: now,
        expiresAt: now + grant.expiresInMs,
        askedAt: before?.token.askedAt ?? now,
        failures: 0,
        failingSince: null,
        refusedSince: before?.token.refusedSince ?? null,
        refusals: before?.token.refusals ?? 0,
        // Whether the new one is refused too, is found out at once.
        tryAt: now,
      },
      scopes: grant.scopes.length > 0 ? [...grant.scopes] : (before?.scopes ?? []),
      connectedAt: before?.connectedAt ?? now,
      identity: before?.identity ?? null,
      identifiedAt: before?.identifiedAt ?? null,
      unanswered: before?.unanswered ?? null,
      refreshProblem: null,
      broken: null,
    });
  }

  #write(connection: Stored): void {
    this.#stored.write(connection);
    this.#account = accountOf(connection);
  }

  #break(stored: Stored, why: string): void {
    this.#stored.write({ ...stored, broken: why });
    this.#ports.log("reconnect_required");
  }
}

/** Ids of users are counted in each organisation, so the address they sign in with belongs to it. */
function accountOf(connection: Stored | null): string {
  const { userId = null, email = null } = connection?.identity ?? {};
  return userId === null ? "" : JSON.stringify([userId, email?.toLowerCase() ?? null]);
}

/** What an answer leaves out about the same user stays as it was told before. */
function told(identity: Identity, before: Stored["identity"]): NonNullable<Stored["identity"]> {
  const userId = identity.userId ?? before?.userId ?? null;
  const same = before?.userId === userId ? before : null;
  const { scopes, customFieldLabels } = identity;
  return {
    userId,
    email: identity.email ?? same?.email ?? null,
    name: identity.name ?? same?.name ?? null,
    scopes: [...scopes],
    customFieldLabels: { ...customFieldLabels },
  };
}

const NOT_REFUSED = { refusedSince: null, refusals: 0 } as const;
const HOPELESS = { refused: REFUSED_FOR_HOURS, not_renewed: NOT_RENEWED } as const;

function statusOf(
  { broken }: Stored,
  lost: ReturnType<typeof hopeless>,
): ConnectionStatus["status"] {
  if (broken === DISCONNECTED) return "disconnected";
  return broken === null && lost === null ? "connected" : "reconnect_required";
}

function blocked(
  reason: Pause["reason"],
  until: number | null,
  goesOnAt: number | null = until,
): ConnectionStep {
  return { kind: "blocked", pause: { reason, until }, until: goesOnAt };
}
