import { describe, it } from "vitest";
import { remedyFor } from "../../../src/destinations/remedies.ts";

describe("the remedy for a failure", () => {
  const cases: readonly [number | null, string, string, RegExp][] = [
    [403, "unauthorizedOauthScope", "", /OUTREACH_SCOPES/],
    [403, "unauthorizedRequest", "", /may not edit this prospect/],
    [404, "resourceNotFound", "Could not find 'prospect' with ID '1'.", /deleted, merged/],
    [422, "validationError", "Contacts email hash has already been taken.", /Another prospect/],
    [422, "validationError", "Contacts contact is using an excluded email address.", /exclude/],
    [422, "validationDataTooLongError", "", /Shorten/],
    [422, "validationError", "", /Outreach refused a value/],
    [409, "conflict", "", /same moment/],
    [401, "http401", "", /Connect the Outreach user again/],
    [413, "http413", "", /too large/],
    [400, "badRequest", "", /its words say why/],
    [503, "http503", "", /seven days/],
    [null, "timeout", "", /seven days/],
  ];
  for (const [status, code, detail, remedy] of cases) {
    it(`of ${status ?? "no answer"} ${code} ${detail} says ${String(remedy)}`, ({ expect }) => {
      expect(remedyFor({ status, code, detail })).toMatch(remedy);
    });
  }

  it("never repeats what Outreach said, which may hold a value", ({ expect }) => {
    for (const [status, code] of cases) {
      expect(remedyFor({ status, code, detail: "MARKER" })).not.toContain("MARKER");
    }
  });
});
