/**
 * People who have signed in and not yet decided about the application. Each decision can be made once.
 * @module
 */
import type { Clock } from "../clock.ts";
import { type Random, randomText } from "../random.ts";

/** Who asks, for what, and where the answer goes. */
export interface AuthorizeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
}

interface SignIn {
  readonly userId: number;
  readonly request: AuthorizeRequest;
  readonly expiresAt: number;
}

/** Nobody looks at a consent page for longer. */
const DECISION_MS = 15 * 60_000;
/** More pages than people have open at once; the oldest go first. */
const SIGN_INS_MAX = 1_000;

export class SignIns {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #open = new Map<string, SignIn>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns what the consent page has to bring back */
  begin(userId: number, request: AuthorizeRequest): string {
    const key = randomText(this.#random, 32);
    this.#open.set(key, { userId, request, expiresAt: this.#clock.now() + DECISION_MS });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= SIGN_INS_MAX) break;
      this.#open.delete(oldest);
    }
    return key;
  }

  /** The sign-in behind a consent page, once; null where it is unknown, used up or too old. */
  finish(key: string): Pick<SignIn, "userId" | "request"> | null {
    const signIn = this.#open.get(key);
    this.#open.delete(key);
    return signIn && this.#clock.now() < signIn.expiresAt ? signIn : null;
  }
}
