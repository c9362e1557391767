/**
 * Sign-ins to Outreach that were begun: each is known by a state that nobody can guess, and ends once.
 * @module
 */
import * as oauth from "../../outreach/oauth.ts";
import type { FailedSignIn } from "../api.ts";
import { NO_REFRESH_TOKEN, notExchanged, UNKNOWN_STATE } from "./words.ts";
import type { Ports } from "../ports.ts";
import type { Piece } from "../../durable/piece.ts";

/** A sign-in page left open for longer than this has to be opened anew. */
const SIGN_IN_MS = 15 * 60_000;
/** More than this many sign-ins at once are nobody's intention. */
const SIGN_INS_MAX = 20;

/** What a sign-in brought, or why it brought nothing. */
export type SignedIn =
  | { readonly ok: true; readonly grant: oauth.Grant; readonly refreshToken: string }
  | FailedSignIn;

interface OpenSignIn {
  readonly state: string;
  readonly begunAt: number;
}

export class SignIns {
  readonly #ports: Ports;
  readonly #stored: Piece<OpenSignIn[]>;

  constructor(ports: Ports, stored: Piece<OpenSignIn[]>) {
    this.#ports = ports;
    this.#stored = stored;
  }

  /**
   * Begins a sign-in; the state it remembers is used up by the first redirect that brings it back.
   * @returns the URL of Outreach's sign-in page
   */
  begin(redirectUri: string): string {
    const state = this.#ports.newState();
    const open = this.#open().slice(1 - SIGN_INS_MAX);
    this.#stored.write([...open, { state, begunAt: this.#ports.now() }]);
    return oauth.authorizeUrl(this.#ports.application, redirectUri, state);
  }

  /** Ends a sign-in with what Outreach's redirect brought: trades its code for tokens. */
  async complete(query: string, redirectUri: string): Promise<SignedIn> {
    const parameters = new URLSearchParams(query);
    const state = parameters.get("state") ?? "";
    const signIns = this.#open();
    if (!signIns.some((signIn) => signIn.state === state)) return UNKNOWN_STATE;
    this.#stored.write(signIns.filter((signIn) => signIn.state !== state));
    const { application, network } = this.#ports;
    const redirect = oauth.readRedirect(application, parameters, state);
    if (redirect.kind === "denied") {
      return { ok: false, reason: "denied", detail: `Outreach says: ${redirect.detail}.` };
    }
    const outcome = await oauth.exchangeCode(
      application,
      network,
      redirect.parameters,
      redirectUri,
    );
    if (outcome.kind !== "granted") return notExchanged(outcome);
    const { grant } = outcome;
    if (grant.refreshToken === null) return NO_REFRESH_TOKEN;
    return { ok: true, grant, refreshToken: grant.refreshToken };
  }

  #open() {
    const now = this.#ports.now();
    return this.#stored.read().filter(({ begunAt }) => now - begunAt < SIGN_IN_MS);
  }
}
