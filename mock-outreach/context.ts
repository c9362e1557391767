/**
 * What a request carries on its way through the app.
 * @module
 */
import type { FaultPlan } from "./faults/engine.ts";
import type { RequestBody } from "./http/body.ts";
import type { User } from "./model/organisation.ts";
import type { Token } from "./oauth/token-store.ts";
import type { Call } from "./traffic/journal.ts";
import type { World } from "./world.ts";

export interface MockEnv {
  Variables: {
    /** The world at the time of the request; a reset leaves it as it is. */
    world: World;
    /** Set by `observe`. */
    call: Call;
    body: RequestBody;
    /** Set by `requireToken`, and so only on the API's calls: `/oauth` has neither. */
    token: Token;
    user: User;
    /** Set where a fault strikes. */
    fault: FaultPlan | undefined;
    /** Whether the rate limit refused the call. */
    refusedByLimit: boolean | undefined;
  };
}
