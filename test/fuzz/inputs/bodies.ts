/**
 * Bodies of requests: profiles as JSON text in every framing, then damaged.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import { profile } from "./profiles.ts";

/** A part of a body: text, bytes that are no text, or something many times over (`#` becomes its number). */
const part = z.union([
  z.string(),
  z.object({ hex: z.string().regex(/^([0-9a-f]{2})*$/) }),
  z.object({ repeat: z.string(), times: z.int().min(0).max(2_000_000) }),
]);
type Part = z.infer<typeof part>;

export const bodySchema = z.object({
  type: z.string(),
  parts: z.array(part),
  /** Sizes of the pieces in which it arrives, over and over; none: in one piece. */
  pieces: z.array(z.int().min(1)),
  /** Whether `Content-Length` is told. */
  declared: z.boolean(),
});
export type BodyInput = z.infer<typeof bodySchema>;

export function bytesOf(parts: readonly Part[]): Uint8Array {
  const buffers = parts.map((piece) => {
    if (typeof piece === "string") return Buffer.from(piece, "utf8");
    if ("hex" in piece) return Buffer.from(piece.hex, "hex");
    const { repeat, times } = piece;
    if (!repeat.includes("#")) return Buffer.from(repeat.repeat(times), "utf8");
    const copies = Array.from({ length: times }, (_, i) => repeat.replaceAll("#", String(i)));
    return Buffer.from(copies.join(""), "utf8");
  });
  return new Uint8Array(Buffer.concat(buffers));
}

/** JSON as others write it: spaces, escapes and duplicate keys that `JSON.stringify` never makes. */
const jsonText: fc.Arbitrary<string> = fc
  .tuple(
    profile,
    fc.constantFrom(0, 1, 2),
    fc.boolean(),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant("") },
      fc.constantFrom(
        '"__proto__":{"polluted":1},',
        '"identityMap":1,',
        '"profiles":[],',
        '"profiles":{},',
        '"p\\u0072ofiles":[{}],',
      ),
    ),
  )
  .map(([value, indent, escaped, first]) => {
    const text = JSON.stringify(value, null, indent)
      .replace(/^\{(?=.)/, `{${first}`)
      .replace(/,\}$/, "}");
    return escaped ? text.replaceAll(/(?<=")[a-z](?=[a-zA-Z]{0,20}":)/g, escapeUnicode) : text;
  });

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const space = fc.constantFrom("", "", " ", "\n", "\r\n", "\t", "\n\n");

const framed: fc.Arbitrary<string> = fc
  .tuple(fc.array(jsonText, { maxLength: 5 }), space, fc.integer({ min: 0, max: 6 }))
  .map(([texts, gap, framing]) => {
    switch (framing) {
      case 0:
        return `${gap}[${texts.join(`${gap},`)}${gap}]${gap}`;
      case 1:
        return `${gap}{"profiles"${gap}:${gap}[${texts.join(",")}]}`;
      case 2:
        return `{"a":[1,{"profiles":[2]}],${gap}"profiles":[${texts.join(`,${gap}`)}],"b":{}}`;
      case 3:
        return texts.join("\r\n");
      case 4:
        return texts.join(gap);
      case 5:
        return texts.join("\n");
      default:
        return texts[0] ?? "";
    }
  });

/** What breaks JSON, or what might break a reader of it. */
const splinter: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<Part>(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      '\\"',
      "\n",
      "\r\n",
      "\u0000",
      "\uFEFF",
      "\u2028",
      "\\ud800",
      "null",
      "1e999",
      "-",
      "00",
      "NaN",
      "//",
      '"__proto__":{"polluted":true},',
      '{"profiles":[',
      "[{}}",
      "{]",
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("ff", "c3", "c0af", "eda080", "f09f", "f09f9880", "efbbbf", "e28080", "00")
      .map((hex) => ({ hex })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          "[",
          "{",
          "]",
          '{"a":',
          "[{",
          "\\",
          '"',
          "\n",
          "{}",
          "[],",
          '"#":[1],',
          '{"id":"#"}\n',
          " ",
        ),
        fc.constantFrom(10, 63, 64, 65, 100, 1_000, 10_001),
      )
      .map(([repeat, times]) => ({ repeat, times })),
  },
);

/** A change at a place, given as a share of the text's length. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.constant(Infinity)),
  put: fc.option(splinter, { nil: null }),
});

const parts: fc.Arbitrary<Part[]> = fc
  .tuple(
    framed,
    fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(damage, { maxLength: 3 }) },
    ),
  )
  .map(([text, damages]) =>
    damages.reduce<Part[]>(
      (made, { at, cut, put }) => {
        const [first = "", ...rest] = made;
        if (typeof first !== "string") return made;
        const place = Math.floor(at * first.length);
        const tail = first.slice(place + Math.min(cut, first.length));
        return [first.slice(0, place), ...(put === null ? [] : [put]), tail, ...rest];
      },
      [text],
    ),
  );

const mediaType: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constant("application/json") },
  { weight: 4, arbitrary: fc.constant("application/x-ndjson") },
  fc.constantFrom("application/JSON; charset=utf-8", "application/jsonl;", "text/plain", "", "a/b"),
);

export const bodies: fc.Arbitrary<BodyInput> = fc.record({
  type: mediaType,
  parts,
  pieces: fc.oneof(
    fc.constant<number[]>([]),
    fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 3 }),
  ),
  declared: fc.boolean(),
});
