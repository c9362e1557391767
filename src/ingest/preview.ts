/**
 * The calls that a request's profiles would lead to. Stores nothing, sends nothing.
 * @module
 */
import { merge } from "../engine/model/merge.ts";
import { newProspect, orderOf } from "../engine/model/prospect.ts";
import type { Prospect } from "../engine/model/prospect.ts";
import type { FieldValue, ProspectUpdate } from "../engine/model/prospect-update.ts";
import { compileMapping } from "../mapping/map-profile.ts";
import type { MappingSettings } from "../mapping/settings.ts";
import { prospectDocument } from "../outreach/client.ts";
import { readProfiles, RefusedError } from "./profiles.ts";
import type { Refused } from "./profiles.ts";
import { Tally } from "./receive.ts";
import type { Counted } from "./receive.ts";

/** A person looks at the answer; more calls than this are only counted. */
const CALLS_SHOWN_MAX = 100;

export interface PreviewedCall {
  readonly method: "PATCH";
  readonly path: string;
  readonly body: ReturnType<typeof prospectDocument>;
}

export interface Previewed extends Counted {
  readonly ok: true;
  /** The first of them, in the order in which the body names their prospects. */
  readonly calls: readonly PreviewedCall[];
  readonly callsCount: number;
}

/**
 * Profiles of one prospect are merged by the very rule of delivery. What Outreach is known to hold is not taken into
 * account: the preview shows what the mapping makes of the profiles.
 */
export async function previewProfiles(
  request: Request,
  settings: MappingSettings,
  now: () => number,
): Promise<Previewed | Refused> {
  const arrival = now();
  const read = await readProfiles(request, compileMapping(settings), undefined, arrival);
  if (!read.ok) return read;
  const tally = new Tally();
  const prospects = new Map<number, Prospect>();
  try {
    for await (const profile of read.profiles) {
      tally.add(profile);
      for (const update of profile.updates) {
        const { prospectId } = update;
        const prospect = prospects.get(prospectId) ?? newProspect(prospectId);
        prospects.set(prospectId, merged(prospect, update, arrival));
      }
    }
  } catch (error) {
    if (error instanceof RefusedError) return error.refused;
    throw error;
  }
  const calls = [...prospects.values()].slice(0, CALLS_SHOWN_MAX).map(callOf);
  return { ok: true, ...tally.counted(), calls, callsCount: prospects.size };
}

function merged(prospect: Prospect, update: ProspectUpdate, arrival: number): Prospect {
  const fields = Object.fromEntries(
    Object.entries(update.fields).map(([name, { value, at, consent }]) => [
      name,
      { value, ...orderOf(at, arrival), ...(consent && { consent }) },
    ]),
  );
  const offered = { fields, destinationId: "", acceptedAt: arrival, dueAt: arrival };
  return merge(prospect, offered, () => "").prospect;
}

function callOf({ id, pending }: Prospect): PreviewedCall {
  const attributes: Record<string, FieldValue> = {};
  for (const [name, { value }] of Object.entries(pending?.fields ?? {})) attributes[name] = value;
  return {
    method: "PATCH",
    path: `/api/v2/prospects/${id}`,
    body: prospectDocument(id, attributes),
  };
}
