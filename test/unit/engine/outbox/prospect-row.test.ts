import { describe, it } from "vitest";
import { readProspect } from "../../../../src/engine/outbox/prospect-row.ts";

const FIELD = { value: "CEO", at: 1, arrival: 2 };
const LOAD = {
  fields: {
    title: FIELD,
    emails: { ...FIELD, value: ["ada@example.com"], from: "d2" },
    custom4: { ...FIELD, audience: 7, membership: { audience: 3, status: "realized" } },
  },
  destinationId: "d",
  acceptedAt: 1,
  attempts: 0,
  failingSince: null,
  lane: "entry",
};
const KNOWN = { title: { at: 1, arrival: 2, told: "~abc", held: "~abd" } };
const ROW = {
  id: 5,
  waiting: JSON.stringify({ ...LOAD, dueAt: 9 }),
  in_call: JSON.stringify({ ...LOAD, startedAt: 9, job: 1 }),
  known: JSON.stringify(KNOWN),
  last_delivery: null,
  last_error: null,
};

describe("a prospect's row", () => {
  it("is read as it was written", ({ expect }) => {
    expect(readProspect(ROW)).toEqual({
      id: 5,
      pending: { ...LOAD, dueAt: 9 },
      inFlight: { ...LOAD, startedAt: 9, job: 1 },
      known: KNOWN,
      lastDelivery: null,
      lastError: null,
    });
  });

  it("of a time before there were lanes holds attributes", ({ expect }) => {
    const { lane: _lane, ...before } = LOAD;
    const waiting = JSON.stringify({ ...before, dueAt: 9 });
    expect(readProspect({ ...ROW, waiting }).pending?.lane).toBe("attribute");
  });

  const { fields } = LOAD;
  const DAMAGED: readonly [string, object][] = [
    ["no fields", { ...LOAD, dueAt: 9, fields: null }],
    ["a list for fields", { ...LOAD, dueAt: 9, fields: [] }],
    ["no due time", LOAD],
    ["a due time as text", { ...LOAD, dueAt: "9" }],
    ["an unknown lane", { ...LOAD, dueAt: 9, lane: "fast" }],
    ["a value that is an object", { ...LOAD, dueAt: 9, fields: { a: { ...FIELD, value: {} } } }],
    ["a list of numbers", { ...LOAD, dueAt: 9, fields: { a: { ...FIELD, value: [1] } } }],
    ["no arrival", { ...LOAD, dueAt: 9, fields: { a: { value: 1, at: 1 } } }],
    ["a source that is no text", { ...LOAD, dueAt: 9, fields: { a: { ...FIELD, from: 1 } } }],
    [
      "an unknown status",
      { ...LOAD, dueAt: 9, fields: { a: { ...FIELD, membership: { audience: 1, status: "in" } } } },
    ],
    [
      "an audience's key as text",
      { ...LOAD, dueAt: 9, fields: { a: { ...FIELD, audience: "1" } } },
    ],
    ["no attempts", { ...LOAD, dueAt: 9, attempts: undefined }],
    ["no destination", { fields, dueAt: 9, acceptedAt: 1, attempts: 0, failingSince: null }],
  ];
  it.for(DAMAGED)("with %s is refused", ([, damaged], { expect }) => {
    expect(() => readProspect({ ...ROW, waiting: JSON.stringify(damaged) })).toThrow("Invalid");
  });

  const DAMAGED_KNOWN: readonly [string, unknown][] = [
    ["nothing", null],
    ["a list", []],
    ["a value that was told as a number", { a: { at: 1, arrival: 1, told: 1 } }],
    ["a value that was not told at all", { a: { at: 1, arrival: 1 } }],
    ["a held value that is null", { a: { at: 1, arrival: 1, told: null, held: null } }],
  ];
  it.for(DAMAGED_KNOWN)("that knows %s is refused", ([, damaged], { expect }) => {
    expect(() => readProspect({ ...ROW, known: JSON.stringify(damaged) })).toThrow("Invalid");
  });
});
