/**
 * JSON from outside, within bounds.
 * @module
 */

/** No document of Outreach's API nests deeper than ten levels; deeper ones overflow the stack of whoever walks them. */
export const JSON_DEPTH_MAX = 64;

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: "not_json" | "too_deep" };

export function parseJson(text: string): ParsedJson {
  if (isDeeperThan(text, JSON_DEPTH_MAX)) return { ok: false, reason: "too_deep" };
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, reason: "not_json" };
  }
}

/** Counts brackets outside of strings; what is no JSON at all is left to the parser. */
function isDeeperThan(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      if (depth > max) return true;
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return false;
}

/** Whether `value` is a JSON object: no array, no null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
