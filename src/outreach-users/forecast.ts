/**
 * What an activation will cost one Outreach user, whoever asks: the API or the console.
 * @module
 */
import { forecastActivation } from "../engine/estimates/activation-rules.ts";
import type {
  Activation,
  ActivationForecast,
  Capacity,
} from "../engine/estimates/activation-rules.ts";
import type { UserStatus } from "../engine/api.ts";

const HOUR_MS = 3_600_000;

export interface UserForecast extends ActivationForecast {
  readonly capacity: Capacity;
}

/** Forecasts an activation for an Outreach user as it is now: its limit, reserve, yearly allowance and scopes. */
export function forecastForUser(asked: Activation, status: UserStatus): UserForecast {
  const capacity = capacityOf(status);
  return { capacity, ...forecastActivation(asked, capacity) };
}

function capacityOf({ budget, calls, bulk }: UserStatus): Capacity {
  const { limit, reserved, windowMs } = budget;
  return {
    callsPerHour: Math.max(1, Math.floor(((limit - reserved) * HOUR_MS) / windowMs)),
    yearlyAllowance: calls.yearlyAllowance,
    // The forecast may count on either kind of job.
    bulk: bulk.modify.missingScopes.length + bulk.upsert.missingScopes.length === 0,
  };
}
