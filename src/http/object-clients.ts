/**
 * Calls an Outreach user's object over RPC, with what the platform asks of a caller.
 *
 * Promises: a stub that failed is not used again; a call is repeated once where the platform says that this may help
 * and repeating does no harm; what fails in the end is an `OutreachUserUnavailable`, never a bare platform error.
 * @module
 */
import { z } from "zod";
import type { OutreachUserApi } from "../engine/api.ts";
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
  const once = <T>(call: (stub: OutreachUserApi) => Promise<T>) => attempt(newStub, call, 1);
  const twice = <T>(call: (stub: OutreachUserApi) => Promise<T>) => attempt(newStub, call, 2);
  return {
    // Storing the same updates again changes nothing: they carry values, not changes.
    accept: (batch, until) => twice((stub) => stub.accept(batch, until)),
    acceptOverflow: (overflow, batches) => twice((stub) => stub.acceptOverflow(overflow, batches)),
    status: () => twice((stub) => stub.status()),
    calls: (span, limit) => twice((stub) => stub.calls(span, limit)),
    glance: () => twice((stub) => stub.glance()),
    setYearlyAllowance: (calls) => twice((stub) => stub.setYearlyAllowance(calls)),
    pause: () => twice((stub) => stub.pause()),
    resume: () => twice((stub) => stub.resume()),
    prospect: (id) => twice((stub) => stub.prospect(id)),
    activity: (minutes) => twice((stub) => stub.activity(minutes)),
    hurry: (id) => twice((stub) => stub.hurry(id)),
    forgetTold: (id) => twice((stub) => stub.forgetTold(id)),
    prospects: (ids) => twice((stub) => stub.prospects(ids)),
    runs: (id, limit) => twice((stub) => stub.runs(id, limit)),
    audiences: (id) => twice((stub) => stub.audiences(id)),
    seenAudiences: (id) => twice((stub) => stub.seenAudiences(id)),
    failures: (id, page) => twice((stub) => stub.failures(id, page)),
    failureGroups: (id, limit) => twice((stub) => stub.failureGroups(id, limit)),
    // Done in steps: repeated, it would count only those that were left.
    replay: (...asked) => once((stub) => stub.replay(...asked)),
    discardFailures: (...asked) => twice((stub) => stub.discardFailures(...asked)),
    // A repetition would find the failure gone, or the sign-in used up, and say so.
    discardFailure: (id, failureId) => once((stub) => stub.discardFailure(id, failureId)),
    completeConnection: (query, uri) => once((stub) => stub.completeConnection(query, uri)),
    beginConnection: (uri) => twice((stub) => stub.beginConnection(uri)),
    forgetDestination: (id) => twice((stub) => stub.forgetDestination(id)),
    setDelivery: (id, delivery) => twice((stub) => stub.setDelivery(id, delivery)),
    setAlerts: (id, settings) => twice((stub) => stub.setAlerts(id, settings)),
    rename: (name) => twice((stub) => stub.rename(name)),
    alerts: (id) => twice((stub) => stub.alerts(id)),
    // Repeated, the receiver would get two.
    testAlert: (id) => once((stub) => stub.testAlert(id)),
    disconnect: () => twice((stub) => stub.disconnect()),
    destroy: () => twice((stub) => stub.destroy()),
  };
}

/** An overflow object's methods, each called on a stub of its own. */
export function overflowClient(newStub: () => OverflowApi): OverflowApi {
  const twice = <T>(call: (stub: OverflowApi) => Promise<T>) => attempt(newStub, call, 2);
  return {
    // Stored twice, it arrives twice: what was sent in between did not wait for its answer, so no order was promised.
    store: (outreachUserId, batch, until) =>
      twice((stub) => stub.store(outreachUserId, batch, until)),
    waiting: () => twice((stub) => stub.waiting()),
    destroy: () => twice((stub) => stub.destroy()),
  };
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
