/**
 * What has to be read from a body, worked out the plain way: decode all of it, split it, `JSON.parse` it.
 * @module
 */
import { compileMapping, mapProfile } from "../../../src/mapping/map-profile.ts";
import { ExactNumber, parseExactly } from "../../../src/mapping/numbers.ts";
import type { MappingSettings } from "../../../src/mapping/settings.ts";
import type { ProspectUpdate } from "../../../src/engine/model/prospect-update.ts";

export type Expected =
  | { readonly refused: string }
  | {
      readonly refused: null;
      readonly received: number;
      readonly updates: readonly ProspectUpdate[];
      readonly rejected: readonly { readonly index: number; readonly code: string }[];
      readonly fieldErrors: readonly {
        readonly index: number;
        readonly field: string | null;
        readonly code: string;
      }[];
    };

const PROFILE_CHARS = 1_000_000;
const DEPTH = 64;
const LIST = 10_000;
const LISTED = 100;

/** Null where nothing plain can be said: text that is JSON only in part. */
export function expectedOf(
  type: string,
  bytes: Uint8Array,
  settings: MappingSettings,
): Expected | null {
  const media = type.split(";")[0]?.trim().toLowerCase();
  const isJson = media === "application/json";
  const isLines = media === "application/x-ndjson" || media === "application/jsonl";
  if (!isJson && !isLines) return { refused: "unsupported_media_type" };
  const text = decoded(bytes);
  if (text === null) return isJson ? { refused: "invalid_utf8" } : null;
  const frames = isLines ? linesOf(text) : documentOf(text);
  if (frames === null || typeof frames === "string")
    return frames === null ? null : { refused: frames };
  return outcomeOf(frames, settings);
}

/** A profile's value, or the rule that it broke before anybody looked at it. */
type Frame = { readonly value: unknown } | { readonly code: string };

function outcomeOf(frames: readonly Frame[], settings: MappingSettings): Expected {
  const mapping = compileMapping(settings);
  const updates: ProspectUpdate[] = [];
  const rejected: { index: number; code: string }[] = [];
  const fieldErrors: { index: number; field: string | null; code: string }[] = [];
  for (const [index, frame] of frames.entries()) {
    const mapped = "code" in frame ? null : mapProfile(frame.value, mapping);
    updates.push(...(mapped?.updates ?? []));
    for (const { field, code } of mapped?.fieldErrors ?? [])
      fieldErrors.push({ index, field, code });
    if ("code" in frame) rejected.push({ index, code: frame.code });
    else if (mapped && !mapped.ok) rejected.push({ index, code: mapped.rejection.code });
  }
  return {
    refused: null,
    received: frames.length,
    updates,
    rejected: rejected.slice(0, LISTED),
    fieldErrors: fieldErrors.slice(0, LISTED),
  };
}

/** One a line; a line of white space is none. Where not one is JSON, the body is none. */
function linesOf(text: string): readonly Frame[] | string | null {
  const lines = text.split("\n");
  const frames: Frame[] = [];
  for (const line of lines) {
    if (line.length > PROFILE_CHARS) frames.push({ code: "profile_too_large" });
    else if (line.trim() !== "") {
      const value = parsed(line.trim());
      // A line that is no JSON may be turned away for its depth as well.
      if (value === undefined && brackets(line) > DEPTH) return null;
      frames.push(value === undefined ? { code: "invalid_json" } : frameOf(value));
    }
  }
  const anyJson = frames.some((frame) => !("code" in frame && frame.code === "invalid_json"));
  return anyJson ? frames : "invalid_json";
}

/** A whole document that `JSON.parse` reads; null for any other text: what of it is taken is another test's matter. */
function documentOf(text: string): readonly Frame[] | string | null {
  const value = parsed(text);
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.length > LIST ? "too_many_profiles" : value.map(frameOf);
  if (typeof value !== "object" || value === null || value instanceof ExactNumber) {
    return "invalid_json";
  }
  // Of members with one name the first list counts, and one whose name is escaped is not seen.
  const names = text.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g) ?? [];
  const lists = names.filter((name) => JSON.parse(name) === "profiles");
  if (lists.length === 0) return [frameOf(value)];
  const list = "profiles" in value ? value.profiles : undefined;
  if (lists.length > 1 || lists[0] !== '"profiles"' || !Array.isArray(list)) return null;
  return list.length > LIST ? "too_many_profiles" : list.map(frameOf);
}

function frameOf(value: unknown): Frame {
  return depthOf(value) > DEPTH ? { code: "too_deep" } : { value };
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value]; ; depth += 1) {
    const below = level.filter(
      (entry): entry is object =>
        typeof entry === "object" && entry !== null && !(entry instanceof ExactNumber),
    );
    if (below.length === 0) return depth;
    level = below.flatMap((entry) => Object.values<unknown>({ ...entry }));
  }
}

/** More than the depth of any text: brackets in strings count too. */
function brackets(text: string): number {
  return text.match(/[[{]/g)?.length ?? 0;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}
