import fc from "fast-check";
import { describe, it } from "vitest";
import type { ProspectEvent, Step } from "../../../../src/engine/model/events.ts";
import { acknowledge, dispatch, requeue, reject } from "../../../../src/engine/model/call.ts";
import { merge } from "../../../../src/engine/model/merge.ts";
import { newProspect, overrules, waitsSince } from "../../../../src/engine/model/prospect.ts";
import type { Prospect, PendingField } from "../../../../src/engine/model/prospect.ts";
import type { FieldValue } from "../../../../src/engine/model/prospect-update.ts";
import { bySource, sourcesOf } from "../../../../src/engine/model/sources.ts";
import type { Sourced } from "../../../../src/engine/model/sources.ts";

const hash = (id: number, field: string, value: FieldValue) => JSON.stringify([id, field, value]);
const NOW = 1_000_000;
const ERROR = { at: NOW, status: 422, code: "validationError", detail: "No.", pointer: null };

/** What can happen to one prospect, in any order. */
const anyEvent = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      fields: fc.dictionary(
        fc.constantFrom("a", "b", "custom1", "custom2"),
        fc.record({
          value: fc.constantFrom("x", "y", "z", null),
          at: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        }),
        { minKeys: 1 },
      ),
      destinationId: fc.constantFrom("d", "e", "f"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      end: fc.constantFrom(
        "applied",
        "applied_but_answer_lost",
        "lost_before",
        "throttled",
        "rejected",
      ),
      /** Updates that arrive while the call is under way are the events up to here. */
      during: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replay" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("edited_at_outreach" as const),
      field: fc.constantFrom("a", "b"),
    }),
  },
);
type Event = typeof anyEvent extends fc.Arbitrary<infer T> ? T : never;

/** How an update may end, by the events that tell it, and for which destinations. */
interface End {
  readonly kind: ProspectEvent["kind"];
  readonly destinationId: string;
}

function endsOf(events: readonly ProspectEvent[]): readonly End[] {
  return events.flatMap((event): End[] => {
    if (event.kind === "merged" || event.kind === "superseded" || event.kind === "unchanged")
      return [{ kind: event.kind, destinationId: event.destinationId }];
    if (event.kind !== "acknowledged" && event.kind !== "rejected") return [];
    return [...sourcesOf(event)].map((destinationId) => ({ kind: event.kind, destinationId }));
  });
}

function rejectedIn(events: readonly ProspectEvent[]) {
  return events.find((event) => event.kind === "rejected");
}

/** How a prospect counts in its audiences, from the prospect alone. */
function countsOf({ known, pending, inFlight }: Prospect) {
  const counts: Record<number, { members: number; exited: number; pending: number }> = {};
  const of = (audience: number) => (counts[audience] ??= { members: 0, exited: 0, pending: 0 });
  for (const { membership } of Object.values(known)) {
    if (membership)
      of(membership.audience)[membership.status === "realized" ? "members" : "exited"] = 1;
  }
  for (const load of [pending, inFlight]) {
    for (const { membership } of Object.values(load?.fields ?? {})) {
      if (membership) of(membership.audience).pending = 1;
    }
  }
  return counts;
}

/** Runs events against the rules and, beside them, an Outreach and a list of all that was accepted. */
class Run {
  prospect: Prospect = newProspect(7);
  readonly outreach: Record<string, FieldValue> = {};
  readonly events: ProspectEvent[] = [];
  readonly accepted: { name: string; field: PendingField }[] = [];
  readonly edited = new Set<string>();
  /** Where each arrival came from. */
  readonly sources = new Map<number, string>();
  readonly byDestination = new Map<string, { accepted: number; ended: number }>();
  failures: Sourced[] = [];
  /** Arrivals of values that were ever refused. */
  readonly refused = new Set<number>();
  updates = 0;
  replayed = 0;
  calls = 0;
  #arrival = 100;
  readonly #events: Event[];

  constructor(events: readonly Event[]) {
    this.#events = [...events];
  }

  all(after = () => {}): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      this.#happen(event);
      after();
    }
    this.replay();
    while (this.prospect.pending) this.call("applied", 0);
  }

  #happen(event: Event): void {
    if (event.kind === "update") this.update(event.fields, event.destinationId);
    else if (event.kind === "call" && this.prospect.pending) this.call(event.end, event.during);
    else if (event.kind === "replay") this.replay();
    else if (event.kind === "edited_at_outreach") {
      this.outreach[event.field] = "by hand";
      this.edited.add(event.field);
    }
  }

  update(
    fields: Record<string, { value: FieldValue; at: number | undefined }>,
    destinationId = "d",
  ): void {
    const arrival = ++this.#arrival;
    this.updates += 1;
    const waiting = Object.entries(fields).map(([name, { value, at }]) => {
      // As in reality: audience fields carry a time of their own, attributes the time of their arrival.
      const status = value === "x" ? "exited" : "realized";
      const field: PendingField = name.startsWith("custom")
        ? {
            value,
            at: at ?? 1,
            arrival,
            membership: { audience: audienceOf(destinationId, name), status },
          }
        : { value, at: arrival, arrival };
      this.accepted.push({ name, field });
      return [name, field] as const;
    });
    this.counts(destinationId).accepted += 1;
    for (const { arrival: of } of Object.values(Object.fromEntries(waiting))) {
      this.sources.set(of, destinationId);
    }
    this.#merge({ fields: Object.fromEntries(waiting), destinationId });
  }

  counts(destinationId: string) {
    const known = this.byDestination.get(destinationId) ?? { accepted: 0, ended: 0 };
    this.byDestination.set(destinationId, known);
    return known;
  }

  #merge(load: Sourced): void {
    this.#take(merge(this.prospect, { ...load, acceptedAt: NOW, dueAt: NOW }, hash));
  }

  replay(): void {
    const failures = this.failures;
    this.failures = [];
    this.replayed += failures.length;
    for (const load of failures) {
      this.counts(load.destinationId).accepted += 1;
      this.#merge(load);
    }
  }

  call(end: string, during: number): void {
    const departure = dispatch(this.prospect, NOW, hash);
    this.#take(departure);
    const { attributes } = departure;
    if (!attributes) return;
    this.calls += 1;
    for (let i = 0; i < during; i++) {
      const next = this.#events[0];
      if (next?.kind !== "update") break;
      this.#events.shift();
      this.update(next.fields, next.destinationId);
    }
    if (end.startsWith("applied")) Object.assign(this.outreach, attributes);
    if (end.startsWith("applied"))
      for (const name of Object.keys(attributes)) this.edited.delete(name);
    this.#end(end);
  }

  #end(end: string): void {
    if (end === "applied") {
      return this.#take(acknowledge(this.prospect, { ...this.outreach }, NOW, hash));
    }
    if (end === "rejected") {
      const step = reject(this.prospect, ERROR, false);
      const rejected = rejectedIn(step.events);
      for (const [destinationId, fields] of rejected ? bySource(rejected) : []) {
        this.failures.push({ destinationId, fields });
        for (const { arrival } of Object.values(fields)) this.refused.add(arrival);
      }
      return this.#take(step);
    }
    const step = requeue(this.prospect, {
      reason: end === "throttled" ? "rate_limited" : "failed",
      dueAt: NOW,
      countsAsAttempt: end !== "throttled",
      mayHaveApplied: end !== "throttled",
      error: null,
      now: NOW,
    });
    return this.#take(step);
  }

  #take({ prospect, events }: Step): void {
    this.prospect = prospect;
    this.events.push(...events);
    for (const { destinationId } of endsOf(events)) this.counts(destinationId).ended += 1;
  }

  /** What was told of audiences, added up. */
  audienceCounts() {
    const sums: Record<number, { members: number; exited: number; pending: number }> = {};
    for (const event of this.events) {
      if (event.kind !== "audience_changed") continue;
      const sum = (sums[event.audience] ??= { members: 0, exited: 0, pending: 0 });
      sum.members += event.members;
      sum.exited += event.exited;
      sum.pending += event.pending;
    }
    const entries = Object.entries(sums);
    return Object.fromEntries(entries.filter(([, sum]) => Object.values(sum).some((n) => n !== 0)));
  }

  /** How many prospects wait and are in a call, as the events tell. */
  backlog() {
    const count = (...kinds: ProspectEvent["kind"][]) =>
      this.events.filter(({ kind }) => kinds.includes(kind)).length;
    return {
      pending: count("enqueued") - count("dequeued"),
      inFlight: count("dispatched") - count("acknowledged", "requeued", "rejected"),
    };
  }

  /** What Outreach must hold: of each field the value that no other overrules. */
  implied(): Record<string, FieldValue> {
    const winners: Record<string, PendingField> = {};
    for (const { name, field } of this.accepted) {
      const winner = winners[name];
      if (!winner || overrules(field, winner)) winners[name] = field;
    }
    return Object.fromEntries(Object.entries(winners).map(([name, { value }]) => [name, value]));
  }
}

/** An audience is of one destination and one field. */
function audienceOf(destinationId: string, name: string): number {
  return destinationId.charCodeAt(0) * 10 + Number(name.replace("custom", ""));
}

const anyEvents = fc.array(anyEvent, { maxLength: 25 });

describe("a prospect", () => {
  it("ends up with the later value of each field, whatever calls and answers did", ({ expect }) => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const run = new Run(events.filter(({ kind }) => kind !== "edited_at_outreach"));
        run.all();
        expect(run.outreach).toEqual(run.implied());
      }),
      { numRuns: 3_000 },
    );
  });

  it("tells one end of every accepted update", ({ expect }) => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const run = new Run(events);
        run.all();
        const ends = endsOf(run.events);
        expect(ends.length).toBe(run.updates + run.replayed);
        for (const { accepted, ended } of run.byDestination.values()) {
          expect(ended).toBe(accepted);
        }
        const delivered = ends.filter(
          ({ kind, destinationId }) => kind === "acknowledged" && destinationId === "d",
        );
        expect(delivered.length).toBeLessThanOrEqual(run.calls);
      }),
      { numRuns: 1_000 },
    );
  });

  it("tells at each step how it counts in its audiences and in the backlog", ({ expect }) => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const run = new Run(events);
        run.all(() => {
          const { pending, inFlight } = run.prospect;
          expect(run.audienceCounts()).toEqual(countsOf(run.prospect));
          expect(run.backlog()).toEqual({
            pending: Number(pending !== null && inFlight === null),
            inFlight: Number(inFlight !== null),
          });
        });
        expect(run.backlog()).toEqual({ pending: 0, inFlight: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it("knows of every value that waits, was delivered or was refused which destination it came from", ({
    expect,
  }) => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const run = new Run(events);
        const check = () => {
          const { pending, inFlight } = run.prospect;
          for (const load of [pending, inFlight, ...run.failures]) {
            if (!load) continue;
            expect(sourcesOf(load)).toContain(load.destinationId);
            for (const { arrival, from = load.destinationId } of Object.values(load.fields)) {
              expect(from).toBe(run.sources.get(arrival));
            }
          }
          for (const { arrival, from, told } of Object.values(run.prospect.known)) {
            if (told !== null && !run.refused.has(arrival))
              expect(from).toBe(run.sources.get(arrival));
          }
        };
        run.all(check);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes the last of two values that arrived in one request", ({ expect }) => {
    const load = (value: string) => ({
      fields: { a: { value, at: 5, arrival: 5 } },
      destinationId: "d",
      acceptedAt: NOW,
      dueAt: NOW,
    });
    const first = merge(newProspect(7), load("first"), hash).prospect;
    const second = merge(first, load("second"), hash).prospect;
    expect(second.pending?.fields["a"]?.value).toBe("second");
  });

  it("lists only those fields of a refused call as failed that nothing newer overrules", ({
    expect,
  }) => {
    const run = new Run([]);
    run.update({ a: { value: "x", at: undefined }, b: { value: "x", at: undefined } });
    const call = dispatch(run.prospect, NOW, hash).prospect;
    run.prospect = call;
    run.update({ a: { value: "y", at: undefined } });
    const { events } = reject(run.prospect, ERROR, false);
    expect(Object.keys(rejectedIn(events)?.fields ?? {})).toEqual(["b"]);
    run.update({ b: { value: "y", at: undefined } });
    const overruled = reject(run.prospect, ERROR, false);
    expect(rejectedIn(overruled.events)?.fields).toEqual({});
    expect(endsOf(overruled.events)).toMatchObject([{ kind: "superseded" }]);
  });

  it("makes no call when everything was told before", ({ expect }) => {
    const run = new Run([]);
    run.update({ a: { value: "x", at: undefined }, custom1: { value: "x", at: 5 } });
    run.call("applied", 0);
    run.update({ a: { value: "x", at: undefined }, custom1: { value: "x", at: 6 } });
    run.update({ a: { value: "y", at: undefined } });
    run.update({ a: { value: "x", at: undefined } });
    run.all();
    expect(run.calls).toBe(1);
    expect(endsOf(run.events).map(({ kind }) => kind)).toEqual([
      "acknowledged",
      "unchanged",
      "merged",
      "unchanged",
    ]);
  });

  it("remembers the time of a value that cost no call, so that an older one still loses", ({
    expect,
  }) => {
    const run = new Run([]);
    run.update({ custom1: { value: "x", at: 1 } });
    run.call("applied", 0);
    run.update({ custom1: { value: "x", at: 9 } });
    run.update({ custom1: { value: "y", at: 5 } });
    run.all();
    expect(run.outreach).toEqual({ custom1: "x" });
    expect(run.calls).toBe(1);
  });

  it("notices from an answer that somebody changed a value at Outreach, and tells its own again", ({
    expect,
  }) => {
    const run = new Run([]);
    run.update({ a: { value: "x", at: undefined }, b: { value: "x", at: undefined } });
    run.call("applied", 0);
    run.outreach["a"] = "by hand";
    run.update({ b: { value: "y", at: undefined } });
    run.call("applied", 0);
    run.update({ a: { value: "x", at: undefined } });
    run.all();
    expect(run.outreach).toEqual({ a: "x", b: "y" });
    expect(run.calls).toBe(3);
  });

  it("takes a value as told that Outreach writes in its own way", ({ expect }) => {
    const told = merge(
      newProspect(7),
      {
        fields: { workPhones: { value: ["555 1234"], at: 1, arrival: 1 } },
        destinationId: "d",
        acceptedAt: NOW,
        dueAt: NOW,
      },
      hash,
    );
    const call = dispatch(told.prospect, NOW, hash);
    const { prospect } = acknowledge(call.prospect, { workPhones: ["5551234"] }, NOW, hash);
    for (const value of [["555 1234"], ["5551234"]]) {
      const again = merge(
        prospect,
        {
          fields: { workPhones: { value, at: 2, arrival: 2 } },
          destinationId: "d",
          acceptedAt: NOW,
          dueAt: NOW,
        },
        hash,
      );
      expect(endsOf(again.events)).toEqual([{ destinationId: "d", kind: "unchanged" }]);
    }
  });
});

describe("what is in a call", () => {
  it("goes alone until it is delivered, once a job has not brought it", ({ expect }) => {
    const order = { at: NOW, arrival: 1 };
    const offered = merge(
      newProspect(7),
      {
        fields: { title: { value: "CEO", ...order } },
        destinationId: "d",
        acceptedAt: NOW,
        dueAt: NOW,
      },
      hash,
    );
    const how = {
      reason: "not_applied",
      dueAt: NOW,
      countsAsAttempt: false,
      mayHaveApplied: true,
      error: null,
      now: NOW,
    } as const;
    const released = requeue(dispatch(offered.prospect, NOW, hash, 1).prospect, {
      ...how,
      single: true,
    });
    const again = requeue(dispatch(released.prospect, NOW, hash).prospect, how);
    expect(again.prospect.pending?.single).toBe(true);
  });

  it("waits since the older of what came back and what came meanwhile", ({ expect }) => {
    const of = (name: string, arrival: number) => ({
      fields: { [name]: { value: "CEO", at: arrival, arrival } },
      destinationId: "d",
      acceptedAt: arrival,
      dueAt: NOW,
    });
    const replayed = merge(newProspect(7), { ...of("title", NOW - 10), since: NOW }, hash);
    const inFlight = dispatch(replayed.prospect, NOW, hash).prospect;
    // It came over an overflow object, and is older than what was replayed.
    const both = merge(inFlight, of("company", NOW - 20), hash).prospect;
    const how = { dueAt: NOW, countsAsAttempt: true, mayHaveApplied: true, error: null, now: NOW };
    const { pending } = requeue(both, { ...how, reason: "failed" }).prospect;
    expect(pending && waitsSince(pending)).toBe(NOW - 20);
  });
});
