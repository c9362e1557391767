import { describe, it } from "vitest";
import { judge, type Hour, type Seen } from "../../../../src/engine/alerts/judge-rules.ts";
import { DEFAULT_RULES, type AlertKind } from "../../../../src/engine/alerts/alert-rules.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NINE = Date.UTC(2026, 10, 2, 9);

const QUIET = { received: 0, rejected: 0, failed: 0, rejectedByCode: {} };
const CONNECTED = { status: "connected", connectedAt: NINE } as const;

type Told = Partial<Omit<Seen, "thisHour" | "lastHour">> & {
  thisHour?: Partial<Hour>;
  lastHour?: Partial<Hour>;
};

/** Half past nine, and nothing happened but this. */
function seen({ thisHour, lastHour, ...others }: Told): Seen {
  return {
    now: NINE + 30 * MINUTE,
    oldestAcceptedAt: null,
    connection: CONNECTED,
    ...others,
    thisHour: { ...QUIET, startedAt: NINE, ...thisHour },
    lastHour: { ...QUIET, startedAt: NINE - HOUR, ...lastHour },
  };
}

const profiles = (received: number, rejected: number) => ({ received, rejected });
const ago = (minutes: number) => ({ oldestAcceptedAt: NINE + (30 - minutes) * MINUTE });

const cases: readonly [string, AlertKind, wasOpen: boolean, Told, isOpen: boolean][] = [
  ["no failure", "run_failure", false, {}, false],
  ["the first failure of an hour", "run_failure", false, { thisHour: { failed: 1 } }, true],
  ["more failures", "run_failure", true, { thisHour: { failed: 9 } }, true],
  ["failures just before the hour", "run_failure", false, { lastHour: { failed: 1 } }, true],
  ["an hour that is not over", "run_failure", true, { lastHour: { failed: 1 } }, true],
  ["an hour without failures", "run_failure", true, {}, false],

  ["nothing that waits", "delay", false, {}, false],
  ["149 minutes", "delay", false, ago(149), false],
  ["150 minutes", "delay", false, ago(150), true],
  ["121 minutes, open", "delay", true, ago(121), true],
  ["119 minutes, open", "delay", true, ago(119), false],
  ["121 minutes, not open", "delay", false, ago(121), false],
  ["nothing that waits any more", "delay", true, {}, false],

  ["one rejected of two", "skip_rate_exceeded", false, { thisHour: profiles(2, 1) }, false],
  ["all but enough", "skip_rate_exceeded", false, { thisHour: profiles(99, 99) }, false],
  ["the threshold itself", "skip_rate_exceeded", false, { thisHour: profiles(100, 10) }, false],
  ["over the threshold", "skip_rate_exceeded", false, { thisHour: profiles(100, 11) }, true],
  ["just under, open", "skip_rate_exceeded", true, { thisHour: profiles(100, 9) }, true],
  ["well under, open", "skip_rate_exceeded", true, { thisHour: profiles(100, 8) }, false],
  ["just under, not open", "skip_rate_exceeded", false, { thisHour: profiles(100, 9) }, false],
  [
    "too many just before the hour",
    "skip_rate_exceeded",
    false,
    { lastHour: profiles(100, 11), thisHour: profiles(5, 0) },
    true,
  ],
  [
    "an hour with enough good ones",
    "skip_rate_exceeded",
    true,
    { lastHour: profiles(100, 50), thisHour: profiles(100, 0) },
    false,
  ],
  [
    "an hour that tells nothing, open",
    "skip_rate_exceeded",
    true,
    { lastHour: profiles(5, 5) },
    false,
  ],

  ["a connection", "connection_lost", false, {}, false],
  [
    "nobody who ever connected",
    "connection_lost",
    false,
    { connection: { status: "disconnected", connectedAt: null } },
    false,
  ],
  [
    "somebody who disconnected",
    "connection_lost",
    false,
    { connection: { status: "disconnected", connectedAt: NINE } },
    true,
  ],
  [
    "a sign-in that is refused",
    "connection_lost",
    false,
    { connection: { status: "reconnect_required", connectedAt: NINE } },
    true,
  ],
  ["a new sign-in", "connection_lost", true, {}, false],
];

describe("an alert", () => {
  for (const [what, kind, wasOpen, told, isOpen] of cases) {
    it(`${kind} is ${isOpen ? "open" : "not open"} with ${what}`, ({ expect }) => {
      expect(judge(kind, wasOpen, seen(told), DEFAULT_RULES).isOpen).toBe(isOpen);
    });
  }

  it("keeps to the threshold and the minimum of its settings", ({ expect }) => {
    const rules = { ...DEFAULT_RULES, skipRatePercent: 50, skipRateMinimum: 2 };
    const judged = (rejected: number) =>
      judge("skip_rate_exceeded", false, seen({ thisHour: profiles(4, rejected) }), rules).isOpen;
    expect([judged(2), judged(3)]).toEqual([false, true]);
  });
});

const looks: readonly [string, AlertKind, wasOpen: boolean, Told, number | null][] = [
  ["nothing to watch", "run_failure", false, {}, null],
  ["a failure", "run_failure", true, { thisHour: { failed: 1 } }, NINE + 2 * HOUR],
  ["a failure in the last hour", "run_failure", true, { lastHour: { failed: 1 } }, NINE + HOUR],
  ["nothing that waits", "delay", false, {}, null],
  ["an update that waits", "delay", false, ago(10), NINE + 20 * MINUTE + 150 * MINUTE],
  ["a delay", "delay", true, ago(200), null],
  ["a low rate", "skip_rate_exceeded", false, { thisHour: profiles(100, 1) }, null],
  ["a high rate", "skip_rate_exceeded", true, { thisHour: profiles(100, 50) }, NINE + HOUR],
  ["a connection", "connection_lost", false, {}, null],
];

describe("time alone changes", () => {
  for (const [what, kind, wasOpen, told, at] of looks) {
    it(`${kind} with ${what} ${at === null ? "never" : "when it is said to"}`, ({ expect }) => {
      const verdict = judge(kind, wasOpen, seen(told), DEFAULT_RULES);
      expect(verdict.lookAt).toBe(at);
    });
  }
});
