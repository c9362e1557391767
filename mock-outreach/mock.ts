/**
 * The mock as an object: `fetch` answers requests, everything else is the control API behind it.
 * @module
 */
import { createApp } from "./app.ts";
import {
  completeSettings,
  type MockSettings,
  type MockSettingsInput,
  type SettingsChange,
  withSettings,
} from "./settings.ts";
import { createWorld, type Environment, type World } from "./world.ts";

/** Settings, all optional, and what the mock takes from its surroundings. */
export type MockOutreachOptions = MockSettingsInput & Partial<Environment>;

export interface MockOutreach {
  /**
   * Answers a request as Outreach would. Rejects with a `TypeError` where a fault breaks the connection, and with the
   * request's own reason where it is aborted.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends calls that hang or wait. */
  readonly close: () => void;
}

/** What the app works on: the world that is now, and the way to a new one. */
export interface MockHolder {
  readonly world: World;
  /** Replaces the world. What is left out is as it was at the start. */
  reset(change: SettingsChange): void;
}

/** @throws {RangeError} where a setting is unknown or out of bounds */
export function createMockOutreach(options: MockOutreachOptions = {}): MockOutreach {
  const { now = Date.now, sleep = sleepFor, ...input } = options;
  const holder = holdWorld(completeSettings(input), { now, sleep });
  const app = createApp(holder);
  return {
    fetch: async (request) => untilAborted(app.fetch(request), request),
    close: () => holder.world.ending.abort(),
  };
}

function holdWorld(start: MockSettings, environment: Environment): MockHolder {
  let generation = 0;
  let world = createWorld(start, environment, generation);
  return {
    get world() {
      return world;
    },
    reset(change) {
      world.ending.abort();
      generation += 1;
      world = createWorld(withSettings(start, change), environment, generation);
    },
  };
}

/** Outreach goes on working on a call whose caller has given up; only the caller stops waiting for it. */
async function untilAborted(
  answer: Response | Promise<Response>,
  request: Request,
): Promise<Response> {
  if (answer instanceof Response) return answer;
  const { signal } = request;
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(reasonOf(signal));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([answer, aborted]);
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException("Aborted", "AbortError");
}

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
