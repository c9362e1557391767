/**
 * The profiles of a request, one after the other, each mapped to an update or rejected with its reason.
 * @module
 */
import { mapProfile } from "../mapping/map-profile.ts";
import { parseExactly } from "../mapping/numbers.ts";
import type { Mapped, Mapping } from "../mapping/map-profile.ts";
import type { SeenAudiences } from "../mapping/seen-audiences.ts";
import { BodyError, openBody } from "./body.ts";
import type { BodyRefused, OpenBody } from "./body.ts";
import { cutDocument, DEPTH_MAX, LineCutter, PROFILE_MAX_CHARS } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { WorkBudget } from "./work-budget.ts";

/** Profiles in one JSON body. AEP aggregates at most this many. */
export const LIST_MAX = 10_000;

/** A body that is refused as a whole. */
export type Refused =
  | BodyRefused
  | {
      readonly ok: false;
      readonly status: 400 | 413;
      readonly code: "invalid_json" | "too_many_profiles" | "work_budget";
      readonly detail: string;
    };

/** A rejection whose code may also be one of framing. */
export interface ProfileRejection {
  readonly code: string;
  readonly detail: string;
  readonly pointer: string | null;
}

export type MappedProfile =
  | Extract<Mapped, { ok: true }>
  | (Omit<Extract<Mapped, { ok: false }>, "rejection"> & {
      readonly rejection: ProfileRejection;
    });

/** A JSON body is cut whole before its first profile comes; profiles of NDJSON come while the body is read. */
export type Profiles =
  | {
      readonly ok: true;
      readonly format: OpenBody["format"];
      readonly profiles: AsyncIterable<MappedProfile>;
    }
  | Refused;

/** Thrown by the iteration where a body proves bad on the way, or asks for more work than a request may. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.detail);
    this.refused = refused;
  }
}

/**
 * Opens a request's body and reads the profiles in it.
 * @param seen counts audiences that are not mapped
 * @param now epoch ms; left out, no time is of the future
 */
export async function readProfiles(
  request: Request,
  mapping: Mapping,
  seen?: SeenAudiences,
  now = Infinity,
): Promise<Profiles> {
  const map = (frame: Frame) => mapFrame(frame, mapping, seen, now);
  const body = openBody(request);
  if (!body.ok) return body;
  if (body.format === "ndjson") {
    return { ok: true, format: "ndjson", profiles: mapEach(cutLines(body.text()), map) };
  }
  try {
    let text = "";
    for await (const piece of body.text()) text += piece;
    return readDocument(text, map);
  } catch (error) {
    if (error instanceof BodyError) return error.refused;
    throw error;
  }
}

type MapFrame = (frame: Frame) => MappedProfile;

function readDocument(text: string, map: MapFrame): Profiles {
  const document = cutDocument(text, LIST_MAX);
  if (document.framing === "malformed") return NO_JSON;
  const isList = document.framing === "list";
  if (isList && document.hasMore) return TOO_MANY;
  const isEmpty = isList && document.frames.length === 0;
  return { ok: true, format: "json", profiles: isEmpty ? none() : mapEach(document.frames, map) };
}

async function* cutLines(text: AsyncIterable<string>): AsyncGenerator<Frame> {
  const lines = new LineCutter();
  try {
    for await (const piece of text) yield* lines.push(piece);
  } catch (error) {
    throw error instanceof BodyError ? new RefusedError(error.refused) : error;
  }
  yield* lines.end();
}

/** @throws RefusedError where not one of the frames was JSON, so that the body is none */
async function* mapEach(
  frames: Iterable<Frame> | AsyncIterable<Frame>,
  map: MapFrame,
): AsyncGenerator<MappedProfile> {
  let anyJson = false;
  let badBefore = 0;
  const budget = new WorkBudget();
  for await (const frame of frames) {
    const profile = map(frame);
    if (!(await budget.spend(profile.ok))) throw new RefusedError(anyJson ? WORK_BUDGET : NO_JSON);
    if (!anyJson && !profile.ok && profile.rejection === INVALID_JSON) {
      badBefore += 1;
      continue;
    }
    for (; badBefore > 0; badBefore--) yield unread(INVALID_JSON);
    anyJson = true;
    yield profile;
  }
  if (!anyJson) throw new RefusedError(NO_JSON);
}

async function* none(): AsyncGenerator<MappedProfile> {}

function mapFrame(
  frame: Frame,
  mapping: Mapping,
  seen: SeenAudiences | undefined,
  now: number,
): MappedProfile {
  if (frame.kind === "refused") return unread(UNREAD[frame.code]);
  const { text, hasLongNumbers } = frame;
  if (!JSON_START.test(text)) return unread(INVALID_JSON);
  let profile: unknown;
  try {
    profile = hasLongNumbers ? parseExactly(text) : JSON.parse(text);
  } catch {
    return unread(INVALID_JSON);
  }
  return mapProfile(profile, mapping, seen, now);
}

function unread(rejection: ProfileRejection): MappedProfile {
  return { ok: false, rejection, prospectId: null, updates: [], fieldErrors: [], warnings: [] };
}

/** Whatever begins otherwise is no JSON. To find that by parsing costs an exception each, and a body may hold millions. */
const JSON_START = /^[{["\-\dtfn]/;

const INVALID_JSON: ProfileRejection = {
  code: "invalid_json",
  detail: "This profile is no JSON. In NDJSON a profile is an object on one line.",
  pointer: null,
};

const UNREAD: Readonly<Record<Extract<Frame, { kind: "refused" }>["code"], ProfileRejection>> = {
  invalid_json: INVALID_JSON,
  profile_too_large: {
    code: "profile_too_large",
    detail: `A profile may have ${PROFILE_MAX_CHARS.toLocaleString("en-US")} characters at most.`,
    pointer: null,
  },
  too_deep: {
    code: "too_deep",
    detail: `A profile may nest ${DEPTH_MAX} levels at most.`,
    pointer: null,
  },
};

const NO_JSON: Refused = {
  ok: false,
  status: 400,
  code: "invalid_json",
  detail:
    "The body is no JSON. Send one profile, an array of them, an object with `profiles`, or one profile a line.",
};
const TOO_MANY: Refused = {
  ok: false,
  status: 413,
  code: "too_many_profiles",
  detail: `One JSON body may hold ${LIST_MAX.toLocaleString("en-US")} profiles. Send several bodies, or NDJSON, which may hold 100,000.`,
};
const WORK_BUDGET: Refused = {
  ok: false,
  status: 413,
  code: "work_budget",
  detail:
    "The request asks for more work than one may: it holds more than 100,000 profiles, or 10,000 rejections in a row. What came before was taken, as the counts say; the rest was not read.",
};
