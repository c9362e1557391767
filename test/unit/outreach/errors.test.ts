import { describe, it } from "vitest";
import { readError } from "../../../src/outreach/errors.ts";

const said = (...errors: unknown[]) => readError(422, JSON.stringify({ errors }));

describe("errors of an answer", () => {
  it("reads Rails' own form, and which attribute it accuses", ({ expect }) => {
    expect(readError(422, '{"errors":{"emails":["has already been taken"]}}')).toMatchObject({
      code: "http422",
      detail: "emails has already been taken",
      pointer: "/data/attributes/emails",
    });
    expect(
      readError(422, '{"errors":{"first_name":["is bad","is long"],"base":["No."]}}'),
    ).toMatchObject({
      detail: "first_name is bad, is long No.",
      errors: [{ pointer: "/data/attributes/firstName" }, { pointer: null }],
    });
  });

  it("keeps the words of all errors, each once", ({ expect }) => {
    const { detail, errors } = said(
      { id: "a", detail: "One." },
      { id: "b", details: "Two." },
      { title: "One." },
      "Three.",
    );
    expect(detail).toBe("One. Two. Three.");
    expect(errors).toHaveLength(4);
  });

  it("reads what it can of an error with members that are none", ({ expect }) => {
    for (const source of [{ pointer: null }, null, 7, { pointer: 7 }, []]) {
      expect(said({ id: "validationError", title: "T", detail: "X", source })).toMatchObject({
        code: "validationError",
        detail: "X",
        pointer: null,
      });
    }
    expect(said(null, 7, {}, { id: 7, detail: "X" })).toMatchObject({
      code: "http422",
      detail: "X",
    });
  });

  it("tells what Outreach lists from what something before it says", ({ expect }) => {
    expect(readError(403, "<html>Request blocked</html>").errors).toEqual([]);
    expect(readError(401, '{"error":"Invalid JWT token.","description":7}')).toMatchObject({
      detail: "Invalid JWT token.",
      errors: [],
    });
    expect(readError(422, '{"errors":"Words."}').errors).toHaveLength(1);
  });
});
