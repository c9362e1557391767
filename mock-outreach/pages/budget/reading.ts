/**
 * What a user has left of the limit, as the budget page tells it.
 * @module
 */
import type { WindowRecord } from "../../limits/budgets.ts";
import type { User } from "../../model/organisation.ts";
import type { World } from "../../world.ts";

export interface BudgetReading {
  readonly user: User;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch milliseconds: when there are calls again, or one call more if the window slides. */
  readonly resetsAt: number;
  /** Whether the user has had a call in any window. */
  readonly active: boolean;
  /** The window that is now; null where nobody has called in it. */
  readonly current: Readonly<WindowRecord> | null;
  /** Windows with calls in them, oldest first, the current one included. */
  readonly windows: readonly Readonly<WindowRecord>[];
  readonly level: "zero" | "low" | "enough";
}

/** As many as can be told apart on a phone. */
const WINDOWS_MAX = 12;
/** Of the limit: below this a careful caller slows down. */
const LOW_SHARE = 0.1;

export function readBudget({ budgets, clock }: World, user: User): BudgetReading {
  const budget = budgets.of(user.id);
  const { limit, remaining, resetsAt } = budget.read();
  const windows = budget.windows.slice(-WINDOWS_MAX);
  const last = windows.at(-1);
  return {
    user,
    limit,
    remaining,
    resetsAt,
    active: last !== undefined,
    current: last && clock.now() < last.endsAt ? last : null,
    windows,
    level: remaining === 0 ? "zero" : remaining < limit * LOW_SHARE ? "low" : "enough",
  };
}
