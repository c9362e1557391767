import { describe, it } from "vitest";
import { isSameButForForm, isSameValue } from "../../../../src/engine/model/same-value.ts";

describe("whether Outreach holds a value", () => {
  it("compares what is meant, not how it is written", ({ expect }) => {
    expect(isSameValue("2026-11-25", "2026-11-25T00:00:00.000Z")).toBe(true);
    expect(isSameValue(null, "")).toBe(true);
    expect(isSameValue(3, "3")).toBe(true);
    expect(isSameValue(" Acme", "Acme")).toBe(true);
    expect(isSameValue("Acme", "acme")).toBe(false);
  });

  it("overlooks a form of Outreach's own where it is asked to", ({ expect }) => {
    expect(isSameButForForm("Ann@Example.com", "ann@example.com")).toBe(true);
    expect(isSameButForForm("+1 (555) 010-0199", "15550100199")).toBe(true);
    expect(isSameButForForm(["b@x.com", "A@x.com"], ["a@x.com", "b@x.com"])).toBe(true);
    expect(isSameButForForm("Acme", "Acme Inc.")).toBe(false);
    expect(isSameButForForm("Acme", null)).toBe(false);
    expect(isSameButForForm("+", "-")).toBe(false);
    expect(isSameButForForm("東京", "大阪")).toBe(false);
  });
});
