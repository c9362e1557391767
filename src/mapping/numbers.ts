/**
 * Numbers without loss. JSON's are as long as their sender likes; JavaScript's hold 15 digits surely, and whole numbers
 * up to 2^53. What does not survive the way into a number and back is kept as it is written, or refused.
 * @module
 */

/** A JSON number that a JavaScript number does not hold, as it is written. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Decimal notation, as JSON and people write it. */
const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?\s*$/i;
/** Longer than any double is written in full. */
const COMPARED_MAX_CHARS = 400;

/**
 * Parses JSON and keeps the digits of every number: those that would lose some come as `ExactNumber`. It costs a call
 * for each value, so it is for texts that hold long numbers.
 * @throws SyntaxError where the text is not JSON
 */
export function parseExactly(text: string): unknown {
  const parsed: unknown = JSON.parse(text, (_key, value: unknown, ...rest: readonly unknown[]) => {
    if (typeof value !== "number") return value;
    const written = sourceOf(rest[0]);
    return written === null || isKept(written, value) ? value : new ExactNumber(written);
  });
  return parsed;
}

/** A reviver hears how a value is written (ECMAScript's `JSON.parse` source text access; V8 has it since version 11.4). */
function sourceOf(context: unknown): string | null {
  const hasSource = typeof context === "object" && context !== null && "source" in context;
  return hasSource && typeof context.source === "string" ? context.source : null;
}

/** Whole numbers beyond 2^53 are told from their neighbours by their text alone. */
function isKept(written: string, number: number): boolean {
  return !isBeyondIntegers(number) && sameNumber(written, number);
}

/** A whole number that may stand for others, whose digits are lost. */
export function isBeyondIntegers(number: number): boolean {
  return Number.isInteger(number) && !Number.isSafeInteger(number);
}

/** Whether a text is a decimal number, however many digits it has. */
export function isDecimal(text: string): boolean {
  return text.length <= COMPARED_MAX_CHARS && /\d/.test(text) && DECIMAL.test(text);
}

/** What a text says as a number; null where it says none, or one that loses digits on the way. */
export function numberOfText(text: string): number | null {
  if (!isDecimal(text)) return null;
  const number = Number(text);
  return sameNumber(text, number) ? number : null;
}

/** The way back: the shortest text that stands for this number and no other. */
export function textOfNumber(number: number): string {
  return String(number);
}

/** Whether a decimal text and a number are the same, digit for digit. */
function sameNumber(text: string, number: number): boolean {
  if (!Number.isFinite(number) || text.length > COMPARED_MAX_CHARS) return false;
  return decimalOf(text) === decimalOf(textOfNumber(number));
}

/** Digits without the zeros around them, and the place of the last one: one text for each number. */
function decimalOf(text: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  const significant = digits.replace(/^0+/, "").replace(/0+$/, "");
  if (significant === "") return "0";
  const zeros = digits.length - digits.replace(/0+$/, "").length;
  return `${sign === "-" ? "-" : ""}${significant}e${Number(exponent) - fraction.length + zeros}`;
}
