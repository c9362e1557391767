/**
 * The crash test's course: senders that behave like Adobe Experience Platform, a killer, and a comparison.
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { drain } from "../../cli/demonstration/drive.ts";
import { differences } from "../../cli/demonstration/sample/compare.ts";
import {
  HTTP_API_DESTINATION,
  SDK_DESTINATION,
} from "../../cli/demonstration/sample/destinations.ts";
import { seededRandom } from "../../cli/demonstration/sample/random.ts";
import type { Random } from "../../cli/demonstration/sample/random.ts";
import { makeSample } from "../../cli/demonstration/sample/stream.ts";
import type { Sample, SampleRequest } from "../../cli/demonstration/sample/stream.ts";
import { postProfiles } from "../../cli/local/edge.ts";
import type { Destination } from "../../cli/local/edge.ts";
import { progress } from "../../cli/local/progress.ts";
import { connectUser, startStack } from "../../cli/local/stack.ts";
import type { Stack } from "../../cli/local/stack.ts";
import { table } from "../../cli/local/table.ts";

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
}

const PROSPECTS = 1_000;
/** What is sent in one life of the Worker: enough to outlast most lives. */
const UPDATES_PER_LIFE = 1_500;
/** Few enough that a life meets its window's end again and again, in windows that are over soon. */
const CALLS_MAX = 150;
const WINDOW_S = 5;
/** A life lasts up to this long after the Worker answers: long enough for all that can be under way to be under way. */
const LIFE_MAX_MS = 2_500;
/** What goes wrong at Outreach meanwhile, each with its share of the calls. */
const FAULTS = [
  { effect: "drop", rate: 0.02 },
  { effect: "drop_after", rate: 0.02 },
  { effect: "server_error", rate: 0.02 },
  { effect: { type: "bad_gateway", applied: true }, rate: 0.02 },
  { effect: "garbage", rate: 0.01 },
].map((fault) => ({ ...fault, match: { method: "PATCH" } }));
/** A sender whose request broke waits this long and sends the same again. */
const RESEND_MS = 200;

type Destinations = Readonly<Record<SampleRequest["route"], Destination>>;

interface Course {
  requests: number;
  /** Requests that broke and were sent again. */
  resent: number;
  accepted: number;
  kills: number;
  /** Calls that the mock made go wrong. */
  faults: number;
}

/** Whether Outreach ended up as the accepted updates imply. */
export async function crash({ kills, seed }: CrashOptions): Promise<boolean> {
  console.log(`Killing the Worker ${kills} times under load\n`);
  const stack = await startStack({
    port: 0,
    mock: {
      port: 0,
      seed: PROSPECTS,
      limit: CALLS_MAX,
      windowSeconds: WINDOW_S,
      // Slow enough that a kill finds calls under way.
      latencyMs: 20,
      latencyJitterMs: 80,
      mintThrottleSeconds: 0,
    },
  });
  try {
    const userId = await connectUser(stack, "Crash test");
    const destinations: Destinations = {
      http_api: await stack.edge.createDestination({
        ...HTTP_API_DESTINATION,
        // Calls of its own all the while, so that kills and faults find some; the other destination's changes gather for jobs.
        delivery: "patch",
        outreachUserId: userId,
      }),
      sdk: await stack.edge.createDestination({ ...SDK_DESTINATION, outreachUserId: userId }),
    };
    const sample = makeSample({ updates: kills * UPDATES_PER_LIFE, prospects: PROSPECTS, seed });
    const before = await stack.mock.prospects();
    await stack.mock.faults(FAULTS);
    const course = await run(stack, destinations, sample, kills, seededRandom(seed));
    const faults = await stack.mock.faultsStruck();
    await stack.mock.faults([]);
    await drain(stack, userId);
    return await compare(stack, sample, before, { ...course, faults });
  } finally {
    await stack.close();
  }
}

async function run(
  stack: Stack,
  destinations: Destinations,
  sample: Sample,
  kills: number,
  random: Random,
): Promise<Course> {
  const course: Course = { requests: 0, resent: 0, accepted: 0, kills: 0, faults: 0 };
  const bar = progress("Killing", kills);
  const killing = killAgainAndAgain(stack, kills, random, (done) => {
    course.kills = done;
    bar.update(done, `${course.accepted} accepted, ${course.resent} requests broke`);
  });
  const lanes = sample.lanes.map((lane) => sendLane(lane, destinations, course, kills));
  await Promise.all([killing, ...lanes]);
  bar.end();
  return course;
}

async function killAgainAndAgain(
  stack: Stack,
  kills: number,
  random: Random,
  onKill: (done: number) => void,
): Promise<void> {
  for (let done = 1; done <= kills; done++) {
    await sleep(100 + random.below(LIFE_MAX_MS));
    await stack.killAndRestart();
    onKill(done);
  }
}

/** Sends each life's share, one request after the other; one that breaks is sent again until it is accepted. */
async function sendLane(
  lane: readonly SampleRequest[],
  destinations: Destinations,
  course: Course,
  kills: number,
): Promise<void> {
  for (const [i, { route, contentType, body }] of lane.entries()) {
    const life = Math.floor((i * kills) / lane.length);
    while (course.kills < life) await sleep(RESEND_MS);
    for (;;) {
      const answer = await postProfiles(destinations[route], contentType, body).catch(() => null);
      course.requests += 1;
      if (answer) {
        course.accepted += answer.accepted;
        break;
      }
      course.resent += 1;
      await sleep(RESEND_MS);
    }
  }
}

async function compare(
  stack: Stack,
  sample: Sample,
  before: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  course: Course,
): Promise<boolean> {
  const found = differences(before, await stack.mock.prospects(), sample.implied);
  const { calls, findings } = await stack.mock.state();
  const lost = new Set(found.map(({ prospectId }) => prospectId)).size;
  console.log(
    table([
      ["kills (SIGKILL)", course.kills],
      ["requests sent", course.requests],
      ["of these broken by a kill and sent again", course.resent],
      ["updates accepted", course.accepted],
      ["calls that Outreach answered well", calls.byMethodAndStatus["PATCH 200"] ?? 0],
      ["calls that went wrong", course.faults],
      ["429s from Outreach", calls.refusedByLimit],
      ["most writes of one prospect at once", findings.openPerProspectMax],
      ["prospects that differ from what was accepted", lost],
    ]),
  );
  const broken = [
    lost > 0 && "Rule 1: an accepted update was lost.",
    calls.refusedByLimit > 0 && "Rule 3: Outreach had to answer 429.",
    findings.openPerProspectMax > 1 && "Rule 4: a prospect was in two calls at once.",
    // What never went wrong proves nothing.
    course.faults === 0 && "No call went wrong: the faults did not strike.",
  ].filter((rule) => rule !== false);
  for (const rule of broken) console.log(`  ${rule}`);
  return broken.length === 0;
}
