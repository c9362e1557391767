/**
 * Calls an Outreach user's object over RPC, with what the platform asks of a caller.
 *
 * Promises: a stub that failed is not used again; a call is repeated once where the platform says that this may help
 * and repeating does no harm; what fails in the end is an `OutreachUserUnavailable`, never a bare platform error.
 * @module
 */
import { z } from "zod";
import { OUTREACH_USER_RPC } from "../engine/api.ts";
import type { OutreachUserApi, Repetition } from "../engine/api.ts";
import { OVERFLOW_RPC } from "../overflow/api.ts";
import type { OverflowApi } from "../overflow/api.ts";

/** An object that restarts is back within seconds. */
const RESTART_RETRY_MS = 2_000;
/** An overloaded object needs the queue before it to drain. */
const OVERLOAD_RETRY_MS = 15_000;

/**
 * Properties that the platform sets on errors of calls to objects
 * (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/).
 */
const platformError = z.object({
  retryable: z.boolean().catch(false),
  overloaded: z.boolean().catch(false),
  remote: z.boolean().catch(false),
  durableObjectReset: z.boolean().catch(false),
});
type PlatformFlags = z.infer<typeof platformError>;

/** The object could not be reached, or failed. Whether the call took effect is not known. */
export class OutreachUserUnavailable extends Error {
  override readonly name = "OutreachUserUnavailable";
  readonly flags: PlatformFlags;
  readonly retryAfterMs: number;

  constructor(cause: unknown, flags: PlatformFlags) {
    super("The Outreach user's object did not answer.", { cause });
    this.flags = flags;
    this.retryAfterMs = flags.overloaded ? OVERLOAD_RETRY_MS : RESTART_RETRY_MS;
  }
}

/** The object's methods, each called on a stub of its own. */
export function outreachUserClient(newStub: () => OutreachUserApi): OutreachUserApi {
  return clientOf(OUTREACH_USER_RPC, newStub);
}

/** An overflow object's methods, each called on a stub of its own. */
export function overflowClient(newStub: () => OverflowApi): OverflowApi {
  return clientOf(OVERFLOW_RPC, newStub);
}

type Method = (...args: unknown[]) => Promise<unknown>;

function clientOf<Api extends object>(
  table: Readonly<Record<keyof Api & string, Repetition>>,
  newStub: () => Api,
): Api {
  const client: Record<string, Method> = {};
  for (const [name, repetition] of Object.entries<Repetition>(table)) {
    const attempts = repetition === "once" ? 1 : 2;
    client[name] = (...args) => {
      const call = async (stub: Api): Promise<unknown> =>
        Reflect.apply(Reflect.get<object, string>(stub, name), stub, args);
      return attempt(newStub, call, attempts);
    };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has every method, passed on as it is
  return client as Api;
}

async function attempt<Stub, T>(
  newStub: () => Stub,
  call: (stub: Stub) => Promise<T>,
  attemptsLeft: number,
): Promise<T> {
  try {
    return await call(newStub());
  } catch (error) {
    const flags = platformError.safeParse(error).data ?? NO_FLAGS;
    // To repeat a call to an overloaded object is to overload it further.
    const mayHelp = flags.retryable && !flags.overloaded;
    if (mayHelp && attemptsLeft > 1) return attempt(newStub, call, attemptsLeft - 1);
    throw new OutreachUserUnavailable(error, flags);
  }
}

/** For what is nice to know and not worth failing for: `.catch(nullWhenUnavailable)`. */
export function nullWhenUnavailable(error: unknown): null {
  if (error instanceof OutreachUserUnavailable) return null;
  throw error;
}

const NO_FLAGS: PlatformFlags = {
  retryable: false,
  overloaded: false,
  remote: false,
  durableObjectReset: false,
};
