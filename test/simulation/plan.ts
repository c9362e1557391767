/**
 * A world as data, made from one seed: what Outreach is like, what the platform sends, what goes wrong and when.
 * Because it is data, a world that fails can be made smaller by leaving parts of it out.
 * @module
 */
import { randomFrom } from "../../mock-outreach/random.ts";

export interface WorldPlan {
  readonly seed: string;
  readonly prospects: number;
  /**
   * How requests come to the Outreach user's object: straight to it, or as the Worker brings them, over overflow objects
   * where it does not take them in time. That order between objects rests on clocks that agree, so none jumps then.
   */
  readonly way: "direct" | "spillway";
  readonly outreach: OutreachPlan;
  readonly steps: readonly Step[];
}

export interface OutreachPlan {
  readonly limit: number;
  readonly windowMs: number;
  readonly window: "fixed_clock" | "fixed_first_call" | "sliding";
  /** What its answers say of the budget. */
  readonly headers: "honest" | "without_reset" | "none" | "lying";
  /** Whether other programs spend from the same budget. */
  readonly isShared: boolean;
  readonly latencyMs: number;
  /** Some calls take longer, by up to this. */
  readonly jitterMs: number;
  /** How it tells when its window resets. */
  readonly resets: "epoch" | "delta";
  /** How far its clock is ahead of true time. */
  readonly clockAheadMs: number;
  readonly scopes: string;
  readonly tokenLifeMs: number;
  readonly throttleMs: number;
  /** Of 100 prospects: how many do not exist, how many refuse the value "bad". */
  readonly missingPercent: number;
}

/** Where the object dies: at a statement of its database, or while a call is under way. */
export type Death =
  | { readonly where: "statement"; readonly after: number }
  | { readonly where: "before_call" | "after_applied" | "after_answer" };

export type Trouble =
  | "server_error"
  | "bad_gateway_applied"
  | "timeout"
  | "timeout_applied_late"
  | "connection_lost"
  | "connection_lost_applied"
  | "garbage"
  | "unauthorized"
  | "rate_limited"
  | "maintenance";

export type Step = { readonly at: number } & (
  | {
      readonly kind: "send";
      /** Which of the destinations that share the Outreach user. */
      readonly destination: 0 | 1;
      readonly updates: readonly SentUpdate[];
    }
  | { readonly kind: "die"; readonly death: Death }
  /** Each of the overflow objects that there are. */
  | { readonly kind: "overflows_die"; readonly death: Death }
  | {
      readonly kind: "user_late" | "overflows_late";
      readonly forMs: number;
      readonly byMs: number;
    }
  | { readonly kind: "user_gone" | "overflows_gone"; readonly forMs: number }
  | { readonly kind: "lose_overflow_alarms" }
  /** Objects do what they are asked, and whoever asked never hears of it. */
  | { readonly kind: "lose_answers"; readonly answers: number }
  /** The platform does not hear that its next request was accepted, and sends it again. */
  | { readonly kind: "lose_accepted" }
  /** The database fails while the next request is stored, and the object lives on. */
  | { readonly kind: "storing_fails"; readonly after: number }
  /** Somebody looks at how much waits. */
  | { readonly kind: "look" }
  | { readonly kind: "replay" | "discard" | "delete_destination"; readonly destination: 0 | 1 }
  /** Somebody has a prospect tried again before its time, or sent again with its next update. */
  | { readonly kind: "hurry" | "forget_told"; readonly prospect: number }
  /** Somebody at Outreach allows the value that was refused. */
  | { readonly kind: "allow_bad" }
  | { readonly kind: "trouble"; readonly trouble: Trouble; readonly calls: number }
  | { readonly kind: "outage"; readonly forMs: number }
  | { readonly kind: "others_spend"; readonly calls: number }
  | { readonly kind: "revoke_access" }
  | { readonly kind: "lose_alarm" }
  | { readonly kind: "ring_twice" }
  | { readonly kind: "clock_jump"; readonly byMs: number }
  | { readonly kind: "job_fails"; readonly prospect: number }
  | { readonly kind: "lose_job_start" }
);
export type StepKind = Step["kind"];

export interface SentUpdate {
  readonly prospect: number;
  /** Left out where the update is about the status alone. */
  readonly title?: string;
  readonly status?: "realized" | "exited";
  /** The audience that the status is about; `a` up to a re-mapping of the field, `b` from then on. */
  readonly audience: "a" | "b";
  /** When the status became true, counted from the step; 0 or less. */
  readonly sinceMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS_MAX = 40;

export function makePlan(seed: string): WorldPlan {
  const dice = new Dice(seed);
  const prospects = dice.pick([3, 30, 300]);
  const outreach = makeOutreach(dice);
  const way = dice.pick(["direct", "spillway"] as const);
  const steps: Step[] = [];
  let at = 5_000;
  const count = 4 + dice.below(STEPS_MAX);
  const remapsAt = dice.random(0.3) ? dice.below(count) : Infinity;
  for (let i = 0; i < count; i++) {
    at += dice.pick([10, 900, 5_000, MINUTE, 10 * MINUTE]) * dice.next();
    const setting: Setting = {
      dice,
      prospects,
      outreach,
      way,
      i,
      audience: i < remapsAt ? "a" : "b",
    };
    steps.push({ at: Math.round(at), ...makeStep(setting) });
    if (dice.random(0.15)) at = pushFlap(steps, setting, at);
    if (hasBulk(outreach) && dice.random(0.05)) at = pushWaves(steps, setting, at);
    if (way === "spillway" && dice.random(0.05)) at = pushOvertaken(steps, setting, at);
  }
  return { seed, prospects, way, outreach, steps };
}

interface Setting {
  readonly dice: Dice;
  readonly prospects: number;
  readonly outreach: OutreachPlan;
  readonly way: WorldPlan["way"];
  /** The how-manieth step it is. */
  readonly i: number;
  readonly audience: "a" | "b";
}

/** Somebody enters an audience, leaves it while the call about it gets lost, and enters it again. */
function pushFlap(steps: Step[], { dice, prospects, audience }: Setting, from: number): number {
  const prospect = 1 + dice.below(prospects);
  const destination = 0;
  const send = (at: number, status: "realized" | "exited"): void => {
    const updates = [{ prospect, status, audience, sinceMs: 0 }];
    steps.push({ at: Math.round(at), kind: "send", destination, updates });
  };
  send(from, "realized");
  steps.push({
    at: Math.round(from + 30_000),
    kind: "trouble",
    trouble: "connection_lost_applied",
    calls: 1,
  });
  send(from + 30_001, "exited");
  const backAt = from + 31_200 + dice.below(3_000);
  send(backAt, "realized");
  return backAt;
}

/** A request goes over an overflow object because the user's is late, and comes to the user's after the next one. */
function pushOvertaken(
  steps: Step[],
  { dice, prospects, audience, i }: Setting,
  from: number,
): number {
  const prospect = 1 + dice.below(prospects);
  const at = Math.round(from);
  const send = (after: number, what: string): void => {
    const updates = [{ prospect, title: `pii overtaken ${i} ${what}`, audience, sinceMs: 0 }];
    steps.push({ at: at + after, kind: "send", destination: 0, updates });
  };
  steps.push({ at, kind: "user_late", forMs: 500, byMs: 5_000 });
  send(10, "first");
  send(2_000 + dice.below(2_000), "second");
  return at + 4_000;
}

function hasBulk({ scopes }: OutreachPlan): boolean {
  return scopes.includes("batches.write");
}

/** Everybody gets the same new value again and again, in bulk jobs, of which a later one fails in part. */
function pushWaves(steps: Step[], { dice, prospects, audience, i }: Setting, from: number): number {
  const failing = 1 + dice.below(prospects);
  let at = Math.round(from);
  for (let wave = 0; wave < WAVES; wave++) {
    at += 2 * MINUTE + dice.below(MINUTE);
    if (wave === WAVES - 1) steps.push({ at: at - 1, kind: "job_fails", prospect: failing });
    const title = `pii wave ${i}.${wave}`;
    const updates = Array.from({ length: prospects }, (_, p): SentUpdate => {
      return { prospect: p + 1, title, audience, sinceMs: 0 };
    });
    steps.push({ at, kind: "send", destination: 0, updates });
  }
  return at;
}
/** So many good jobs that not each is looked at any more, and one. */
const WAVES = 6;

function makeOutreach(dice: Dice): OutreachPlan {
  return {
    limit: dice.pick([20, 200, 10_000]),
    windowMs: dice.pick([10_000, MINUTE, HOUR]),
    window: dice.pick(["fixed_clock", "fixed_first_call", "sliding"]),
    headers: dice.pick(["honest", "honest", "without_reset", "none", "lying"]),
    isShared: dice.random(0.25),
    latencyMs: dice.pick([5, 200, 3_000]),
    jitterMs: dice.pick([0, 0, 50, 4_000]),
    resets: dice.pick(["epoch", "epoch", "delta"]),
    clockAheadMs: dice.pick([0, 0, ...CLOCKS_AHEAD_MS]),
    scopes: dice.pick([
      "prospects.write",
      "prospects.read prospects.write batches.read batches.write",
      "prospects.read prospects.write batches.read batches.write imports.read imports.write",
    ]),
    tokenLifeMs: dice.pick([5 * MINUTE, 2 * HOUR]),
    throttleMs: dice.pick([0, MINUTE]),
    missingPercent: dice.pick([0, 0, 5]),
  };
}

type Undated<S> = S extends unknown ? Omit<S, "at"> : never;

type Making = () => Undated<Step>;

function makeStep(setting: Setting): Undated<Step> {
  const { dice, way, i } = setting;
  if (i === 0 || dice.random(0.55)) return makeSend(setting);
  if (dice.random(0.25)) return dice.pick(ofPeople(setting))();
  if (way === "spillway" && dice.random(0.5)) return dice.pick(ofObjects(setting))();
  return dice.pick(ofOutreach(setting))();
}

function ofOutreach({ dice, prospects, outreach, way }: Setting): readonly [Making, ...Making[]] {
  return [
    () => ({ kind: "die", death: makeDeath(dice) }),
    () => ({ kind: "die", death: makeDeath(dice) }),
    () => ({ kind: "trouble", trouble: dice.pick(TROUBLES), calls: 1 + dice.below(4) }),
    () => ({ kind: "trouble", trouble: dice.pick(TROUBLES), calls: 1 + dice.below(4) }),
    () => ({ kind: "outage", forMs: dice.pick([MINUTE, HOUR]) * dice.next() }),
    () => ({ kind: "revoke_access" }),
    () => ({ kind: "lose_alarm" }),
    () => ({ kind: "ring_twice" }),
    () =>
      way === "direct"
        ? { kind: "clock_jump", byMs: dice.pick([-30_000, -500, 500, 30_000]) }
        : { kind: "ring_twice" },
    () => ({ kind: "job_fails", prospect: 1 + dice.below(prospects) }),
    () => ({ kind: "lose_job_start" }),
    () =>
      outreach.isShared
        ? { kind: "others_spend", calls: dice.below(outreach.limit) }
        : { kind: "lose_alarm" },
  ];
}

/** What people and the platform do besides sending. */
function ofPeople({ dice, i, prospects }: Setting): readonly [Making, ...Making[]] {
  const destination = dice.random(0.5) ? 0 : 1;
  return [
    () => ({ kind: "look" }),
    () => ({ kind: "lose_accepted" }),
    () => ({ kind: "storing_fails", after: dice.below(12) }),
    () => ({ kind: "replay", destination }),
    () => ({ kind: "discard", destination }),
    () => ({ kind: "allow_bad" }),
    () => ({
      kind: dice.random(0.5) ? "hurry" : "forget_told",
      prospect: 1 + dice.below(prospects),
    }),
    () =>
      i > 10 && dice.random(0.5)
        ? { kind: "delete_destination", destination: 1 }
        : { kind: "replay", destination },
  ];
}

/** What goes wrong between the Worker, the user's object and its overflow objects. */
function ofObjects({ dice }: Setting): readonly [Making, ...Making[]] {
  const forMs = Math.round(dice.pick([2_000, 20_000, 10 * MINUTE]) * dice.next());
  return [
    () => ({ kind: "user_late", forMs, byMs: dice.pick([300, 690, 800, 5_000]) }),
    () => ({ kind: "user_late", forMs, byMs: dice.pick([300, 690, 800, 5_000]) }),
    () => ({ kind: "user_gone", forMs }),
    () => ({ kind: "overflows_gone", forMs }),
    () => ({ kind: "overflows_late", forMs, byMs: dice.pick(OVERFLOWS_LATE_MS) }),
    () => ({ kind: "overflows_die", death: makeDeath(dice) }),
    () => ({ kind: "overflows_die", death: makeDeath(dice) }),
    () => ({ kind: "lose_overflow_alarms" }),
    () => ({ kind: "lose_answers", answers: 1 + dice.below(3) }),
    () => ({ kind: "look" }),
  ];
}

/** In time, and so late that nobody waits any more. */
const OVERFLOWS_LATE_MS = [50, 250, 600, 5_000] as const;

/** Of the clocks that Outreach may have. */
const CLOCKS_AHEAD_MS = [-5_000, -1_500, 1_500, 5_000] as const;

const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  "server_error",
  "bad_gateway_applied",
  "timeout",
  "timeout_applied_late",
  "connection_lost",
  "connection_lost_applied",
  "garbage",
  "unauthorized",
  "rate_limited",
  "maintenance",
];

function makeDeath(dice: Dice): Death {
  if (dice.random(0.5)) return { where: "statement", after: dice.below(60) };
  return { where: dice.pick(["before_call", "after_applied", "after_answer"]) };
}

function makeSend({ dice, prospects, i: step, audience }: Setting): Undated<Step> {
  const everybody = dice.random(0.25);
  const count = everybody ? prospects : 1 + dice.below(Math.min(40, prospects));
  const shared = dice.random(0.5) ? `pii shared ${step}` : null;
  const status = dice.pick(["realized", "exited"] as const);
  const updates = Array.from({ length: count }, (_, i): SentUpdate => {
    const title = shared ?? `pii ${step}.${i}`;
    const isBad = dice.random(0.02);
    const what = dice.below(3);
    return {
      prospect: everybody ? i + 1 : 1 + dice.below(prospects),
      ...(what !== 0 && { title: isBad ? "pii bad" : title }),
      ...(what !== 1 && { status: dice.random(0.9) ? status : flipped(status) }),
      audience,
      sinceMs: dice.random(0.3) ? -dice.below(HOUR) : 0,
    };
  });
  return { kind: "send", destination: dice.random(0.7) ? 0 : 1, updates };
}

function flipped(status: "realized" | "exited"): "realized" | "exited" {
  return status === "realized" ? "exited" : "realized";
}

export class Dice {
  readonly next: () => number;

  constructor(seed: string) {
    this.next = randomFrom(seed);
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  random(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }
}
