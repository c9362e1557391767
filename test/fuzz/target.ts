/**
 * What a fuzz target is: inputs that look like what the outside may send, and rules that hold whatever is sent.
 *
 * Promises: an input is plain JSON, so that one that matters can be recorded, read by a person and replayed.
 * @module
 */
import type { Arbitrary } from "fast-check";
import type { z } from "zod";

export interface Target<Input> {
  readonly name: string;
  /** Its share of all inputs, against those of the others: quick targets take more. */
  readonly weight: number;
  /** Reads a recorded input. */
  readonly schema: z.ZodType<Input>;
  readonly inputs: Arbitrary<Input>;
  /**
   * Tries one input.
   * @returns a few words on what became of it; how many different ones there were tells how far the inputs reach
   * @throws Violation where a rule is broken; any other error counts as one that nobody caught
   */
  readonly check: (input: Input) => string | Promise<string>;
}

/** A rule that an input broke. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** The rule, in the same words for every input that breaks it. */
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** @param detail what was seen; worked out only where the rule is broken */
export function holds(condition: boolean, rule: string, detail: () => unknown): asserts condition {
  if (!condition) throw new Violation(rule, describe(detail()));
}

/** Enough to see what is wrong. */
const DETAIL_MAX = 2_000;

function describe(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
  return text.length > DETAIL_MAX ? `${text.slice(0, DETAIL_MAX)}…` : text;
}

/** What a target whose inputs' type does not matter can do. */
export interface AnyTarget {
  readonly name: string;
  readonly weight: number;
  /** Tries inputs from a seed until one breaks a rule; that one is made as small as it gets. */
  readonly explore: (run: Exploration) => Promise<Explored>;
  /** Tries one input, as it was recorded. */
  readonly replay: (input: unknown) => Promise<Tried>;
  /** The input that comes at a place in the run of a seed. */
  readonly inputAt: (seed: number, place: number) => unknown;
  /** Makes an input that a probe finds bad as small as it gets. The probe may try it in a thread that can be stopped. */
  readonly shrink: (seed: number, place: number, isBad: Probe) => Promise<unknown>;
}

export type Probe = (input: unknown) => Promise<boolean>;

export interface Exploration {
  readonly seed: number;
  readonly inputs: number;
  /** Rules that were broken before: breaking one again is an outcome like any other. */
  readonly known: readonly string[];
  /** Called before and after each input. */
  readonly onStart: () => void;
  readonly onEnd: () => void;
}

export type Tried =
  | { readonly ok: true; readonly outcome: string }
  | { readonly ok: false; readonly rule: string; readonly detail: string };

export interface Explored {
  readonly inputs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly rule: string;
  readonly detail: string;
  readonly input: unknown;
}
