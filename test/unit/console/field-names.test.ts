import { describe, it } from "vitest";
import { fieldName, likelierAudience, type Writer } from "../../../src/console/field-names.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";

function writing(mappingId: number, name: string): Writer {
  return { settings: mappingSettings.parse({ audiences: [{ id: "a", mappingId, name }] }) };
}

const LABELS = { "3": "Trial users" };

describe("the name of a field", () => {
  it("is its own, with Outreach's label where it has one", ({ expect }) => {
    expect(fieldName("title", LABELS, [])).toBe("title");
    expect(fieldName("custom3", LABELS, [])).toBe("custom3 (Trial users)");
    expect(fieldName("custom4", LABELS, [])).toBe("custom4");
  });

  it("tells the audience that is written there where the label does not", ({ expect }) => {
    const churn = [writing(3, "Churn risk"), writing(4, "Webinar")];
    expect(fieldName("custom3", LABELS, churn)).toBe("custom3 (Trial users; audience Churn risk)");
    expect(fieldName("custom4", LABELS, churn)).toBe("custom4 (audience Webinar)");
    expect(fieldName("custom3", LABELS, [writing(3, "trial users ")])).toBe(
      "custom3 (Trial users)",
    );
  });
});

describe("a label of a custom field", () => {
  it("is warned of where it is another audience's name", ({ expect }) => {
    expect(likelierAudience("Churn risk", "Trial users", ["Webinar", "Trial started"])).toBe(
      "Trial started",
    );
    expect(likelierAudience("Churn risk", "Trial users", ["Webinar"])).toBeNull();
    expect(likelierAudience("Trial users", "Trial users", ["Trial started"])).toBeNull();
  });
});
