import fc from "fast-check";
import { describe, it } from "vitest";
import type { FieldValue } from "../../../src/engine/model/prospect-update.ts";
import { convert } from "../../../src/mapping/convert.ts";
import { parseExactly } from "../../../src/mapping/numbers.ts";
import { prospectAttribute } from "../../../src/outreach/prospect-attributes.ts";

/** What a value becomes; undefined where it is refused. */
function taken(value: unknown, target: string): FieldValue | undefined {
  const attribute = prospectAttribute(target);
  if (!attribute) throw new Error(target);
  const converted = convert(value, attribute, "/x");
  return converted.ok ? converted.value : undefined;
}

/** A decimal text as a fraction of whole numbers, worked out without any floating point. */
function fractionOf(text: string): readonly [over: bigint, under: bigint] {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(`${whole}${fraction}`.replace(/^\+/, "") || "0");
  return shift >= 0 ? [digits * 10n ** BigInt(shift), 1n] : [digits, 10n ** BigInt(-shift)];
}

function isSameDecimal(a: string, b: string): boolean {
  const [[over, under], [otherOver, otherUnder]] = [fractionOf(a), fractionOf(b)];
  return over * otherUnder === otherOver * under;
}

const digits = (min: number, max: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`, "u"));
const jsonNumber = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      fc.constant("0"),
      digits(0, 24).map((rest) => `7${rest}`),
    ),
    fc.option(digits(1, 24), { nil: null }),
    fc.option(fc.integer({ min: -30, max: 30 }), { nil: null }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`,
  );

describe("nothing changes in silence", () => {
  it("in numbers, as JSON or as texts, for texts and for numbers", ({ expect }) => {
    let kept = 0;
    fc.assert(
      fc.property(
        jsonNumber,
        fc.constantFrom("title", "score"),
        fc.boolean(),
        (text, target, quoted) => {
          const value = taken(parseExactly(quoted ? JSON.stringify(text) : text), target);
          if (value === undefined) return;
          kept += 1;
          // As the call writes it.
          const written = typeof value === "string" ? value : JSON.stringify(value);
          expect(isSameDecimal(text, written)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(kept).toBeGreaterThan(1_000);
  });

  it("in whole numbers", ({ expect }) => {
    fc.assert(
      fc.property(digits(1, 24), (text) => {
        const value = taken(text, "linkedInConnections");
        expect(value === undefined || BigInt(text) === BigInt(Number(value))).toBe(true);
        expect(value === undefined).toBe(BigInt(text) > BigInt(Number.MAX_SAFE_INTEGER));
      }),
    );
  });

  const written = fc.record({
    date: fc
      .date({ min: new Date("0200-01-01"), max: new Date("9900-01-01"), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10)),
    time: fc
      .date({ min: new Date(0), max: new Date(86_399_999), noInvalidDate: true })
      .map((at) => at.toISOString().slice(11, 19)),
    fraction: digits(0, 9),
    sign: fc.constantFrom(1, -1),
    away: fc.integer({ min: 0, max: 14 * 60 }),
  });

  it("in dates and times: the date is the written one, the moment the same to the digit", ({
    expect,
  }) => {
    fc.assert(
      fc.property(written, ({ date, time, fraction, sign, away }) => {
        const pad = (n: number) => String(n).padStart(2, "0");
        const zone = `${sign > 0 ? "+" : "-"}${pad(Math.trunc(away / 60))}:${pad(away % 60)}`;
        const text = `${date}T${time}${fraction === "" ? "" : `.${fraction}`}${zone}`;
        expect(taken(text, "dateOfBirth")).toBe(date);
        const value = taken(text, "availableAt");
        const [, seconds = "", finer = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(String(value)) ?? [];
        const nano = (part: string) => BigInt(part.padEnd(9, "0"));
        const before = BigInt(Date.parse(`${date}T${time}Z`) - sign * away * 60_000) * 1_000_000n;
        const after = BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n;
        expect(after + nano(finer)).toBe(before + nano(fraction));
      }),
      { numRuns: 1_000 },
    );
  });

  it("in epoch times of two hundred years: right, or refused by name", ({ expect }) => {
    const moment = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(moment, fc.constantFrom(1, 1_000), fc.boolean(), (ms, unit, quoted) => {
        const at = Math.trunc(ms / unit);
        const iso = new Date(at * unit).toISOString();
        const value = quoted ? String(at) : at;
        expect([undefined, iso]).toContain(taken(value, "availableAt"));
        expect([undefined, iso.slice(0, 10)]).toContain(taken(value, "dateOfBirth"));
      }),
      { numRuns: 1_000 },
    );
    expect(taken(Date.UTC(1972, 0), "dateOfBirth")).toBe("1972-01-01");
    expect(taken(Date.UTC(1930, 0), "dateOfBirth")).toBe("1930-01-01");
  });

  it("in texts", ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect([undefined, text]).toContain(taken(text, "title"));
        const isFine =
          text.isWellFormed() && !text.includes("\0") && Array.from(text).length <= 255;
        expect(taken(text, "title") === text).toBe(isFine);
        const entry = taken([text, "x"], "tags");
        if (entry !== undefined && text !== "") expect(entry).toEqual([text, "x"]);
      }),
      { numRuns: 1_000 },
    );
  });
});
