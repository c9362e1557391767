import { describe, it } from "vitest";
import { checkMappingSettings } from "../../../src/mapping/check-settings.ts";
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";

const AT = "2026-11-29T09:00:00Z";
const SOURCE = "consents.marketing.email.val";
const settings = (row: object) =>
  mappingSettings.parse({ mappings: [{ source: SOURCE, target: "emailOptedOut", ...row }] });

function read(email: unknown, row: object = { as: "consent" }) {
  const profile = {
    identityMap: { OutreachId: [{ id: "7" }] },
    consents: { marketing: { email } },
  };
  const mapped = mapProfile(profile, compileMapping(settings(row)));
  const [field] = Object.values(mapped.updates[0]?.fields ?? {});
  return field ?? mapped.fieldErrors[0]?.code ?? null;
}

describe("a consent", () => {
  it("of no is the opt-out, of yes an explicit opt-in, at its own time", ({ expect }) => {
    const at = Date.parse(AT);
    for (const val of ["n", "N", "no", "out", "dn"]) {
      expect(read({ val, time: AT })).toEqual({ value: true, at, consent: { says: "out" } });
    }
    for (const val of ["y", "in", "YES"]) {
      expect(read({ val, time: AT })).toEqual({ value: false, at, consent: { says: "in" } });
    }
    expect(read({ val: "n" })).toEqual({ value: true, consent: { says: "out" } });
  });

  it("that is pending, unknown or removed says nothing", ({ expect }) => {
    for (const val of [
      "p",
      "u",
      "vi",
      "VI",
      "LI",
      "CP",
      "CT",
      "PI",
      "dy",
      "",
      null,
      {},
      "pending",
    ]) {
      expect(read({ val, time: AT })).toBeNull();
    }
    expect(read({})).toBeNull();
    expect(read(null)).toBeNull();
  });

  it("may be true or false: false is no explicit opt-in unless the row says so", ({ expect }) => {
    const source = { as: "consent", source: "consents.marketing.email" };
    expect(read(true, source)).toEqual({ value: true, consent: { says: "out" } });
    expect(read(false, source)).toEqual({ value: false });
    expect(read(false, { ...source, optIn: true })).toEqual({
      value: false,
      consent: { says: "in" },
    });
    expect(read("out", source)).toEqual({ value: true, consent: { says: "out" } });
    expect(read({ val: "y" }, source)).toEqual({ value: false, consent: { says: "in" } });
  });

  it("is written in the words of its target, sticky where the row says so", ({ expect }) => {
    const row = { as: "consent", target: "emailsOptStatus" };
    expect(read({ val: "n" }, row)).toMatchObject({ value: "opted_out" });
    expect(read({ val: "y" }, row)).toMatchObject({ value: "opted_in" });
    expect(read({ val: "n" }, { ...row, sticky: true })).toMatchObject({
      consent: { says: "out", sticky: true },
    });
  });

  it("that cannot be read costs itself; an opt-out never does for its time", ({ expect }) => {
    expect(read({ val: "perhaps" })).toBe("invalid_value");
    expect(read({ val: ["y", "n"] })).toBe("invalid_value");
    expect(read({ val: "y", time: "soon" })).toBe("invalid_time");
    expect(read({ val: "n", time: "soon" })).toEqual({ value: true, consent: { says: "out" } });
  });

  it("of an ordinary row is marked only where the row asks for it", ({ expect }) => {
    expect(read({ val: true }, {})).toEqual({ value: true });
    expect(read({ val: true }, { sticky: true })).toMatchObject({ consent: { sticky: true } });
    expect(read({ val: false }, { optIn: true })).toMatchObject({ consent: { says: "in" } });
  });

  it("is mapped to opt-outs alone, and a table to what suits its target", ({ expect }) => {
    const codes = (row: object) => checkMappingSettings(settings(row)).map(({ code }) => code);
    expect(codes({ as: "consent" })).toEqual([]);
    expect(codes({ as: "consent", target: "title" })).toEqual(["not_an_opt_out"]);
    expect(codes({ target: "dateOfBirth", values: { a: "x" } })).toEqual(["invalid_values"]);
    expect(codes({ default: true })).toEqual(["invalid_values"]);
  });
});
