import { describe, it } from "vitest";
import { blamedField, groupKeyOf } from "../../../../src/engine/failures/reason-rules.ts";

type Failed = Parameters<typeof groupKeyOf>[0];

function failed(
  detail: string,
  fields: Failed["fields"] = { emails: { value: ["ada@example.com"] } },
): Failed {
  return { fields, error: { status: 422, code: "validationError", detail, pointer: null } };
}

describe("the attribute that is to blame", () => {
  it("is the one that Outreach points at, or the only one, or nobody knows", ({ expect }) => {
    const two = ["title", "custom4"];
    expect(blamedField(two, "/data/attributes/custom4")).toBe("custom4");
    expect(blamedField(two, "/data/attributes/stage")).toBeNull();
    expect(blamedField(two, "/data/relationships")).toBeNull();
    expect(blamedField(two, null)).toBeNull();
    expect(blamedField(["emails"], null)).toBe("emails");
    expect(blamedField(["custom4"], "/data/attributes/title")).toBeNull();
  });
});

describe("failures of one kind", () => {
  it("are those whose words differ in values alone", ({ expect }) => {
    for (const [one, other] of [
      ["grace@example.com is taken.", "ada.l@mail.example is taken."],
      ['"Countess" is too long.', '"Duchess of K." is too long.'],
      ["Prospect 8 is locked.", "Prospect 1,234 is locked."],
      ["Locked until 2026-11-23T14:00:00Z.", "Locked until 2027-01-01."],
      [
        "No 11111111-aaaa-4000-8000-000000000001 here.",
        "No 22222222-bbbb-4000-8000-000000000002 here.",
      ],
    ] as const) {
      expect([one, groupKeyOf(failed(one))]).toEqual([one, groupKeyOf(failed(other))]);
    }
    const ada = failed("Countess is no title.", { title: { value: "Countess" } });
    const grace = failed("Rear admiral is no title.", { title: { value: "Rear admiral" } });
    expect(groupKeyOf(ada)).toBe(groupKeyOf(grace));
  });

  it("are not those of another attribute, status, code, or with other words", ({ expect }) => {
    const one = failed("Custom4 is no such field.", { custom4: { value: "realized" } });
    const { error } = one;
    const others = [
      failed("Custom5 is no such field.", { custom4: { value: "realized" } }),
      failed(error.detail, { custom5: { value: "realized" } }),
      { ...one, error: { ...error, status: 403 } },
      { ...one, error: { ...error, code: "other" } },
    ];
    for (const other of others) expect(groupKeyOf(other)).not.toBe(groupKeyOf(one));
  });
});
