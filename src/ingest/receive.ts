/**
 * What a request's profiles become: updates handed on in order; rejections and field errors listed and counted.
 *
 * Promises: what is handed on is handed on in the order of the body; a rejected profile never holds up another; a body
 * that is refused as a whole has handed on nothing, as far as that can be known before it is read to its end.
 * @module
 */
import { charsOf } from "../engine/model/prospect-update.ts";
import type { ProspectUpdate } from "../engine/model/prospect-update.ts";
import { compileMapping } from "../mapping/map-profile.ts";
import { SeenAudiences } from "../mapping/seen-audiences.ts";
import type { FieldError } from "../mapping/rejection.ts";
import type { MappingSettings } from "../mapping/settings.ts";
import type { AcceptResult, IncomingBatch } from "../engine/api.ts";
import { readProfiles, RefusedError } from "./profiles.ts";
import type { MappedProfile, ProfileRejection, Refused as BodyRefused } from "./profiles.ts";

/** Rejections, and field errors, that are listed one by one; the rest is counted. */
const LISTED_MAX = 100;
/** Updates that are handed on at once: a few milliseconds of the object's time. */
const BATCH_MAX = 1_000;
/** A call to an object carries 32 MiB, and a character may take two bytes and more. */
const BATCH_MAX_CHARS = 4_000_000;

export interface ListedRejection extends ProfileRejection {
  /** The profile's place in the body, from 0. */
  readonly index: number;
}

export interface ListedFieldError extends FieldError {
  /** The profile's place in the body, from 0. */
  readonly index: number;
  /** The first prospect that the profile names. */
  readonly outreachId: number | null;
}

/** Profiles, counted. */
export interface Counted {
  readonly received: number;
  readonly accepted: number;
  /** The first of them. */
  readonly rejected: readonly ListedRejection[];
  readonly rejectedCount: number;
  /** The first of them. */
  readonly fieldErrors: readonly ListedFieldError[];
  readonly fieldErrorCount: number;
  /** The first prospect of each profile, in order; null where it was rejected or says nothing that is mapped. Empty unless asked for. */
  readonly prospectIds: readonly (number | null)[];
}

export interface Received extends Counted {
  readonly ok: true;
  /** Epoch ms by which the updates are expected at Outreach; null while nobody can tell. */
  readonly expectedBy: number | null;
}

export type Refused = (
  | BodyRefused
  | {
      readonly ok: false;
      readonly status: 503;
      readonly code: "backlog_full" | "unavailable";
      readonly detail: string;
    }
  | {
      readonly ok: false;
      readonly status: 422;
      readonly code: "profiles_faulty";
      readonly detail: string;
      /** Nothing of it was accepted. */
      readonly counted: Counted;
    }
) & {
  readonly retryAfterMs?: number;
  /** What was looked at, and what of it was taken, where the request ended early. */
  readonly counts?: { readonly received: number; readonly accepted: number };
};

/** What a sender would like and can do without (RFC 7240). */
export interface Preferences {
  /** To hear which prospect each profile is about. */
  readonly representation?: boolean;
  /** To have nothing stored where anything is wrong. Of JSON bodies alone: NDJSON has no end to wait for. */
  readonly strict?: boolean;
}

export type Sink = (batch: Omit<IncomingBatch, "destinationId">) => Promise<AcceptResult>;

/**
 * Reads, maps and hands on a request's profiles. The sink hears of every request, be it only of its rejections.
 * @param now epoch ms; left out, no time is of the future
 */
export async function receiveProfiles(
  request: Request,
  settings: MappingSettings,
  sink: Sink,
  { representation = false, strict = false }: Preferences = {},
  now = Infinity,
): Promise<Received | Refused> {
  const seen = new SeenAudiences();
  const read = await readProfiles(request, compileMapping(settings), seen, now);
  if (!read.ok) return read;
  const tally = new Tally(representation);
  const batch = new Batch(sink, seen);
  try {
    const whole = strict && read.format === "json" ? await gathered(read.profiles) : null;
    if (whole?.some(isFaulty)) return faulty(whole);
    for await (const profile of whole ?? read.profiles) {
      tally.add(profile);
      batch.add(profile);
      if (batch.isFull && !(await batch.handOn())) return notTaken(batch);
    }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.refused.code !== "work_budget") return soFar(error.refused, batch.handedOn);
    if (!(await batch.handOn())) return notTaken(batch);
    const { received, accepted } = tally.counted();
    return { ...error.refused, counts: { received, accepted } };
  }
  if (!(await batch.handOn())) return notTaken(batch);
  return { ok: true, ...tally.counted(), expectedBy: batch.expectedBy };
}

async function gathered(profiles: AsyncIterable<MappedProfile>): Promise<MappedProfile[]> {
  const all: MappedProfile[] = [];
  for await (const profile of profiles) all.push(profile);
  return all;
}

function isFaulty({ ok, fieldErrors }: MappedProfile): boolean {
  return !ok || fieldErrors.length > 0;
}

function faulty(profiles: readonly MappedProfile[]): Refused {
  const tally = new Tally();
  for (const profile of profiles) tally.add(profile);
  const counted = { ...tally.counted(), accepted: 0 };
  const detail = `${counted.rejectedCount} profiles and ${counted.fieldErrorCount} fields break a rule. As \`Prefer: handling=strict\` asks, nothing was stored.`;
  return { ok: false, status: 422, code: "profiles_faulty", detail, counted };
}

/** Counts profiles, and keeps the first rejections and field errors. */
export class Tally {
  #received = 0;
  #rejectedCount = 0;
  #fieldErrorCount = 0;
  readonly #fieldErrors: ListedFieldError[] = [];
  readonly #rejected: ListedRejection[] = [];
  readonly #prospectIds: (number | null)[] = [];
  readonly #listProspects: boolean;

  /** @param listProspects whether to keep each profile's prospect: a body of many lines would make that a long list */
  constructor(listProspects = false) {
    this.#listProspects = listProspects;
  }

  add(profile: MappedProfile): void {
    const index = this.#received++;
    if (this.#listProspects) {
      this.#prospectIds.push((profile.ok && profile.updates[0]?.prospectId) || null);
    }
    this.#fieldErrorCount += profile.fieldErrors.length;
    const room = LISTED_MAX - this.#fieldErrors.length;
    for (const fault of room > 0 ? profile.fieldErrors.slice(0, room) : []) {
      this.#fieldErrors.push({ index, outreachId: profile.prospectId, ...fault });
    }
    if (profile.ok) return;
    this.#rejectedCount += 1;
    if (this.#rejected.length < LISTED_MAX) this.#rejected.push({ index, ...profile.rejection });
  }

  counted(): Counted {
    return {
      received: this.#received,
      accepted: this.#received - this.#rejectedCount,
      rejected: this.#rejected,
      rejectedCount: this.#rejectedCount,
      fieldErrors: this.#fieldErrors,
      fieldErrorCount: this.#fieldErrorCount,
      prospectIds: this.#prospectIds,
    };
  }
}

/** What waits to be handed on. */
class Batch {
  readonly #sink: Sink;
  readonly #seen: SeenAudiences;
  #updates: ProspectUpdate[] = [];
  #chars = 0;
  #profiles = 0;
  #empty = 0;
  #rejected: Record<string, number> = {};
  /** As the sink said last: it counts everything that waits. */
  expectedBy: number | null = null;
  handedOn = 0;
  /** Why the sink did not take it. */
  refusal: Extract<AcceptResult, { ok: false }> | null = null;

  constructor(sink: Sink, seen: SeenAudiences) {
    this.#sink = sink;
    this.#seen = seen;
  }

  get isFull(): boolean {
    return this.#updates.length >= BATCH_MAX || this.#chars >= BATCH_MAX_CHARS;
  }

  add(profile: MappedProfile): void {
    if (!profile.ok) {
      const { code } = profile.rejection;
      this.#rejected[code] = (this.#rejected[code] ?? 0) + 1;
    } else {
      this.#profiles += 1;
      if (profile.updates.length === 0) this.#empty += 1;
    }
    for (const update of profile.updates) {
      this.#updates.push(update);
      this.#chars += charsOf(update.fields);
    }
  }

  /** Whether the sink took it. */
  async handOn(): Promise<boolean> {
    const profiles = this.#profiles;
    const seen = this.#seen.take();
    const result = await this.#sink({
      updates: this.#updates,
      profiles,
      empty: this.#empty,
      rejected: this.#rejected,
      ...(seen.length > 0 && { seen }),
    });
    if (!result.ok) {
      this.refusal = result;
      return false;
    }
    [this.#updates, this.#chars, this.#rejected] = [[], 0, {}];
    [this.#profiles, this.#empty] = [0, 0];
    this.handedOn += profiles;
    this.expectedBy = result.expectedBy;
    return true;
  }
}

function notTaken({ handedOn, refusal }: Batch): Refused {
  const { reason = "overloaded", retryAfterMs } = refusal ?? {};
  const { code, detail } = NOT_TAKEN[reason];
  return soFar(
    { ok: false, status: 503, code, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    handedOn,
  );
}

const NOT_TAKEN = {
  backlog_full: {
    code: "backlog_full",
    detail: "Too much waits to be delivered already; nothing more can be stored now.",
  },
  overloaded: {
    code: "unavailable",
    detail: "More requests come than can be stored in time. Send the body again.",
  },
} as const;

/** Says how much of the body was taken before it was refused. */
function soFar(refused: Refused, handedOn: number): Refused {
  if (handedOn === 0) return refused;
  const detail = `${refused.detail} Its first ${handedOn} profiles were accepted; sending all of it again does no harm.`;
  return { ...refused, detail };
}
