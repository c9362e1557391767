/**
 * Steers a mock from a test: the control API with types, the same for a mock in the test's own process and for one behind
 * a port.
 * @module
 */
import { z } from "zod";
import { Channel, type Fetch, type Query, step } from "./client/channel.ts";
import {
  CallsExpectationError,
  limitMessage,
  overlapsMessage,
  waitMessage,
} from "./client/expectations.ts";
import * as answers from "./control/answers.ts";
import type { rulesInput } from "./control/faults.ts";
import type { labelsInput, spendInput } from "./control/organisation.ts";
import type { prospectInput } from "./control/prospects.ts";
import type { requestsQuery } from "./control/requests.ts";
import type { stateQuery } from "./control/state.ts";
import type { issueInput, revokeInput } from "./control/tokens.ts";
import type { FaultRuleInput } from "./faults/rules.ts";
import type { liveSettingsInput, MockSettingsInput } from "./settings.ts";

export { ControlError } from "./client/channel.ts";
export { CallsExpectationError } from "./client/expectations.ts";

type RequestsQuery = z.input<typeof requestsQuery>;
/** Which calls; what is left out matches all. */
export type CallSearch = Pick<
  RequestsQuery,
  "prospect" | "user" | "method" | "status" | "path" | "end" | "after"
>;
/** All are added up. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** Calls that one page of the journal holds; the control API allows no more. */
const PAGE = 10_000;
const PATIENCE_S = 30;

const nothing = z.null();

/** @param fetch a mock's: `controlOf(createMockOutreach().fetch)` */
export function controlOf(fetch: Fetch): MockControl {
  return new MockControl(new Channel(fetch, "https://mock-outreach.example"));
}

/**
 * @param url where a mock listens: `http://127.0.0.1:4010`
 * @throws {TypeError} for what is no such address
 */
export function controlAt(url: string): MockControl {
  const base = url.replace(/\/+$/, "");
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? "")) {
    throw new TypeError(`"${url}" is no address of a mock, as http://127.0.0.1:4010 is.`);
  }
  const send = (request: Request): Promise<Response> =>
    fetch(request).catch((cause: unknown) => {
      throw new TypeError(`There is no mock at ${base}; is it started?`, { cause });
    });
  return new MockControl(new Channel(send, base, `at ${base}`));
}

/** Every method rejects with a `ControlError` where the control API refuses the call. */
export class MockControl {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  readonly faults = {
    /** Adds one rule or several after those that are there; one with the id of another takes its place. */
    add: async (rules: FaultRuleInput | readonly FaultRuleInput[]) =>
      this.#postFaults(rules, false),
    /** Adds the rules in the place of all that are there. */
    replace: async (rules: readonly FaultRuleInput[]) => this.#postFaults(rules, true),
    list: async () => (await this.#channel.send(answers.faultsAnswer, "GET", "/faults")).rules,
    remove: async (id: string): Promise<void> =>
      void (await this.#channel.send(nothing, "DELETE", `/faults/${step(id)}`)),
    clear: async (): Promise<void> => void (await this.#channel.send(nothing, "DELETE", "/faults")),
  };

  /** The mock's clock, which only moves forward. */
  readonly clock = {
    read: () => this.#channel.send(answers.clockAnswer, "GET", "/clock"),
    /** @throws {RangeError} for a length of time by another name */
    advance: async (duration: Duration) => {
      const { days = 0, hours = 0, minutes = 0, seconds = 0, ...others } = duration;
      const [stranger] = Object.keys(others);
      if (stranger !== undefined) {
        throw new RangeError(`"${stranger}" is not one of days, hours, minutes and seconds.`);
      }
      const advanceSeconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
      return this.#post(answers.clockAnswer, "/clock", { advanceSeconds });
    },
    /** @throws {RangeError} for a date that is none */
    set: async (now: Date) => this.#post(answers.clockAnswer, "/clock", { now: now.toISOString() }),
  };

  readonly options = {
    read: () => this.#channel.send(answers.optionsAnswer, "GET", "/options"),
    change: (change: z.input<typeof liveSettingsInput>) =>
      this.#channel.send(answers.optionsAnswer, "PATCH", "/options", { body: change }),
  };

  /** What custom fields are called, by their number. */
  readonly labels = {
    read: () => this.#channel.send(answers.labelsAnswer, "GET", "/labels"),
    /** `null` takes a label away. */
    change: (change: z.input<typeof labelsInput>) =>
      this.#post(answers.labelsAnswer, "/labels", change),
  };

  /** Whole worlds that are kept, by their names. */
  readonly snapshots = {
    list: async () =>
      (await this.#channel.send(answers.snapshotsAnswer, "GET", "/snapshots")).snapshots,
    remove: async (name: string): Promise<void> =>
      void (await this.#channel.send(nothing, "DELETE", snapshotPath(name))),
  };

  /** Starts a new world; options that are left out are as they were at the start. */
  async reset(options: MockSettingsInput = {}): Promise<void> {
    await this.#post(answers.resetAnswer, "/reset", options);
  }

  /** Keeps the world as it is. @returns the snapshot's name, a number where none is given */
  async snapshot(name?: string): Promise<string> {
    return (await this.#post(answers.snapshotAnswer, "/snapshots", { name })).name;
  }

  /** Puts the world back to what it was when the snapshot was taken. */
  async restore(name: string): Promise<void> {
    await this.#post(answers.snapshotAnswer, `${snapshotPath(name)}/restore`, {});
  }

  /**
   * Gives prospects values as if they had always had them, or makes new ones: without a call, a budget, or a mark of a
   * change. All of them, or none.
   */
  async seed(prospects: readonly z.input<typeof prospectInput>[]) {
    return (await this.#post(answers.prospectsAnswer, "/prospects", { prospects })).prospects;
  }

  /** Somebody else spends from a user's budget, the first one's where none is named. */
  spend(what: z.input<typeof spendInput>) {
    return this.#post(answers.spendAnswer, "/spend", what);
  }

  /** Tokens without a sign-in; the first user's where none is named. */
  tokens(whose: z.input<typeof issueInput> = {}) {
    return this.#post(answers.tokensAnswer, "/tokens", whose);
  }

  /** Ends tokens. @returns how many */
  async revoke(which: z.input<typeof revokeInput> = {}): Promise<number> {
    return (await this.#post(answers.revokeAnswer, "/revoke", which)).revoked;
  }

  state(query: z.input<typeof stateQuery> = {}) {
    return this.#channel.send(answers.stateAnswer, "GET", "/state", { query });
  }

  prospect(id: number) {
    return this.#channel.send(answers.prospectAnswer, "GET", `/prospects/${id}`);
  }

  /** Bulk jobs, in the order of the calls that started them. */
  async jobs() {
    return (await this.#channel.send(answers.jobsAnswer, "GET", "/jobs")).jobs;
  }

  /** Every matching call that the journal holds, oldest first, read page after page. */
  requests(search: CallSearch = {}): Promise<readonly answers.CallView[]> {
    return this.#readOn({ ...search }, search.after ?? 0);
  }

  /**
   * Waits until so many calls match and have ended; with `end: "open"`, until they have begun, over or not.
   * @param patience `count` of calls, 1 unless told otherwise, at most the journal's size; `withinSeconds` of real
   * time, 30, at most 240
   * @returns the calls, oldest first
   * @throws {CallsExpectationError} where the time is over, naming the calls that came
   */
  async waitFor(
    search: CallSearch,
    patience: { readonly count?: number; readonly withinSeconds?: number } = {},
  ): Promise<readonly answers.CallView[]> {
    const { count = 1, withinSeconds = PATIENCE_S } = patience;
    const query = { ...search, count, waitSeconds: withinSeconds, limit: PAGE };
    const { waited, next, ...first } = await this.#journal(query);
    if (waited !== "enough") {
      const came = { came: first.requests, outcome: waited ?? "time_over" };
      throw new CallsExpectationError(waitMessage(search, count, withinSeconds, came));
    }
    // What matches is read on as it was waited for.
    return [...first.requests, ...(await this.#readOn({ ...search, count: 1 }, next))];
  }

  /**
   * @throws {CallsExpectationError} where two writes of one prospect were under way at once, naming both; a bulk job that
   * runs is a write of each of its prospects, and reads do not count
   */
  async expectNoOverlaps(): Promise<void> {
    const { findings } = await this.state({ prospects: "none", windows: 0 });
    if (findings.overlapCount === 0) return;
    const ids = new Set(findings.overlaps.flatMap(({ callIds }) => callIds));
    const calls = (await this.requests()).filter(({ id }) => ids.has(id));
    const byId = new Map(calls.map((call) => [call.id, call]));
    throw new CallsExpectationError(overlapsMessage(findings, byId));
  }

  /** @throws {CallsExpectationError} where the limit, and not a fault, answered calls with 429, naming them */
  async expectWithinLimit(): Promise<void> {
    const { calls } = await this.state({ prospects: "none", windows: 0 });
    if (calls.refusedByLimit === 0) return;
    const answered = await this.requests({ status: 429, path: "/api" });
    const refused = answered.filter(({ faultIds }) => faultIds.length === 0);
    throw new CallsExpectationError(limitMessage(calls.refusedByLimit, refused));
  }

  async #postFaults(rules: FaultRuleInput | readonly FaultRuleInput[], replace: boolean) {
    const list = Array.isArray(rules) ? rules : [rules];
    const body = { rules: list, replace } satisfies z.input<typeof rulesInput>;
    return (await this.#post(answers.faultsAnswer, "/faults", body)).rules;
  }

  #post<T>(schema: z.ZodType<T>, path: string, body: object): Promise<T> {
    return this.#channel.send(schema, "POST", path, { body });
  }

  /** Page after page. @param after the first page's; null for no page at all */
  async #readOn(query: Query, after: number | null): Promise<readonly answers.CallView[]> {
    const calls: answers.CallView[] = [];
    let from = after;
    while (from !== null) {
      const page: answers.RequestsView = await this.#journal({
        ...query,
        after: from,
        limit: PAGE,
      });
      calls.push(...page.requests);
      from = page.next;
    }
    return calls;
  }

  #journal(query: Query) {
    return this.#channel.send(answers.requestsAnswer, "GET", "/requests", { query });
  }
}

function snapshotPath(name: string): string {
  return `/snapshots/${step(name)}`;
}
