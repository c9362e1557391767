/**
 * The mock as an object: `fetch` answers requests, everything else is the control API behind it.
 * @module
 */
import { createApp } from "./app.ts";
import {
  changeSettings,
  completeSettings,
  type MockSettings,
  type MockSettingsInput,
  type SettingsChange,
  withSettings,
} from "./settings.ts";
import { type SavedWorld, readSavedWorld } from "./snapshots/format.ts";
import { fillWorld, saveWorld } from "./snapshots/save.ts";
import { createWorld, type Environment, type World } from "./world.ts";

/** Settings, all optional, and what the mock takes from its surroundings. */
export type MockOutreachOptions = MockSettingsInput &
  Partial<Environment> & {
    /** What `save` gave, perhaps read from a file: the mock starts with it, changed by the other settings. */
    readonly load?: unknown;
  };

export interface MockOutreach {
  /**
   * Answers a request as Outreach would. Rejects with a `TypeError` where a fault breaks the connection, and with the
   * request's own reason where it is aborted.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The whole world, as JSON can hold it; `load` takes it. Tokens' texts are in it. */
  readonly save: () => SavedWorld;
  /** Ends calls that hang or wait. */
  readonly close: () => void;
}

/** What the app works on: the world that is now, and the way to a new one. */
export interface MockHolder {
  readonly world: World;
  /** Replaces the world. What is left out is as it was at the start. */
  reset(change: SettingsChange): void;
  save(): SavedWorld;
  /** Replaces the world by the saved one. */
  restore(saved: SavedWorld): void;
}

/** @throws {RangeError} where a setting is unknown or out of bounds, or what is to be loaded is damaged */
export function createMockOutreach(options: MockOutreachOptions = {}): MockOutreach {
  const { now = Date.now, sleep = sleepFor, load, ...input } = options;
  const saved = load === undefined ? null : readSavedWorld(load);
  const settings = saved ? changeSettings(saved.settings, input) : completeSettings(input);
  const holder = holdWorld(settings, { now, sleep });
  if (saved) holder.restore({ ...saved, settings });
  const app = createApp(holder);
  return {
    fetch: async (request) => untilAborted(app.fetch(request), request),
    save: () => holder.save(),
    close: () => holder.world.ending.abort(),
  };
}

function holdWorld(start: MockSettings, environment: Environment): MockHolder {
  let generation = 0;
  let world = createWorld(start, environment, generation);
  const replace = (settings: MockSettings): World => {
    world.ending.abort();
    generation += 1;
    world = createWorld(settings, environment, generation);
    return world;
  };
  return {
    get world() {
      return world;
    },
    reset(change) {
      replace(withSettings(start, change));
    },
    save: () => saveWorld(world, generation),
    restore(saved) {
      // Tokens of the saved world's generation are in it: those that are handed out from now on are others.
      generation = Math.max(generation, saved.generation);
      fillWorld(replace(saved.settings), saved);
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

/** The longest time that a timer of JavaScript can be set to; anything more ends at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= TIMER_MAX_MS) {
    await timeout(Math.min(left, TIMER_MAX_MS), signal);
  }
}

function timeout(ms: number, signal: AbortSignal): Promise<void> {
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
