/**
 * Outreach's fixed window of calls, for a world: counts, refuses, and tells so in its headers.
 * @module
 */
import { apiError, json } from "./world.ts";
import type { Script, World } from "./world.ts";

export interface FixedWindow {
  readonly limit: number;
  readonly windowMs: number;
  /** Calls that others make at the beginning of each window. */
  readonly byOthers?: number;
}

/** Calls that were counted since the world began, 429s among them. */
export interface Counted {
  calls: number;
  refused: number;
}

/**
 * Puts a window in front of whatever the world's Outreach answers. Windows begin at multiples of their length.
 * @param taken hears of each PATCH that was taken
 */
export function limitCalls(
  world: World,
  { limit, windowMs, byOthers = 0 }: FixedWindow,
  taken: (patch: World["patches"][number]) => void = () => {},
): Counted {
  const counted = { calls: 0, refused: 0 };
  let endsAt = 0;
  let used = 0;
  const inner: Script = world.script;
  const headers = (): Record<string, string> => ({
    date: new Date(world.now).toUTCString(),
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(limit - used),
    "x-ratelimit-reset": new Date(endsAt).toISOString(),
  });
  world.script = (request) => {
    if (!new URL(request.url).pathname.startsWith("/api/")) return inner(request);
    counted.calls += 1;
    if (world.now >= endsAt) {
      used = byOthers;
      endsAt = (1 + Math.floor(world.now / windowMs)) * windowMs;
    }
    if (used >= limit) {
      counted.refused += 1;
      return apiError(429, "rateLimitExceeded", "Too many calls.", headers());
    }
    used += 1;
    const answer = inner(request) ?? patched(world, taken);
    if (answer !== null && answer.status !== null) {
      for (const [name, value] of Object.entries(headers())) answer.headers.set(name, value);
    }
    return answer;
  };
  return counted;
}

/** The newest PATCH, as the world would answer it; requests are not kept, for there may be a million. */
function patched(world: World, taken: (patch: World["patches"][number]) => void) {
  const patch = world.patches.at(-1);
  if (!patch) return null;
  const { id, attributes } = patch;
  world.requests.length = 0;
  taken(patch);
  world.held.set(id, { ...world.held.get(id), ...attributes });
  return json(200, { data: { type: "prospect", id, attributes: world.held.get(id) } });
}
