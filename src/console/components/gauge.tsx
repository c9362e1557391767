/**
 * How much of a budget of calls is used: the window's and the year's.
 * @module
 */
import type { UserStatus } from "../../engine/api.ts";
import { inCount, inMoment, inPercent } from "../wording.ts";

type Status = Pick<UserStatus, "budget" | "calls">;

/** The rate limit's window: own calls, those of others, those left to others, and what is free. */
export function WindowGauge({ budget }: Status) {
  const { limit, remaining, reserved, resetsAt, usedByOthers } = budget;
  const used = Math.max(0, limit - remaining);
  const others = Math.min(used, usedByOthers ?? 0);
  const own = used - others;
  const free = Math.max(0, remaining - reserved);
  return (
    <div class="stack">
      <div class="row between">
        <h3>Calls in this window</h3>
        <span class="dim small">
          {inCount(used)} of {inCount(limit)} used
          {resetsAt !== null && (
            <>
              , resets <time datetime={new Date(resetsAt).toISOString()}>{inMoment(resetsAt)}</time>
            </>
          )}
        </span>
      </div>
      <Bar
        label={`${inCount(free)} calls free, ${inCount(own)} used by this connector, ${inCount(others)} by others, ${inCount(reserved)} left to others`}
        whole={limit}
        parts={[
          ["own", own],
          ["others", others],
        ]}
        end={Math.min(reserved, remaining)}
      />
      <p class="legend">
        <span>
          <i class="own"></i>this connector {inCount(own)}
        </span>
        <span>
          <i class="others"></i>people and other programs{" "}
          {usedByOthers === null ? "not known yet" : inCount(others)}
        </span>
        <span>
          <i></i>free {inCount(free)}
        </span>
        <span>
          <i class="reserved"></i>reserved for other users {inCount(reserved)}
        </span>
      </p>
    </div>
  );
}

/** The customer's yearly allowance: own calls, those of others as the same Outreach user, and what is left. */
export function YearGauge({ calls }: Status) {
  const { lastYear: own, lastYearByOthers: others, yearlyAllowance } = calls;
  if (yearlyAllowance === null) {
    return (
      <p class="dim small">
        {inCount(own)} calls in the last 365 days. Set the yearly allowance of your Outreach plan to
        have calls last all year: until then changes go out as soon as the hour allows, up to one
        call each.
      </p>
    );
  }
  const used = own + others;
  const share = inPercent(used, yearlyAllowance);
  return (
    <div class="stack">
      <div class="row between">
        <h3>Calls in the last 365 days</h3>
        <span class="dim small">
          {inCount(used)} of {inCount(yearlyAllowance)} ({share})
        </span>
      </div>
      <Bar
        label={`${share} of the yearly allowance used: ${inCount(own)} calls by this connector, ${inCount(others)} by others`}
        whole={yearlyAllowance}
        parts={[
          ["own", own],
          ["others", others],
        ]}
        end={0}
      />
      <p class="legend">
        <span>
          <i class="own"></i>this connector {inCount(own)}
        </span>
        <span>
          <i class="others"></i>people and other programs {inCount(others)}
        </span>
        <span>
          <i></i>left {inCount(Math.max(0, yearlyAllowance - used))}
        </span>
      </p>
    </div>
  );
}

interface BarProps {
  readonly label: string;
  readonly whole: number;
  readonly parts: readonly (readonly [kind: "own" | "others" | "reserved", size: number])[];
  /** What is set aside at the far end. */
  readonly end: number;
}

/** Widths are attributes, because the policy forbids styles in a page. */
export function Bar({ label, whole, parts, end }: BarProps) {
  const percent = (size: number) => Math.min(100, (100 * size) / Math.max(1, whole));
  let from = 0;
  return (
    <svg class="bar" role="img" aria-label={label} preserveAspectRatio="none">
      {parts.map(([kind, size]) => {
        const x = from;
        from = Math.min(100, from + percent(size));
        return <rect class={kind} x={`${x}%`} width={`${from - x}%`} height="100%" />;
      })}
      {end > 0 && (
        <rect
          class="reserved"
          x={`${100 - percent(end)}%`}
          width={`${percent(end)}%`}
          height="100%"
        />
      )}
    </svg>
  );
}
