/**
 * Decides which faults strike a call. Rules are looked at in the order in which they were added: every delay and every
 * change of headers that matches takes part, and the first rule that ends the call is the last one looked at. Rules for
 * bulk jobs are looked at where a job begins, and the first one that strikes decides how it goes.
 * @module
 */
import type { RandomStream } from "../random.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import type { FaultEffect, FaultRule, JobEffect } from "./rules.ts";

export type DelayEffect = Extract<FaultEffect, { type: "latency" }>;
export type HeaderEffect = Extract<FaultEffect, { type: "headers" }>;
/** Ends the call in another way than Outreach would. */
export type EndingEffect = Exclude<FaultEffect, DelayEffect | HeaderEffect | JobEffect>;

/** What is known of a call when rules are matched. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly prospectIds: readonly number[];
  readonly user: { readonly id: number; readonly email: string } | null;
}

export interface FaultPlan {
  readonly ruleIds: readonly string[];
  /** In milliseconds, chance included. */
  readonly waitBeforeMs: number;
  readonly waitAfterMs: number;
  readonly headers: readonly HeaderEffect[];
  readonly ending: EndingEffect | null;
  /** When the maintenance that ends the call is over, in epoch milliseconds; null where none does. */
  readonly maintenanceEndsAt: number | null;
}

/** What a rule makes of a bulk job. */
export interface JobFault {
  readonly ruleId: string;
  readonly effect: JobEffect;
}

/** A rule and what became of it. */
export interface ActiveRule {
  readonly id: string;
  readonly rule: FaultRule;
  /** The rule's own, to be looked up: a bulk call names many. */
  readonly prospects: ReadonlySet<number> | null;
  matched: number;
  struck: number;
  /** When a maintenance that has begun is over, in epoch milliseconds; null before, and of other effects. */
  endsAt: number | null;
}

export class FaultEngine {
  readonly #random: RandomStream;
  #rules: ActiveRule[] = [];
  #lastNumber = 0;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /**
   * Adds rules after those that are there; one with the id of another takes its place, also in the order.
   * @param rules no two of one id
   */
  add(rules: readonly FaultRule[]): readonly ActiveRule[] {
    const taken = new Set([...this.#rules, ...rules].flatMap(({ id }) => id ?? []));
    const added = rules.map((rule): ActiveRule => {
      const id = rule.id ?? this.#nextNumber(taken);
      return { id, rule, prospects: prospectsOf(rule), matched: 0, struck: 0, endsAt: null };
    });
    const byId = new Map([...this.#rules, ...added].map((active) => [active.id, active]));
    this.#rules = [...byId.values()];
    return added;
  }

  /** @returns whether there was one of this id */
  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((active) => active.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  get rules(): readonly ActiveRule[] {
    return this.#rules;
  }

  /**
   * The faults that strike this call; null where none does. Counts them as having struck. A maintenance begins with the
   * first call that it strikes, and strikes none after its end.
   * @param now epoch milliseconds
   */
  strike(target: FaultTarget, now: number): FaultPlan | null {
    const striking: ActiveRule[] = [];
    for (const active of this.#rules) {
      const { effect } = active.rule;
      if (effect.type === "job" || (active.endsAt !== null && now >= active.endsAt)) continue;
      if (!matches(active, target) || !this.#strikes(active)) continue;
      if (effect.type === "maintenance") active.endsAt ??= now + effect.forSeconds * 1_000;
      striking.push(active);
      if (isEnding(active.rule.effect)) break;
    }
    return striking.length === 0 ? null : this.#plan(striking);
  }

  /**
   * The fault that strikes the bulk job which this call begins; null where none does. Counts it as having struck.
   * @param target with the prospects that the job turned out to be about
   */
  strikeJob(target: FaultTarget): JobFault | null {
    for (const active of this.#rules) {
      const { effect } = active.rule;
      if (effect.type !== "job" || !matches(active, target) || !this.#strikes(active)) continue;
      return { ruleId: active.id, effect };
    }
    return null;
  }

  save(): SavedWorld["faults"] {
    return {
      rules: this.#rules.map(({ id, rule, matched, struck, endsAt }) => ({
        id,
        rule,
        matched,
        struck,
        endsAt,
      })),
      lastNumber: this.#lastNumber,
      random: this.#random.save(),
    };
  }

  load({ rules, lastNumber, random }: SavedWorld["faults"]): void {
    this.#rules = rules.map((saved) => ({ ...saved, prospects: prospectsOf(saved.rule) }));
    this.#lastNumber = lastNumber;
    this.#random.load(random);
  }

  #nextNumber(taken: ReadonlySet<string>): string {
    do this.#lastNumber += 1;
    while (taken.has(String(this.#lastNumber)));
    return String(this.#lastNumber);
  }

  #strikes(active: ActiveRule): boolean {
    active.matched += 1;
    const { skip, times, rate } = active.rule;
    if (active.matched <= skip || (times !== null && active.struck >= times)) return false;
    if (rate < 1 && this.#random.next() >= rate) return false;
    active.struck += 1;
    return true;
  }

  #plan(striking: readonly ActiveRule[]): FaultPlan {
    const effects = striking.map(({ rule }) => rule.effect);
    const delays = effects.filter((effect) => effect.type === "latency");
    const waitOf = (applied: boolean): number =>
      delays
        .filter((delay) => delay.applied === applied)
        .reduce(
          (sum, { ms, jitterMs }) => sum + ms + Math.floor(this.#random.next() * jitterMs),
          0,
        );
    return {
      ruleIds: striking.map(({ id }) => id),
      waitBeforeMs: waitOf(false),
      waitAfterMs: waitOf(true),
      headers: effects.filter((effect) => effect.type === "headers"),
      ending: effects.find(isEnding) ?? null,
      maintenanceEndsAt: striking.at(-1)?.endsAt ?? null,
    };
  }
}

function isEnding(effect: FaultEffect): effect is EndingEffect {
  return effect.type !== "latency" && effect.type !== "headers" && effect.type !== "job";
}

function prospectsOf({ match }: FaultRule): ReadonlySet<number> | null {
  return match.prospects ? new Set(match.prospects) : null;
}

function matches({ rule, prospects }: ActiveRule, target: FaultTarget): boolean {
  const { method, path, user } = rule.match;
  return (
    (method === undefined || method.includes(target.method)) &&
    (path === undefined || isPath(path, target.path)) &&
    (prospects === null || target.prospectIds.some((id) => prospects.has(id))) &&
    (user === undefined || isUser(user, target.user))
  );
}

function isUser(wanted: number | string, user: FaultTarget["user"]): boolean {
  if (user === null) return false;
  return typeof wanted === "number"
    ? user.id === wanted
    : user.email.toLowerCase() === wanted.toLowerCase();
}

/** @param pattern as `faultRule` describes it */
function isPath(pattern: string, path: string): boolean {
  if (!pattern.includes("*")) return path.startsWith(pattern);
  const wanted = pattern.split("/");
  const given = path.split("/");
  const fixed = wanted.at(-1) === "**" ? wanted.slice(0, -1) : wanted;
  if (fixed === wanted ? given.length !== wanted.length : given.length < fixed.length) return false;
  return fixed.every((segment, i) => segment === "*" || segment === given[i]);
}
