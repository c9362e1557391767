/**
 * Fuzz target: the body of a request, from its bytes to what is handed on.
 *
 * Rules: reading never throws; a body that is refused hands nothing on; every profile is accounted for; how the bytes
 * were cut on their way makes no difference; and what is read is what `JSON.parse` reads.
 * @module
 */
import type { z } from "zod";
import { previewProfiles } from "../../../src/ingest/preview.ts";
import { receiveProfiles } from "../../../src/ingest/receive.ts";
import type { Received, Refused, Sink } from "../../../src/ingest/receive.ts";
import { mappingSettings } from "../../../src/mapping/settings.ts";
import { bodies, bodySchema, bytesOf } from "../inputs/bodies.ts";
import type { BodyInput } from "../inputs/bodies.ts";
import { holds } from "../target.ts";
import type { Target } from "../target.ts";
import { expectedOf } from "./ingest-oracle.ts";

const SETTINGS = mappingSettings.parse({
  mappings: [
    { source: "person.name.firstName", target: "firstName" },
    { source: "workEmail.address", target: "emails", whenRemoved: "ignore" },
  ],
  audiences: [{ id: "a1b2", mappingId: 4 }],
});
/** A large body in pieces of a byte would only cost time. */
const PIECES_MAX = 1_000;
const URL = "https://edge.example/v1/destinations/d/profiles";

export const ingest: Target<z.infer<typeof bodySchema>> = {
  name: "ingest",
  weight: 3,
  schema: bodySchema,
  inputs: bodies,
  check: async (input) => {
    const bytes = bytesOf(input.parts);
    const { result, batches } = await receive(requestOf(bytes, input));
    checkCounts(result, batches);
    holds(!("polluted" in {}), "prototypes stay as they are", () => input);

    const whole = await receive(requestOf(bytes, { ...input, pieces: [], declared: true }));
    holds(
      JSON.stringify(whole) === JSON.stringify({ result, batches }),
      "how a body is cut makes no difference",
      () => ({ whole: whole.result, cut: result }),
    );

    const previewed = await previewProfiles(requestOf(bytes, input), SETTINGS, () => LAST_MOMENT);
    holds(previewed.ok === result.ok, "a preview takes what sending takes", () => ({
      previewed,
      result,
    }));
    if (previewed.ok && result.ok) {
      holds(
        previewed.received === result.received &&
          previewed.rejectedCount === result.rejectedCount &&
          previewed.fieldErrorCount === result.fieldErrorCount,
        "a preview counts what sending counts",
        () => ({ previewed, result }),
      );
    }

    const expected = expectedOf(input.type, bytes, SETTINGS);
    if (expected !== null) {
      const seen = result.ok
        ? { refused: null, ...seenOf(result, batches) }
        : { refused: result.code };
      holds(
        JSON.stringify(seen) === JSON.stringify(expected),
        "what is read is what JSON.parse reads",
        () => ({ seen, expected }),
      );
    }
    if (!result.ok) return `refused: ${result.code}`;
    const codes = new Set(result.rejected.map(({ code }) => code));
    return `received ${Math.min(result.received, 3)}, rejected: ${[...codes].toSorted().join(" ")}`;
  },
};

type Batches = readonly Parameters<Sink>[0][];

async function receive(
  request: Request,
): Promise<{ result: Received | Refused; batches: Batches }> {
  const batches: Parameters<Sink>[0][] = [];
  const take: Sink = async (batch) => {
    batches.push(batch);
    return { ok: true, expectedBy: 1_000 };
  };
  const result = await receiveProfiles(request, SETTINGS, take, { representation: true });
  return { result, batches };
}

/** No time is of the future for a preview here, as none is for what is sent. */
const LAST_MOMENT = 8.64e15;

/** Rejections without their words: the oracle knows the rule that was broken, not how it is told. */
function seenOf({ received, rejected, fieldErrors }: Received, batches: Batches) {
  return {
    received,
    updates: batches.flatMap(({ updates }) => updates),
    rejected: rejected.map(({ index, code }) => ({ index, code })),
    fieldErrors: fieldErrors.map(({ index, field, code }) => ({ index, field, code })),
  };
}

function checkCounts(result: Received | Refused, batches: Batches): void {
  const handedOn = batches.reduce((sum, { profiles }) => sum + (profiles ?? NaN), 0);
  if (!result.ok) {
    holds([400, 413, 415].includes(result.status), "a refusal is a 4xx", () => result);
    holds(handedOn === 0, "a body that is refused hands nothing on", () => ({ result, handedOn }));
    return;
  }
  const { received, accepted, rejected, rejectedCount, prospectIds } = result;
  holds(received === accepted + rejectedCount, "every profile is accounted for", () => result);
  holds(prospectIds.length === received, "every profile has a place", () => result);
  holds(rejected.length === Math.min(100, rejectedCount), "rejections are listed", () => result);
  holds(
    result.fieldErrors.length === Math.min(100, result.fieldErrorCount),
    "field errors are listed",
    () => result,
  );
  holds(handedOn === accepted, "what is accepted is handed on", () => ({ result, handedOn }));
  const counted = batches.flatMap((batch) => Object.values(batch.rejected));
  holds(
    counted.reduce((a, b) => a + b, 0) === rejectedCount,
    "rejections are counted",
    () => counted,
  );
}

function requestOf(bytes: Uint8Array, { type, pieces, declared }: BodyInput): Request {
  const cut = piecesOf(bytes, pieces);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = cut.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const headers = {
    "content-type": type,
    ...(declared && { "content-length": String(bytes.byteLength) }),
  };
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half", headers };
  return new Request(URL, init);
}

function* piecesOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let from = 0, i = 0; from < bytes.byteLength; i++) {
    const size = Math.max(sizes[i % sizes.length] ?? Infinity, bytes.byteLength / PIECES_MAX);
    yield bytes.slice(from, from + Math.ceil(size));
    from += Math.ceil(size);
  }
}
