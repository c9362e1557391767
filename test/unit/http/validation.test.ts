import { describe, it } from "vitest";
import { z } from "zod";
import { fieldErrors, plainWords, toPointer } from "../../../src/http/validation.ts";

z.config({ customError: plainWords });

function errorsOf(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value);
  return result.success ? [] : fieldErrors(result.error);
}

describe("field errors", () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(5),
    size: z.int().min(1).max(150).optional(),
    mode: z.enum(["clear", "ignore"]).optional(),
    list: z
      .array(z.object({ id: z.string() }))
      .max(1)
      .optional(),
    flag: z.boolean().optional(),
  });
  const cases: readonly [unknown, string, string, string][] = [
    [{}, "/name", "required", "This field is required."],
    [{ name: 7 }, "/name", "wrong_type", "Must be a text."],
    [{ name: "" }, "/name", "too_small", "Must not be empty."],
    [{ name: "abcdef" }, "/name", "too_large", "Must be at most 5 characters long."],
    [{ name: "a", size: 0 }, "/size", "too_small", "Must be at least 1."],
    [{ name: "a", size: 151 }, "/size", "too_large", "Must be at most 150."],
    [{ name: "a", size: 1.5 }, "/size", "wrong_type", "Must be a whole number."],
    [{ name: "a", mode: "x" }, "/mode", "invalid_value", "Must be one of: clear, ignore."],
    [{ name: "a", flag: "x" }, "/flag", "wrong_type", "Must be true or false."],
    [{ name: "a", list: {} }, "/list", "wrong_type", "Must be an array."],
    [{ name: "a", list: [{}] }, "/list/0/id", "required", "This field is required."],
    [
      { name: "a", list: [{ id: "a" }, { id: "b" }] },
      "/list",
      "too_large",
      "Must have at most 1 entries.",
    ],
    [
      { name: "a", sise: 1 },
      "/sise",
      "unknown_field",
      "Unknown field `sise`. Did you mean `size`?",
    ],
    [{ name: "a", other: 1 }, "/other", "unknown_field", "Unknown field `other`."],
    [null, "", "wrong_type", "Must be an object."],
  ];
  for (const [value, pointer, code, detail] of cases) {
    it(`say of ${JSON.stringify(value)} at "${pointer}": ${detail}`, ({ expect }) => {
      expect(errorsOf(schema, value)).toEqual([{ pointer, code, detail }]);
    });
  }

  it("keep the words of a schema that has its own", ({ expect }) => {
    const own = z.object({ url: z.string().refine(() => false, "Must be an address.") });
    expect(errorsOf(own, { url: "x" })).toEqual([
      { pointer: "/url", code: "invalid_value", detail: "Must be an address." },
    ]);
  });

  it("never repeat a value, and shorten names", ({ expect }) => {
    const marker = "MARKER".repeat(100);
    const errors = [
      ...errorsOf(schema, {
        name: marker,
        size: marker,
        mode: marker,
        list: [marker],
        flag: marker,
      }),
      ...errorsOf(schema, { name: "a", [`${"k".repeat(1000)}\u0000\u202e`]: 1 }),
    ];
    expect(errors).toHaveLength(6);
    expect(JSON.stringify(errors)).not.toContain("MARKER");
    expect(JSON.stringify(errors).length).toBeLessThan(1500);
  });
});

describe("a JSON pointer", () => {
  it("escapes as RFC 6901 says", ({ expect }) => {
    expect(toPointer(["a/b", "m~n", 0, ""])).toBe("/a~1b/m~0n/0/");
    expect(toPointer([])).toBe("");
  });

  it("takes out what could upset a terminal", ({ expect }) => {
    expect(toPointer(["a\u001b[31m\ud800"])).toBe("/a?[31m\ufffd");
  });
});
