/**
 * Fuzz target: what Outreach answers to calls.
 *
 * Rules: the core never throws; an update is delivered, waiting or listed, whatever is answered; when Outreach is well
 * again all of it is delivered, in few calls; values are in no log line, and gone from storage once delivered.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import { DESTINATION, World } from "../../support/world.ts";
import { answers, answerSchema, toAnswer } from "../inputs/answers.ts";
import { holds } from "../target.ts";
import type { Target } from "../target.ts";
import {
  allThatIsTold,
  dump,
  nothingThrown,
  requestsCanBeSent,
  signIn,
  watchAlarm,
} from "../worlds/rig.ts";

const HOUR_MS = 3_600_000;
/** No answer, and no chain of two, keeps calls back for longer than this. */
const DAY_MS = 24 * HOUR_MS;

/** In every value that is accepted, and in no answer. */
const MARKER = "Grace-of-";

const schema = z.object({
  /** To the first calls, in order. After them Outreach takes everything. */
  answers: z.array(answerSchema),
  prospects: z.int().min(1).max(4),
  /** Whether the first answer is to the question who the user is. */
  fromSignIn: z.boolean(),
  /** After how many PATCHes the object dies; null: never. */
  killAfter: z.int().min(0).nullable(),
});
type Input = z.infer<typeof schema>;

export const outreachAnswers: Target<Input> = {
  name: "answers",
  weight: 1,
  schema,
  inputs: fc.record({
    answers: fc.array(answers, { minLength: 1, maxLength: 5 }),
    prospects: fc.integer({ min: 1, max: 3 }),
    fromSignIn: fc.boolean(),
    killAfter: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
  }),
  check: async (input) => {
    const { world, saidDone, told } = scripted(input);
    watchAlarm(world);
    if (!input.fromSignIn) told.pause();
    holds((await signIn(world)).ok, "an odd answer to who the user is ends no sign-in", () => "");
    told.resume();

    const ids = Array.from({ length: input.prospects }, (_, i) => i + 1);
    world.acceptUpdates(
      ids.map((id) => ({ prospectId: id, fields: { firstName: { value: `${MARKER} ${id}` } } })),
    );
    for (const ms of [5_000, HOUR_MS, DAY_MS]) {
      await world.pass(ms);
      nothingThrown();
      checkNothingLost(world, ids, saidDone);
    }
    const outcome = outcomeOf(world);
    await heal(world, input.answers.length);
    const { pending, inFlight } = world.core.status().backlog;
    holds(pending + inFlight === 0, "when Outreach is well again, all is delivered or listed", () =>
      world.core.status(),
    );
    checkNothingLost(world, ids, saidDone);
    // Each odd answer is to a call; then one call for each prospect, and now and then one for tokens and identity.
    const most = 2 * (input.answers.length + input.prospects) + 25;
    holds(
      world.requests.length <= most,
      "odd answers cause no storm of calls",
      () => world.requests.length,
    );
    requestsCanBeSent(world);
    holds(
      !JSON.stringify(world.logged).includes(MARKER),
      "no log line holds a value",
      () => world.logged,
    );
    const { total } = world.core.failures(DESTINATION, { limit: 1, after: null });
    const stored = dump(world.db);
    holds(
      total > 0 || !stored.includes(MARKER),
      "what was delivered is stored no more",
      () => stored,
    );
    return outcome;
  },
};

/** A world whose Outreach follows the script, and what it said it had done. */
function scripted({ answers: script, killAfter }: Input) {
  const world = new World();
  const saidDone = new Set<number>();
  let next = 0;
  let patches = 0;
  let paused = false;
  world.script = ({ method, url }) => {
    // Not during a sign-in: the browser that waits for its end would wait in vain.
    if (method === "PATCH" && patches++ === killAfter) {
      setImmediate(() => {
        world.kill();
        watchAlarm(world);
      });
    }
    if (paused || url.endsWith("/oauth/token")) return null;
    const input = script[next++];
    if (!input) return null;
    const answer = toAnswer(input);
    const isDone = answer.status !== null && answer.status >= 200 && answer.status < 300;
    if (method === "PATCH" && isDone) saidDone.add(Number(url.split("/").at(-1)));
    return answer;
  };
  const told = { pause: () => (paused = true), resume: () => (paused = false) };
  return { world, saidDone, told };
}

function checkNothingLost(
  world: World,
  ids: readonly number[],
  saidDone: ReadonlySet<number>,
): void {
  const told = allThatIsTold(world, DESTINATION, ids);
  const { failures } = world.core.failures(DESTINATION, { limit: 100, after: null });
  const isKept = (id: number): boolean =>
    saidDone.has(id) ||
    world.held.get(id)?.["firstName"] === `${MARKER} ${id}` ||
    (world.core.prospect(id)?.pending.length ?? 0) > 0 ||
    failures.some(({ prospectId }) => prospectId === id);
  holds(ids.every(isKept), "an update is delivered, waiting or listed", () => told);
  const { pending, inFlight } = world.core.status().backlog;
  const runs = world.core.runs(DESTINATION, 1_000);
  const sum = (name: "accepted" | "coalesced" | "unchanged" | "delivered" | "failed"): number =>
    runs.reduce((total, run) => total + run[name], 0);
  holds(
    sum("accepted") ===
      sum("coalesced") + sum("unchanged") + sum("delivered") + sum("failed") + pending + inFlight,
    "the counts add up",
    () => told,
  );
}

/** Outreach takes everything from now on, after a person has done what only a person can. */
async function heal(world: World, answersLeft: number): Promise<void> {
  for (let i = 0; i <= answersLeft; i++) {
    if (world.core.status().connection.status !== "connected") {
      await world.pass(2 * 60_000);
      await signIn(world);
    }
    const { pending, inFlight } = world.core.status().backlog;
    if (pending + inFlight === 0) break;
    await world.pass(DAY_MS + HOUR_MS);
    nothingThrown();
  }
}

function outcomeOf(world: World): string {
  const { connection, paused, backlog } = world.core.status();
  const { failures } = world.core.failures(DESTINATION, { limit: 1, after: null });
  const { error } = failures[0] ?? {};
  const listed = error ? `listed ${error.status ?? "unanswered"}` : "none listed";
  return `${connection.status}, ${paused?.reason ?? "not paused"}, ${backlog.pending > 0 ? "some wait" : "none waits"}, ${listed}`;
}
