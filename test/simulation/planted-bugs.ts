/**
 * Bugs to plant into the connector's own text, each of which the simulation must find. A bug whose place is no longer in
 * the text is an error, so that the list cannot rot.
 * @module
 */
export interface PlantedBug {
  readonly name: string;
  /** Below `src/`. */
  readonly file: string;
  readonly was: string;
  readonly becomes: string;
}

const PROSPECT = "engine/model/prospect.ts";
const OFFER = "engine/model/merge.ts";
const CALL = "engine/model/call.ts";
const KNOWN = "engine/model/known-values.ts";
const LIMITER = "engine/budget/limiter/limiter-rules.ts";
const TOLD = "engine/budget/limiter/reported-rules.ts";
const SINGLE = "engine/calls/single-updates.ts";
const CALL_ENDS = "engine/calls/settle.ts";
const BULK = "engine/bulk/bulk-delivery.ts";
const SENDING = "engine/bulk/sending.ts";
const FOLLOWING = "engine/bulk/polling.ts";
const READING_BACK = "engine/bulk/read-back.ts";
const INTAKE = "engine/delivery/intake.ts";
const FAILURE_WORK = "engine/failures/actions.ts";
const OTHERS = "engine/budget/limiter/others-rules.ts";
const OVERFLOW = "overflow/core.ts";

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "times compared the wrong way round",
    file: PROSPECT,
    was: "a.at > b.at :",
    becomes: "a.at < b.at :",
  },
  {
    name: "of equal times the first wins",
    file: PROSPECT,
    was: "a.arrival >= b.arrival",
    becomes: "a.arrival < b.arrival",
  },
  {
    name: "an older value joins one in a call",
    file: OFFER,
    was: "[left[name], inFlight?.fields[name], known[name]]",
    becomes: "[left[name], known[name]]",
  },
  {
    name: "an older value after delivery wins",
    file: OFFER,
    was: "[left[name], inFlight?.fields[name], known[name]]",
    becomes: "[left[name], inFlight?.fields[name]]",
  },
  {
    name: "what is waiting is not looked at",
    file: OFFER,
    was: "[left[name], inFlight?.fields[name], known[name]]",
    becomes: "[inFlight?.fields[name], known[name]]",
  },
  {
    name: "a failed call's values cover newer ones",
    file: CALL,
    was: "merged(call, pending ?? { ...call, fields: {} })",
    becomes: "merged(pending ?? { ...call, fields: {} }, call)",
  },
  {
    name: "the time of delivery is not kept",
    file: CALL,
    was: "known[name] = { ...rest, told: hash(",
    becomes: "known[name] = { ...rest, at: 0, arrival: 0, told: hash(",
  },
  {
    name: "a value in a call counts as held",
    file: OFFER,
    was: "holds && !inFlight?.fields[name] && isHeld(",
    becomes: "holds && isHeld(",
  },
  {
    name: "values wait on after they have left",
    file: CALL,
    was: "      known,\n      pending: null,\n      inFlight: {",
    becomes: "      known,\n      pending: prospect.pending,\n      inFlight: {",
  },
  {
    name: "a refused call is not listed",
    file: CALL,
    was: "        ...left,\n        sent:",
    becomes: "        ...left,\n        fields: {},\n        sent:",
  },
  {
    name: "every value counts as held",
    file: KNOWN,
    was: "return isLike(known.told) || (known.held !== undefined && isLike(known.held));",
    becomes: "return true;",
  },
  {
    name: "a lost call's end counts as known",
    file: KNOWN,
    was: "next[name] = { ...rest, told: null };",
    becomes: "next[name] = field;",
  },
  {
    name: "what waits is dropped when a call fails",
    file: CALL,
    was: "merged(call, pending ?? { ...call, fields: {} })",
    becomes: "merged(call, { ...call, fields: {} })",
  },
  {
    name: "calls under way are not recovered",
    file: SINGLE,
    was: "for (const before of this.#stores.prospects.inFlight())",
    becomes: "for (const before of this.#stores.prospects.inFlight().slice(0, 0))",
  },
  {
    name: "a call that may be running is not waited for after a kill",
    file: CALL_ENDS,
    was: "this.#requeue(before, Math.max(now, endsAt), now,",
    becomes: "this.#requeue(before, Math.min(now, endsAt), now,",
  },
  {
    name: "a call that may be running is not waited for after a time-out",
    file: CALL_ENDS,
    was: "mayRun ? call.startedAt + CALL_RUNS_MAX_MS : at",
    becomes: "at",
  },
  {
    name: "a 429 leaves its prospect in the call",
    file: CALL_ENDS,
    was: '      case "rate_limited":\n      case "maintenance":\n        // None',
    becomes: '      case "maintenance":\n        // None',
  },
  {
    name: "the failures of a prospect are forgotten",
    file: "engine/failures/failures.ts",
    was: "        this.#add({",
    becomes: "        void ({",
  },
  {
    name: "a call is not written down before it leaves",
    file: "engine/calls/outbound.ts",
    was: "this.#limiter.write(limiter.callLeaves(this.#limiter.read()));",
    becomes: "",
  },
  {
    name: "calls that are out are not counted",
    file: LIMITER,
    was: "const left = told.remaining - state.out - reserveOf(state, settings);",
    becomes: "const left = told.remaining;",
  },
  {
    name: "a restart forgets the calls that were out",
    file: LIMITER,
    was: "  if (state.out === 0) return state;\n",
    becomes: "  return { ...state, out: 0, ended: [], told: null };\n",
  },
  {
    name: "own calls are not held against the limit",
    file: LIMITER,
    was: "const own = ownRoom(state, settings, now);",
    becomes: "const own = 1_000;",
  },
  {
    name: "a refusal is not believed",
    file: TOLD,
    was: "    remaining: 0,\n    resetFrom:",
    becomes: "    remaining: 1_000,\n    resetFrom:",
  },
  {
    name: "an object whose alarm was lost stays asleep",
    file: "engine/delivery/waking.ts",
    was: "armed === null || armed > wanted || armed < now - ALARM_GRACE_MS",
    becomes: "armed !== null && armed > wanted",
  },
  {
    name: "arrivals follow a clock that goes back",
    file: "engine/delivery/arrivals.ts",
    was: "Math.max(this.#last + 1, now)",
    becomes: "now",
  },
  {
    name: "what was undone on disk is still in memory",
    file: "durable/observed-database.ts",
    was: "for (const forget of forgetters) forget();",
    becomes: "",
  },
  {
    name: "the ends of updates are not counted",
    file: "engine/activity/runs.ts",
    was: '  merged: "coalesced",\n',
    becomes: "",
  },
  {
    name: "giving up at the first failure",
    file: "engine/model/retry.ts",
    was: "GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000",
    becomes: "GIVE_UP_AFTER_MS = 0",
  },
  {
    name: "a 5xx is a refusal",
    file: "outreach/client.ts",
    was: "status >= 400 && status < 500 && status !== 408",
    becomes: "status >= 400",
  },
  {
    name: "a 401 is the prospect's fault",
    file: "outreach/client.ts",
    was: 'if (status === 401) return { kind: "unauthorized", detail: error.detail };',
    becomes: "",
  },
  {
    name: "the token is in the URL",
    file: "outreach/client.ts",
    was: "url: caller.baseUrl + request.path,",
    becomes: 'url: caller.baseUrl + request.path + "?token=" + caller.accessToken,',
  },
  {
    name: "a job's own word is taken for its failures",
    file: FOLLOWING,
    was: "          failures === 0 &&",
    becomes: "          failures !== -1 &&",
  },
  {
    name: "what a job did not bring counts as brought",
    file: READING_BACK,
    was: "        arrived.has(before)\n",
    becomes: "        before\n",
  },
  {
    name: "a job whose start was lost is sent again",
    file: SENDING,
    was: '    if (job.kind === "modify") {\n      jobs.save({ ...job, trouble, state: "finding", nextAt: at + AGAIN_MIN_MS, looks: 0 });',
    becomes:
      '    if (job.kind === "modify") {\n      jobs.save({ ...job, state: "releasing", nextAt: at, looks: 0 });',
  },
  {
    name: "a job that was being sent is given up after a kill",
    file: BULK,
    was: 'if (job.state === "sending") this.#sending.lost(job, CUT_OFF, now);',
    becomes: 'if (job.state === "sending") jobs.save({ ...job, state: "releasing", nextAt: now });',
  },
  {
    name: "whatever Outreach shows is what it was given",
    file: "engine/model/same-value.ts",
    was: "  if (isNothing(sent) || isNothing(held)) return isNothing(sent)",
    becomes:
      "  if (sent !== 0) return true;\n  if (isNothing(sent) || isNothing(held)) return isNothing(sent)",
  },
  {
    name: "a batch that is handed on twice is taken twice",
    file: INTAKE,
    was: "        if (seq <= taken) continue;\n",
    becomes: "",
  },
  {
    name: "an overflow object's batch arrives when it is handed on",
    file: INTAKE,
    was: "this.#take(batch, arrival, now, from);",
    becomes: "this.#take(batch, now, now, from);",
  },
  {
    name: "what the user's object did not take is removed",
    file: OVERFLOW,
    was: "      if (!result.ok) return now() + result.retryAfterMs;\n",
    becomes: "",
  },
  {
    name: "an overflow object never sets its alarm",
    file: OVERFLOW,
    was: "if (armed === null || armed < now() - WATCHDOG_MS) alarm.set(at);",
    becomes: "if (armed !== null && armed < now() - WATCHDOG_MS) alarm.set(at);",
  },
  {
    name: "a request is taken although it came too late",
    file: "engine/core.ts",
    was: "    if (now > until) return",
    becomes: "    if (now > until + 3_600_000) return",
  },
  {
    name: "a replayed failure gets the time of its replay",
    file: FAILURE_WORK,
    was: "{ fields, destinationId, ...again }",
    becomes:
      "{ fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, at: now, arrival: now }])), destinationId, ...again }",
  },
  {
    name: "what is replayed is only taken off the list",
    file: FAILURE_WORK,
    was: "      prospects.set(merge(prospects.get(prospectId), offered, this.#ports.hash));",
    becomes: "      void offered;",
  },
  {
    name: "a failure that a newer value overrules stays listed",
    file: "engine/failures/failures.ts",
    was: "      if (Object.keys(left).length === Object.keys(failure.fields).length) continue;",
    becomes: "      if (Object.keys(left).length >= 0) continue;",
  },
  {
    name: "replayed failures go on counting as failed",
    file: "engine/failures/failures.ts",
    was: "      failures.map(({ fields }) => fields),\n      -1,",
    becomes: "      [],\n      -1,",
  },
  {
    name: "calls of ours that are out are taken for others'",
    file: OTHERS,
    was: " - limiter.out;",
    becomes: ";",
  },
  {
    name: "others' calls are counted anew by each answer",
    file: OTHERS,
    was: "state.seen.filter(({ to }) => to > since)",
    becomes: "state.seen.filter(({ to }) => to > since && to < 0)",
  },
  {
    name: "a call leaves that the ledger does not know",
    file: "engine/calls/outbound.ts",
    was: "    calls.add(now, kind, destinationId);\n",
    becomes: '    if (kind !== "read_back") calls.add(now, kind, destinationId);\n',
  },
];
