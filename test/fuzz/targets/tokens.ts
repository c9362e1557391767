/**
 * Fuzz target: what Outreach's token endpoint answers, to a sign-in and to refreshes.
 *
 * Rules: the core never throws; a sign-in ends in a reason that is known; two refreshes are a minute apart; no token is
 * told or logged; and once the endpoint is well, or a person has signed in anew, what waited is delivered.
 * @module
 */
import * as fc from "fast-check";
import { z } from "zod";
import { DESTINATION, World } from "../../support/world.ts";
import { answerSchema, toAnswer, TOKEN_MARKER, tokenAnswers } from "../inputs/answers.ts";
import { holds } from "../target.ts";
import type { Target } from "../target.ts";
import {
  allThatIsTold,
  nothingThrown,
  requestsCanBeSent,
  signIn,
  watchAlarm,
} from "../worlds/rig.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const schema = z.object({
  /** To requests for tokens, in order: the sign-in first. After them each gets a good one. */
  answers: z.array(answerSchema),
  /** Whether the first is to a refresh instead. */
  afterSignIn: z.boolean(),
});

export const tokens: Target<z.infer<typeof schema>> = {
  name: "tokens",
  weight: 1,
  schema,
  inputs: fc.record({
    answers: fc.array(tokenAnswers, { minLength: 1, maxLength: 4 }),
    afterSignIn: fc.boolean(),
  }),
  check: async (input) => {
    const world = new World();
    let next = 0;
    let isOpen = !input.afterSignIn;
    world.script = ({ url }) => {
      if (!isOpen || !url.endsWith("/oauth/token")) return null;
      const answer = input.answers[next++];
      return answer ? toAnswer(answer) : null;
    };
    watchAlarm(world);
    const first = await signIn(world);
    isOpen = true;
    world.accept(7, { firstName: "Ada" });
    // A token lives two hours and a refresh token two weeks: each is renewed in this time.
    for (const ms of [MINUTE_MS, 3 * HOUR_MS, 3 * HOUR_MS, 9 * 24 * HOUR_MS]) {
      await world.pass(ms);
      nothingThrown();
      const told = allThatIsTold(world, DESTINATION, [7]) + JSON.stringify(world.logged);
      holds(!told.includes(TOKEN_MARKER), "no token is told", () => told);
      world.accept(7, { firstName: `Ada ${ms}` });
    }
    requestsCanBeSent(world);
    checkPace(world);
    const seen = `sign-in ${first.ok ? "ok" : first.reason}, then ${world.core.status().connection.status}`;

    isOpen = false;
    world.kill();
    watchAlarm(world);
    if (world.core.status().connection.status !== "connected") {
      await world.pass(2 * MINUTE_MS);
      await signIn(world);
    }
    world.accept(7, { firstName: "Grace" });
    await world.pass(2 * HOUR_MS);
    nothingThrown();
    const held = world.held.get(7);
    holds(held?.["firstName"] === "Grace", "what waited is delivered in the end", () => ({
      held,
      status: world.core.status(),
    }));
    return seen;
  },
};

function checkPace(world: World): void {
  const asked = world.requests
    .filter(({ url, body }) => url.endsWith("/oauth/token") && body?.includes("refresh_token="))
    .map(({ at }) => at);
  const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
  holds(
    gaps.every((gap) => gap >= MINUTE_MS),
    "refreshes are a minute apart",
    () => gaps,
  );
}
