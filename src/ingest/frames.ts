/**
 * Cuts the text of a body into the texts of single profiles, so that each is parsed alone: a body of many megabytes
 * never becomes one tree of objects, and a bad profile harms no other.
 * @module
 */

/** A profile with 50 mapped attributes and 250 audiences has some 50,000 characters; this leaves room for long notes. */
export const PROFILE_MAX_CHARS = 1_000_000;
/** XDM nests a dozen levels; whatever nests deeper is no profile. */
export const DEPTH_MAX = 64;

/** The text of one profile, or why it is not even looked at. */
export type Frame =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Whether it may hold a number that a JavaScript number does not hold. */
      readonly hasLongNumbers: boolean;
    }
  | {
      readonly kind: "refused";
      readonly code: "profile_too_large" | "too_deep" | "invalid_json";
    };

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** NDJSON, read as it arrives: memory is bounded by the longest line that is allowed. */
export class LineCutter {
  #parts: string[] = [];
  #chars = 0;

  /** The profiles whose lines end within this piece of text. */
  push(text: string): readonly Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#gather(text.slice(from, end));
      frames.push(...this.end());
      from = end + 1;
    }
    this.#gather(text.slice(from));
    return frames;
  }

  /** The last line, which need not end with a line break. */
  end(): readonly Frame[] {
    const tooLarge = this.#chars > PROFILE_MAX_CHARS;
    const line = tooLarge ? "" : this.#parts.join("").trim();
    [this.#parts, this.#chars] = [[], 0];
    if (tooLarge) return [{ kind: "refused", code: "profile_too_large" }];
    return line === "" ? [] : [frameOf(line, 0, line.length)];
  }

  #gather(text: string): void {
    this.#chars += text.length;
    if (this.#chars <= PROFILE_MAX_CHARS) this.#parts.push(text);
    else this.#parts = [];
  }
}

/** How a body of `application/json` is framed. */
export type Document =
  /** An array, or an object that holds an array `profiles`. */
  | { readonly framing: "list"; readonly frames: readonly Frame[]; readonly hasMore: boolean }
  /** One object, or several one after the other. */
  | { readonly framing: "objects"; readonly frames: Iterable<Frame> }
  | { readonly framing: "malformed" };

/**
 * Finds the profiles in a whole document.
 * @param listMax profiles of a list that are looked at; `hasMore` tells whether there are more
 */
export function cutDocument(text: string, listMax: number): Document {
  const from = skipSpace(text, 0);
  const first = text.charCodeAt(from);
  if (first === OPEN_BRACKET) return cutList(text, from, listMax);
  if (first !== OPEN_BRACE) return { framing: "malformed" };
  const list = findProfiles(text, from);
  if (list !== -1) return cutList(text, list, listMax);
  return { framing: "objects", frames: cutObjects(text, from) };
}

/**
 * The elements of the list that begins at `open`, each good or bad by itself; a comma at the end is no element. What
 * surrounds them is kept as a skeleton, `[0,0]`: where that is not JSON, the list breaks off or something else is wrong
 * with it, and one more frame says so.
 */
function cutList(text: string, open: number, listMax: number): Document {
  const frames: Frame[] = [];
  const skeleton = [text.slice(0, open + 1).trimStart()];
  for (let at = open + 1; ;) {
    const from = skipSpace(text, at);
    const code = text.charCodeAt(from);
    if (code === CLOSE_BRACKET || code === CLOSE_BRACE || from >= text.length) {
      skeleton.push(frames.length > 0 ? "0" : "", text.slice(from));
      break;
    }
    if (frames.length === listMax) return { framing: "list", frames, hasMore: true };
    const { end } = scan(text, from, "element");
    if (end === -1) {
      // The text breaks off here, within a string perhaps.
      const rest = frameOf(text, from, text.length);
      frames.push(rest.kind === "text" ? rest : NOT_JSON);
      return { framing: "list", frames, hasMore: false };
    }
    frames.push(end > from ? frameOf(text, from, end) : NOT_JSON);
    const isFollowed = text.charCodeAt(end) === COMMA;
    if (isFollowed) skeleton.push("0,");
    at = isFollowed ? end + 1 : end;
  }
  if (!isJson(skeleton.join(""))) frames.push(NOT_JSON);
  return { framing: "list", frames, hasMore: false };
}

const NOT_JSON: Frame = { kind: "refused", code: "invalid_json" };

/** Objects one after the other. One that never ends is looked at line by line, so that it costs no other. */
function* cutObjects(text: string, start: number): Generator<Frame> {
  for (let from = start; from < text.length; from = skipSpace(text, from)) {
    const end = text.charCodeAt(from) === OPEN_BRACE ? scan(text, from, "object").end : -1;
    if (end === -1) {
      const lines = new LineCutter();
      yield* lines.push(text.slice(from));
      yield* lines.end();
      return;
    }
    yield frameOf(text, from, end);
    from = end;
  }
}

/** Where the array of an object's own member `profiles` begins; -1 where it has none. */
function findProfiles(text: string, open: number): number {
  let at = skipSpace(text, open + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(text, at);
    if (keyEnd === -1) return -1;
    const key = text.slice(at + 1, keyEnd - 1);
    const colon = skipSpace(text, keyEnd);
    const value = skipSpace(text, colon + 1);
    if (key === "profiles" && text.charCodeAt(value) === OPEN_BRACKET) return value;
    const { end } = scan(text, value, "element");
    if (end === -1 || text.charCodeAt(end) !== COMMA) return -1;
    at = skipSpace(text, end + 1);
  }
  return -1;
}

/** The frame of a profile, from one index up to another. */
function frameOf(text: string, from: number, end: number): Frame {
  if (end - from > PROFILE_MAX_CHARS) return { kind: "refused", code: "profile_too_large" };
  const { deepest, hasLongNumbers } = scan(text, from, "all", end);
  if (deepest > DEPTH_MAX) return { kind: "refused", code: "too_deep" };
  return { kind: "text", text: text.slice(from, end), hasLongNumbers };
}

interface Scanned {
  /** -1 where the text ends before that. */
  readonly end: number;
  readonly deepest: number;
  /** More digits than a JavaScript number surely keeps, or an exponent. */
  readonly hasLongNumbers: boolean;
}

/** So many digits of a decimal number survive in a JavaScript number, whichever they are. */
const DIGITS_KEPT = 15;

/**
 * Follows strings and nesting from an index on, up to where an `element` of a list ends (its comma or the list's
 * bracket), an `object` ends, or through `all`.
 */
function scan(
  text: string,
  from: number,
  upTo: "element" | "object" | "all",
  limit = text.length,
): Scanned {
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let hasLongNumbers = false;
  for (let i = from; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) {
      if (++digits > DIGITS_KEPT) hasLongNumbers = true;
      continue;
    }
    if (code === DOT) continue;
    if (digits > 0) {
      if (code === LOWER_E || code === UPPER_E) hasLongNumbers = true;
      digits = 0;
    }
    if (code === QUOTE) {
      const end = endOfString(text, i);
      if (end === -1) return { end: -1, deepest, hasLongNumbers };
      i = end - 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0 && upTo === "element") return { end: i, deepest, hasLongNumbers };
      depth -= 1;
      if (depth <= 0 && upTo === "object") return { end: i + 1, deepest, hasLongNumbers };
    } else if (code === COMMA && depth === 0 && upTo === "element") {
      return { end: i, deepest, hasLongNumbers };
    }
  }
  return { end: -1, deepest, hasLongNumbers };
}

/** The index after a string's closing quote; -1 where it has none. */
function endOfString(text: string, open: number): number {
  for (
    let quote = text.indexOf('"', open + 1);
    quote !== -1;
    quote = text.indexOf('"', quote + 1)
  ) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return -1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
