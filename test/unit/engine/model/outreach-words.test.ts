import { describe, it } from "vitest";
import { withoutValues } from "../../../../src/engine/model/outreach-words.ts";
import type { FieldValue } from "../../../../src/engine/model/prospect-update.ts";

describe("Outreach's words", () => {
  it.for<[string, FieldValue, string]>([
    ["Email ADA@example.com is taken.", ["ada@example.com"], "Email … is taken."],
    ["Title C++ (lead) is no title", "C++ (lead)", "Title … is no title"],
    ["Score 12345 is too high", 12_345, "Score … is too high"],
    ["No on is no", "no", "No on is no"],
    [`Bio ${"long ".repeat(99)}`, "long ".repeat(200), "Bio …"],
    ["Two  blanks", "two blanks", "…"],
    ["", "x", ""],
    [
      "Outreach's limit is 255 for 'title', isn't it?",
      "x",
      "Outreach's limit is … for …, isn't it?",
    ],
    ["Merged with bob@example.org, 12 Elm St.", "x", "Merged with … … Elm St."],
    ['"Countess" is as 11111111-aaaa-4000-8000-000000000001', "x", "… is as …"],
  ])("%s, of %j, are told without values", ([detail, value, told], { expect }) => {
    expect(withoutValues(detail, { title: { value } })).toBe(told);
  });
});
