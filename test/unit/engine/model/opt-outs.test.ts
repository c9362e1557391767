import fc from "fast-check";
import { describe, it } from "vitest";
import { acknowledge, dispatch, requeue } from "../../../../src/engine/model/call.ts";
import { merge } from "../../../../src/engine/model/merge.ts";
import { newProspect, orderOf } from "../../../../src/engine/model/prospect.ts";
import type { Consent, Prospect } from "../../../../src/engine/model/prospect.ts";
import type { FieldValue, FieldUpdate } from "../../../../src/engine/model/prospect-update.ts";

const FIELD = "emailOptedOut";
const hash = (id: number, field: string, value: FieldValue) => JSON.stringify([id, field, value]);

/** One prospect, of whom updates come and calls leave. */
class Person {
  prospect: Prospect = newProspect(7);
  #arrival = 1_000_000;
  /** What Outreach holds. */
  held: FieldValue = null;

  say({ value, at, consent }: FieldUpdate, destinationId: string): number {
    const arrival = (this.#arrival += 10);
    const field = { value, ...orderOf(at, arrival), ...(consent && { consent }) };
    const offered = {
      fields: { [FIELD]: field },
      destinationId,
      acceptedAt: arrival,
      dueAt: arrival,
    };
    this.prospect = merge(this.prospect, offered, hash).prospect;
    return field.at;
  }

  call(end: "delivered" | "lost"): void {
    if (!this.prospect.pending) return;
    const left = dispatch(this.prospect, this.#arrival, hash);
    this.prospect = left.prospect;
    if (!left.attributes) return;
    if (end === "delivered") {
      this.held = left.attributes[FIELD] ?? null;
      this.prospect = acknowledge(this.prospect, null, this.#arrival, hash).prospect;
    } else {
      this.prospect = requeue(this.prospect, {
        reason: "failed",
        error: null,
        dueAt: this.#arrival,
        countsAsAttempt: true,
        mayHaveApplied: true,
        now: this.#arrival,
      }).prospect;
    }
  }

  /** What Outreach holds once nothing is pending. */
  get settled(): FieldValue {
    this.call("delivered");
    return this.held;
  }
}

const out = (at?: number, sticky?: true): FieldUpdate => ({
  value: true,
  ...(at !== undefined && { at }),
  consent: { says: "out", ...(sticky && { sticky }) },
});
const optIn = (at?: number): FieldUpdate => ({
  value: false,
  ...(at !== undefined && { at }),
  consent: { says: "in" },
});

describe("an opt-out", () => {
  for (const [what, lifts, isLifted] of [
    ["a removed value", { value: null }, false],
    ["a plain false of its own destination", { value: false }, true],
    ["an older opt-in", optIn(100), false],
    ["an opt-in of its own time", optIn(500), false],
    ["a later opt-in", optIn(600), true],
  ] as const) {
    it(`is ${isLifted ? "lifted" : "kept"} by ${what}, pending or delivered`, ({ expect }) => {
      for (const delivered of [true, false]) {
        const person = new Person();
        person.say(out(500), "a");
        if (delivered) person.call("delivered");
        person.say(lifts, "a");
        expect(person.settled).toBe(!isLifted);
      }
    });
  }

  it("is not lifted by another destination's plain false, nor where both said it", ({ expect }) => {
    const person = new Person();
    person.say({ value: true }, "a");
    person.say({ value: false }, "b");
    expect(person.settled).toBe(true);
    person.say({ value: true }, "b");
    person.say({ value: false }, "b");
    person.say({ value: false }, "a");
    expect(person.settled).toBe(true);
    person.say(optIn(), "b");
    expect(person.settled).toBe(false);
  });

  it("that is sticky is lifted by nothing, and takes the place of any opt-in", ({ expect }) => {
    const person = new Person();
    person.say(optIn(900), "a");
    person.say(out(500, true), "a");
    for (const update of [optIn(2_000), { value: false }, { value: null }, out(600)]) {
      person.say(update, "a");
    }
    expect(person.settled).toBe(true);
  });

  it("that is older than a later opt-in loses to it; a plain false is none", ({ expect }) => {
    const person = new Person();
    person.say(optIn(900), "a");
    person.say(out(500), "a");
    expect(person.settled).toBe(false);
    person.say({ value: false }, "b");
    person.say(out(500), "a");
    expect(person.settled).toBe(true);
  });

  it("that was delivered before consents were kept is known by its hash", ({ expect }) => {
    const person = new Person();
    const told = hash(7, FIELD, true);
    person.prospect = { ...person.prospect, known: { [FIELD]: { at: 1, arrival: 1, told } } };
    person.held = true;
    person.say({ value: null }, "a");
    expect(person.settled).toBe(true);
  });

  it("is never undone by what is removed, unknown, older or another's", ({ expect }) => {
    interface Said {
      readonly update: FieldUpdate;
      readonly from: string;
      readonly at: number;
    }
    const time = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
    const update: fc.Arbitrary<FieldUpdate> = fc.oneof(
      fc.constantFrom<FieldUpdate>({ value: true }, { value: false }, { value: null }),
      fc.tuple(time, fc.constantFrom(undefined, true as const)).map(([at, s]) => out(at, s)),
      time.map((at) => optIn(at)),
    );
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(update, fc.constantFrom("a", "b")) },
      fc.constantFrom("delivered" as const, "lost" as const),
    );
    const isOut = ({ value }: FieldUpdate) => value === true;
    const sticky = (consent: FieldUpdate["consent"] | Consent) => consent?.sticky === true;
    const lifts = (one: Said, optOut: Said) =>
      !isOut(one.update) &&
      !sticky(optOut.update.consent) &&
      (one.update.consent?.says === "in"
        ? one.at > optOut.at
        : one.update.value === false && one.from === optOut.from);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const person = new Person();
        const said: Said[] = [];
        for (const one of steps) {
          if (typeof one === "string") person.call(one);
          else said.push({ update: one[0], from: one[1], at: person.say(one[0], one[1]) });
        }
        const stands = said.some(
          (optOut, i) =>
            isOut(optOut.update) &&
            !said.some(
              (other, j) => lifts(other, optOut) && (j > i || other.update.consent?.says === "in"),
            ),
        );
        if (stands) expect(person.settled).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a time of the future", () => {
  it("wins when it comes and loses to whatever comes later", ({ expect }) => {
    const person = new Person();
    const far = Date.UTC(2099, 0);
    person.say({ value: "realized", at: 900_000 }, "a");
    person.say({ value: "realized!", at: far }, "a");
    expect(person.prospect.pending?.fields[FIELD]?.value).toBe("realized!");
    person.call("delivered");
    person.say({ value: "exited", at: 800_000 }, "a");
    expect(person.settled).toBe("exited");
  });
});
