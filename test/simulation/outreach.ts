/**
 * Outreach as a world has it: prospects, one user's budget, tokens and bulk jobs. A model of its own, which shares no
 * code with the connector or the mock. It watches over what must never happen to it.
 * @module
 */
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import type { IncomingAnswer, NoAnswer, OutgoingRequest } from "../../src/outreach/network.ts";
import { Dice } from "./plan.ts";
import type { OutreachPlan, Trouble } from "./plan.ts";

export type Answer = IncomingAnswer | NoAnswer;

/** What becomes of a request: applied or not, at once or later, and what its sender hears. */
export interface Handling {
  readonly answer: Answer;
  /** How long until the sender hears it. */
  readonly afterMs: number;
}

interface Job {
  readonly id: number;
  readonly collection: "batches" | "imports";
  readonly createdAt: number;
  readonly endsAt: number;
  readonly changes: ReadonlyMap<number, Readonly<Record<string, FieldValue>>>;
  isApplied: boolean;
  failures: number;
}

interface Later {
  readonly at: number;
  readonly happen: () => void;
}

const TIMEOUT_MS = 10_000;
/** The longest that a call goes on after its sender gave up. */
const LATE_MS = 9_000;
const JOB_MS = 7_000;
/**
 * Looks at a window that is about to end, with a clock five seconds behind: one after two seconds, one after four more,
 * and as many as leave at once where a look's answer got lost.
 */
const LOOKS_MAX = 8;

export class SimulatedOutreach {
  readonly held = new Map<number, Map<string, FieldValue>>();
  readonly violations: string[] = [];
  readonly counts = {
    calls: 0,
    byOthers: 0,
    jobs: 0,
    refusedByLimit: 0,
    faults: new Map<string, number>(),
  };
  /** Troubles that the next calls run into. */
  readonly troubles: Trouble[] = [];
  outageUntil = 0;
  losesNextStart = false;
  #clockJumpedAt = -Infinity;
  readonly failingInJobs = new Set<number>();
  refusesBad = true;
  readonly #plan: OutreachPlan;
  readonly #prospects: number;
  readonly #now: () => number;
  readonly #order: (value: FieldValue) => number | null;
  readonly #dice: Dice;
  readonly #jobs: Job[] = [];
  #later: Later[] = [];
  /** Times of the calls that count, for windows of any kind. */
  #counted: number[] = [];
  #windowStart = 0;
  /** When the connector heard that there is nothing left, and until when. */
  #told: { readonly heardAt: number; readonly until: number } | null = null;
  /** Calls in a row that were refused because Outreach's clock is behind. */
  #refusedEarly = 0;
  #access: { token: string; until: number } | null = null;
  #refresh: string | null = null;
  #mintedAt = -Infinity;
  #tokens = 0;
  /** How long the call that is being handled takes. */
  #latencyMs = 0;
  /** Calls that are being worked on, by prospect. */
  readonly #open = new Map<number, number>();
  /** The newest of the values with an order that each attribute was given. */
  readonly #newest = new Map<string, number>();

  /** @param order tells how new a value is, where values tell */
  constructor(
    plan: OutreachPlan,
    prospects: number,
    now: () => number,
    order: (value: FieldValue) => number | null,
  ) {
    this.#plan = plan;
    this.#prospects = prospects;
    this.#now = now;
    this.#order = order;
    this.#dice = new Dice(`${plan.limit}.${plan.windowMs}.${plan.latencyMs} takes its time`);
  }

  isMissing(prospect: number): boolean {
    return prospect > this.#prospects * (1 - this.#plan.missingPercent / 100);
  }

  revokeAccess(): void {
    this.#access = null;
  }

  spend(calls: number): void {
    this.#window();
    const left = Math.max(0, this.#plan.limit - this.#counted.length);
    const made = Math.min(calls, left);
    this.counts.byOthers += made;
    for (let i = 0; i < made; i++) this.#counted.push(this.#now());
  }

  handle(request: OutgoingRequest): Handling {
    this.tick();
    const { pathname } = new URL(request.url);
    if (pathname === "/oauth/token") return this.#token(request);
    this.counts.calls += 1;
    const { latencyMs, jitterMs } = this.#plan;
    const isSlow = jitterMs > 0 && this.#dice.random(0.3);
    this.#latencyMs = latencyMs + (isSlow ? this.#dice.below(jitterMs) : 0);
    const early = this.#beforeRoutes(request);
    if (early) return this.#soon(early);
    const trouble = this.troubles.shift();
    if (trouble) {
      this.counts.faults.set(trouble, (this.counts.faults.get(trouble) ?? 0) + 1);
      const troubled = this.#inTrouble(trouble, request);
      if (troubled) return troubled;
    }
    return this.#soon(this.#route(request), this.#prospectOf(request));
  }

  /** Lets what was to happen by now happen. */
  tick(): void {
    const due = this.#later.filter(({ at }) => at <= this.#now());
    if (due.length > 0) {
      this.#later = this.#later.filter(({ at }) => at > this.#now());
      for (const { happen } of due.toSorted((a, b) => a.at - b.at)) happen();
    }
    for (const job of this.#jobs)
      if (!job.isApplied && job.endsAt <= this.#now()) this.#applyJob(job);
  }

  /** Whether something is still to happen by itself. */
  get isBusy(): boolean {
    return this.#later.length > 0 || this.#jobs.some(({ isApplied }) => !isApplied);
  }

  #beforeRoutes(request: OutgoingRequest): Answer | null {
    const bearer = request.headers["authorization"]?.replace("Bearer ", "");
    if (
      this.#access === null ||
      bearer !== this.#access.token ||
      this.#now() >= this.#access.until
    ) {
      return reply(401, { error: "Invalid JWT token." }, {});
    }
    if (this.#now() < this.outageUntil) return reply(502, "Bad Gateway", {});
    this.#window();
    if (this.#counted.length >= this.#plan.limit) {
      this.counts.refusedByLimit += 1;
      this.#judgeRefused();
      return error(429, "rateLimitExceeded", {
        ...this.#headers(),
        "retry-after": this.#resetText(),
      });
    }
    this.#counted.push(this.#now());
    this.#told = null;
    this.#refusedEarly = 0;
    return null;
  }

  /** Whether the connector could have known better than to make a call that is refused. */
  #judgeRefused(): void {
    const now = this.#now();
    const { isShared, headers, clockAheadMs } = this.#plan;
    // By a clock that is behind, the window ends before it does: whoever goes by it may look, and then look less often.
    const endsBy = this.#resetAt() + Math.min(0, clockAheadMs);
    const mayLook = now >= endsBy && ++this.#refusedEarly <= LOOKS_MAX;
    // Whoever has been told until when has no reason to ask before.
    const told = this.#told;
    if (this.trustsClock && told !== null && now > told.heardAt && now < told.until && !mayLook)
      this.violations.push("rule 3: a refusal was not believed");
    this.#told ??= { heardAt: now + this.#latencyMs, until: endsBy };
    // Nobody can count a window's calls by a clock that jumps.
    const mayHappen = isShared || headers === "lying" || mayLook || !this.trustsClock;
    if (!mayHappen) this.violations.push("rule 3: Outreach had to answer 429");
  }

  /** The connector died, perhaps before it heard. */
  forgetTold(): void {
    this.#told = null;
  }

  #window(): void {
    const { windowMs, window } = this.#plan;
    const now = this.#now();
    if (window === "sliding") {
      this.#counted = this.#counted.filter((at) => at > now - windowMs);
      return;
    }
    const start =
      window === "fixed_clock" ? Math.floor(now / windowMs) * windowMs : this.#windowStart;
    const isOver = window === "fixed_clock" ? start !== this.#windowStart : now >= start + windowMs;
    if (!isOver) return;
    this.#windowStart = window === "fixed_clock" ? start : now;
    this.#counted = [];
  }

  #resetAt(): number {
    const { windowMs, window } = this.#plan;
    if (window === "sliding") return (this.#counted[0] ?? this.#now()) + windowMs;
    return this.#windowStart + windowMs;
  }

  #resetText(): string {
    const { resets, clockAheadMs } = this.#plan;
    if (resets === "delta") return String(Math.ceil((this.#resetAt() - this.#now()) / 1_000));
    return String(Math.ceil((this.#resetAt() + clockAheadMs) / 1_000));
  }

  #headers(): Record<string, string> {
    const { headers, limit, clockAheadMs } = this.#plan;
    const date = new Date(this.#now() + clockAheadMs).toUTCString();
    return { date, ...this.#budgetHeaders(headers, limit) };
  }

  #budgetHeaders(headers: OutreachPlan["headers"], limit: number): Record<string, string> {
    if (headers === "none") return {};
    if (headers === "lying")
      return { "x-ratelimit-limit": String(limit), "x-ratelimit-remaining": String(limit) };
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - this.#counted.length)),
      ...(headers === "honest" && { "x-ratelimit-reset": this.#resetText() }),
    };
  }

  #soon(answer: Answer, prospect: number | null = null): Handling {
    const afterMs = this.#latencyMs;
    if (prospect !== null) this.#opened(prospect, afterMs);
    return { answer, afterMs };
  }

  /** Whether the connector's clock never jumped, so that it knows when a time that it was told has come. */
  get trustsClock(): boolean {
    return this.#clockJumpedAt === -Infinity;
  }

  /** The connector's clock jumps. */
  clockJumped(): void {
    this.#clockJumpedAt = this.#now();
  }

  #opened(prospect: number, forMs: number): void {
    const open = (this.#open.get(prospect) ?? 0) + 1;
    this.#open.set(prospect, open);
    // How long a call may run whose end nobody told can only be waited for by a clock.
    const isWaitCut = this.#now() - this.#clockJumpedAt < TIMEOUT_MS + LATE_MS;
    if (open > 1 && !isWaitCut)
      this.violations.push(`rule 4: prospect ${prospect} was in ${open} calls at once`);
    this.#at(forMs, () => this.#open.set(prospect, (this.#open.get(prospect) ?? 1) - 1));
  }

  #inTrouble(trouble: Trouble, request: OutgoingRequest): Handling | null {
    const latencyMs = this.#latencyMs;
    const prospect = this.#prospectOf(request);
    switch (trouble) {
      case "server_error":
        return this.#soon(reply(500, "Oops", this.#headers()), prospect);
      case "bad_gateway_applied":
        this.#route(request);
        return this.#soon(reply(502, "Bad Gateway", this.#headers()), prospect);
      case "garbage":
        this.#route(request);
        return this.#soon(reply(200, '{"data": ', this.#headers()), prospect);
      case "timeout":
        if (prospect !== null) this.#opened(prospect, TIMEOUT_MS);
        return { answer: { status: null, reason: "timeout" }, afterMs: TIMEOUT_MS };
      case "timeout_applied_late":
        if (prospect !== null) this.#opened(prospect, TIMEOUT_MS + LATE_MS);
        this.#at(TIMEOUT_MS + LATE_MS, () => this.#route(request));
        return { answer: { status: null, reason: "timeout" }, afterMs: TIMEOUT_MS };
      case "connection_lost":
        return { answer: { status: null, reason: "connection_lost" }, afterMs: latencyMs };
      case "connection_lost_applied":
        if (prospect !== null) this.#opened(prospect, latencyMs);
        this.#route(request);
        return { answer: { status: null, reason: "connection_lost" }, afterMs: latencyMs };
      case "unauthorized":
        return this.#soon(reply(401, { error: "Invalid JWT token." }, {}));
      case "rate_limited":
        return this.#soon(error(429, "rateLimitExceeded", { "retry-after": "30" }));
      case "maintenance":
        return this.#soon(error(503, "scheduledServerMaintenance", { "retry-after": "120" }));
    }
  }

  #at(afterMs: number, happen: () => void): void {
    this.#later.push({ at: this.#now() + afterMs, happen });
  }

  #prospectOf({ url, method }: OutgoingRequest): number | null {
    const id = /\/api\/v2\/prospects\/(\d+)$/.exec(new URL(url).pathname)?.[1];
    return method === "PATCH" && id !== undefined ? Number(id) : null;
  }

  #route(request: OutgoingRequest): Answer {
    const { pathname, searchParams } = new URL(request.url);
    const [, , , collection, id, action] = pathname.split("/");
    if (collection === undefined) return this.#whoAmI();
    if (id === "actions" && (collection === "batches" || collection === "imports")) {
      return this.#startJob(collection, action ?? "", request.body ?? "");
    }
    if (collection === "batches" || collection === "imports") return this.#showJobs(collection, id);
    if (request.method === "GET") return this.#list(searchParams.get("filter[id]") ?? "");
    return this.#patch(Number(id), request.body ?? "");
  }

  #whoAmI(): Answer {
    const meta = {
      user: { id: 1, email: "ada@example.com" },
      scopes: this.#plan.scopes.split(" "),
    };
    return reply(200, { meta, data: { attributes: {} } }, this.#headers());
  }

  #patch(id: number, body: string): Answer {
    if (this.isMissing(id)) return error(404, "resourceNotFound", this.#headers());
    const { attributes } = (
      JSON.parse(body) as { data: { attributes: Record<string, FieldValue> } }
    ).data;
    if (this.refusesBad && attributes["title"] === "pii bad")
      return error(422, "validationError", this.#headers());
    const held = this.#apply(id, attributes);
    return reply(
      200,
      { data: { type: "prospect", id, attributes: Object.fromEntries(held) } },
      this.#headers(),
    );
  }

  #apply(id: number, attributes: Readonly<Record<string, FieldValue>>): Map<string, FieldValue> {
    const held = this.held.get(id) ?? new Map<string, FieldValue>();
    this.held.set(id, held);
    for (const [name, value] of Object.entries(attributes)) {
      const order = this.#order(value);
      const newest = this.#newest.get(`${id}.${name}`) ?? -1;
      if (order !== null && order < newest) {
        this.violations.push(`rule 2: prospect ${id} was given an older ${name} after a newer one`);
      }
      if (order !== null) this.#newest.set(`${id}.${name}`, Math.max(order, newest));
      held.set(name, value);
    }
    return held;
  }

  #startJob(collection: Job["collection"], action: string, body: string): Answer {
    const { attributes } = (JSON.parse(body) as { data: { attributes: Record<string, unknown> } })
      .data;
    const changes = new Map<number, Record<string, FieldValue>>();
    if (action === "prospectsBulkModify") {
      const { ids, ...values } = attributes as { ids: number[] } & Record<string, FieldValue>;
      if (ids.length === 0) this.violations.push("a bulk modify left without ids");
      for (const id of ids) changes.set(id, values);
    } else {
      type Records = { records: { id: number; attributes: Record<string, FieldValue> }[] };
      for (const record of (attributes as Records).records)
        changes.set(record.id, record.attributes);
    }
    const now = this.#now();
    const id = 700 + this.#jobs.length;
    for (const prospect of changes.keys()) this.#opened(prospect, JOB_MS);
    const job = {
      id,
      collection,
      createdAt: now,
      endsAt: now + JOB_MS,
      changes,
      isApplied: false,
      failures: 0,
    };
    this.#jobs.push(job);
    this.counts.jobs += 1;
    if (this.losesNextStart) {
      this.losesNextStart = false;
      return { status: null, reason: "connection_lost" };
    }
    return reply(200, { data: showJob(job) }, this.#headers());
  }

  #applyJob(job: Job): void {
    job.isApplied = true;
    for (const [id, attributes] of job.changes) {
      const fails =
        this.failingInJobs.has(id) ||
        (this.refusesBad && attributes["title"] === "pii bad") ||
        this.isMissing(id);
      if (fails) job.failures += 1;
      else this.#apply(id, attributes);
    }
  }

  #showJobs(collection: Job["collection"], id: string | undefined): Answer {
    const jobs = this.#jobs.filter((job) => job.collection === collection).toReversed();
    if (id === undefined) return reply(200, { data: jobs.map(showJob) }, this.#headers());
    const job = jobs.find((one) => String(one.id) === id);
    return job
      ? reply(200, { data: showJob(job) }, this.#headers())
      : error(404, "resourceNotFound", this.#headers());
  }

  #list(ids: string): Answer {
    const data = ids
      .split(",")
      .map(Number)
      .filter((id) => !this.isMissing(id))
      .map((id) => ({
        type: "prospect",
        id,
        attributes: Object.fromEntries(this.held.get(id) ?? []),
      }));
    return reply(200, { data }, this.#headers());
  }

  #token(request: OutgoingRequest): Handling {
    const form = new URLSearchParams(request.body ?? "");
    const now = this.#now();
    const { latencyMs, throttleMs, tokenLifeMs, scopes } = this.#plan;
    if (now < this.outageUntil)
      return { answer: reply(502, "Bad Gateway", {}), afterMs: latencyMs };
    if (now - this.#mintedAt < throttleMs) {
      return { answer: reply(429, "Retry later", {}), afterMs: latencyMs };
    }
    const isRefresh = form.get("grant_type") === "refresh_token";
    if (isRefresh && form.get("refresh_token") !== this.#refresh) {
      return { answer: reply(400, { error: "invalid_grant" }, {}), afterMs: latencyMs };
    }
    this.#tokens += 1;
    this.#mintedAt = now;
    this.#access = { token: `tok-access-${this.#tokens}`, until: now + tokenLifeMs };
    this.#refresh = `tok-refresh-${this.#tokens}`;
    const body = {
      access_token: this.#access.token,
      refresh_token: this.#refresh,
      token_type: "Bearer",
      expires_in: tokenLifeMs / 1_000,
      scope: scopes,
    };
    return { answer: reply(200, body, {}), afterMs: latencyMs };
  }
}

function showJob(job: Job) {
  return {
    type: "batch",
    id: job.id,
    attributes: {
      state: job.isApplied ? "finished" : "running",
      total: job.changes.size,
      failures: job.failures,
      createdAt: new Date(job.createdAt).toISOString(),
    },
  };
}

function reply(status: number, body: unknown, headers: Record<string, string>): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    status,
    headers: new Headers({ "content-type": "application/json", ...headers }),
    body: text,
  };
}

function error(status: number, id: string, headers: Record<string, string>): Answer {
  return reply(status, { errors: [{ id, title: id, detail: `${id}.` }] }, headers);
}
