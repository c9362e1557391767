/**
 * Requests with bodies of profiles, and what ingest makes of them.
 * @module
 */
import { mappingSettings } from "../../../src/mapping/settings.ts";
import { receiveProfiles } from "../../../src/ingest/receive.ts";
import type { Preferences, Sink } from "../../../src/ingest/receive.ts";
import type { ProspectUpdate } from "../../../src/engine/model/prospect-update.ts";

export const JSON_TYPE = "application/json";
export const NDJSON_TYPE = "application/x-ndjson";
const URL = "https://edge.example/v1/destinations/d/profiles";

export const SETTINGS = mappingSettings.parse({
  mappings: [{ source: "person.name.firstName", target: "firstName" }],
  audiences: [{ id: "aud-1", mappingId: 4 }],
});

export const profile = (id: number | string, firstName = "Ada") => ({
  identityMap: { OutreachId: [{ id: String(id) }] },
  person: { name: { firstName } },
});

type Body = string | Uint8Array;

export function request(body: Body, type = JSON_TYPE, headers: Record<string, string> = {}) {
  return new Request(URL, {
    method: "POST",
    body: typeof body === "string" ? body : new Uint8Array(body),
    headers: { "content-type": type, ...headers },
  });
}

/** A body that arrives in pieces, without a declared length unless `length` says so. */
export function streamed(pieces: readonly Uint8Array[], type: string, declareLength = false) {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const waiting = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = waiting.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    body,
    duplex: "half",
    headers: {
      "content-type": type,
      ...(declareLength && { "content-length": String(length) }),
    },
  };
  return new Request(URL, init);
}

/** What ingest answers, and what it handed on. */
export async function receive(
  of: Request,
  settings = SETTINGS,
  take: Sink = takeAll,
  preferences: Preferences = {},
) {
  const batches: Parameters<Sink>[0][] = [];
  const sink: Sink = (batch) => {
    batches.push(batch);
    return take(batch);
  };
  const result = await receiveProfiles(of, settings, sink, preferences);
  const updates = batches.flatMap((batch): readonly ProspectUpdate[] => batch.updates);
  return { result, batches, updates, ids: updates.map(({ prospectId }) => prospectId) };
}

const takeAll: Sink = async () => ({ ok: true, expectedBy: 1_000 });
