/**
 * Profiles a second, of the connector and of what it is measured against, in turns: what else the machine does meets all
 * of them.
 * @module
 */
import { asBytes, msToAnswer } from "../load.ts";
import type { Question } from "../load.ts";
import { type Connector, startConnector } from "./connector.ts";
import type { Case } from "./options.ts";
import { KNOWN, PENDING, Profiles, share } from "./profiles.ts";
import type { Kind, Sent } from "./profiles.ts";
import { type RunningWorker, startWorkerd } from "./workerd.ts";

/** How long a measurement takes, about; it is never shorter than one request on each connection. */
const MEASURED_MS = 400;
const ACCEPTED = 202;
/** Until overflow objects have handed on what they hold. */
const HANDED_ON_MAX_MS = 120_000;
const POLL_MS = 200;

export interface Rates {
  readonly case: Case;
  /** Profiles a second, one of each round. */
  readonly connector: readonly number[];
  readonly bare: readonly number[];
  readonly empty: readonly number[];
  /** Whether overflow objects took a part, because the Outreach user's own could not in time. */
  readonly spilled: boolean;
}

interface Subject {
  readonly port: number;
  readonly profiles: Profiles;
  readonly question: (profiles: readonly string[]) => Question;
}

export class RateBench {
  readonly #connector: Connector;
  readonly #floor: RunningWorker;
  readonly #bare: Subject;
  readonly #empty: Subject;

  private constructor(connector: Connector, floor: RunningWorker) {
    this.#connector = connector;
    this.#floor = floor;
    this.#bare = floorSubject(floor.port, "/bare");
    this.#empty = floorSubject(floor.port, "/empty");
  }

  /** Starts both Workers; the bare object holds the prospects that the connector knows. */
  static async start(): Promise<RateBench> {
    const connector = await startConnector();
    const floor = await startWorkerd({ config: "bench/ingest/worker/wrangler.toml" });
    const bench = new RateBench(connector, floor);
    const first = bench.#bare.profiles.first(1, KNOWN + PENDING);
    const load = { port: floor.port, connections: 1, status: ACCEPTED, triesAgain: true };
    await msToAnswer(load, 1, () => asBytes(bench.#bare.question(first)));
    return bench;
  }

  async close(): Promise<void> {
    await this.#connector.close();
    await this.#floor.close();
  }

  async measure(one: Case, rounds: number): Promise<Rates> {
    const subjects = [this.#connector, this.#bare, this.#empty];
    const counts: number[] = [];
    for (const subject of subjects) counts.push(await requestsFor(subject, one));
    await this.#untilHandedOn();
    const rates: number[][] = subjects.map(() => []);
    let spilled = false;
    for (let round = 0; round < rounds; round += 1) {
      for (const [i, subject] of subjects.entries()) {
        const count = counts[i] ?? one.connections;
        const before = await this.#connector.outcome();
        rates[i]?.push(await perSecond(subject, one, count));
        if (subject !== this.#connector) continue;
        const accepted = count * one.size;
        if (await this.#untilAccepted(before.accepted + accepted)) spilled = true;
        await this.#check(one.sent, accepted, before);
      }
    }
    const [connector = [], bare = [], empty = []] = rates;
    return { case: one, connector, bare, empty, spilled };
  }

  /** Whether that took longer than the answers did. */
  async #untilAccepted(accepted: number): Promise<boolean> {
    const until = Date.now() + HANDED_ON_MAX_MS;
    for (let waited = false; Date.now() < until; waited = true) {
      if ((await this.#connector.outcome()).accepted >= accepted) return waited;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error("Overflow objects did not hand on what they hold.");
  }

  /** What was sent for warming up is out of the way. */
  async #untilHandedOn(): Promise<void> {
    for (let before = -1; ; await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
      const { accepted } = await this.#connector.outcome();
      if (accepted === before) return;
      before = accepted;
    }
  }

  /** @throws where the connector did not find the profiles to be what they were made to be */
  async #check(
    sent: Sent,
    accepted: number,
    before: { readonly unchanged: number; readonly coalesced: number },
  ): Promise<void> {
    const { unchanged, coalesced } = await this.#connector.outcome();
    const found = [
      ["repeat", unchanged - before.unchanged],
      ["merged", coalesced - before.coalesced],
    ] as const satisfies readonly (readonly [Kind, number])[];
    for (const [kind, count] of found) {
      // The mix may begin anywhere in its ten.
      if (Math.abs(count - share(sent, kind) * accepted) <= 10) continue;
      throw new Error(`Of ${accepted} profiles (${sent}) ${count} were found to be ${kind}.`);
    }
  }
}

function floorSubject(port: number, path: string): Subject {
  const headers = { "content-type": "application/x-ndjson" };
  return {
    port,
    profiles: new Profiles(),
    question: (profiles) => ({ method: "POST", path, headers, body: profiles.join("\n") }),
  };
}

/** How many requests take about as long as is measured; found by sending some, which warms up as well. */
async function requestsFor(subject: Subject, one: Case): Promise<number> {
  const first = await perSecond(subject, one, one.connections);
  const enough = (rate: number): number => Math.ceil((rate * MEASURED_MS) / 1_000 / one.size);
  const some = Math.max(one.connections, Math.ceil(enough(first) / 2));
  return Math.max(one.connections, enough(await perSecond(subject, one, some)));
}

/** Profiles a second. The requests are made beforehand. */
async function perSecond(subject: Subject, one: Case, count: number): Promise<number> {
  const { port, profiles, question } = subject;
  const requests = Array.from({ length: count }, () =>
    asBytes(question(profiles.request(one.sent, one.size))),
  );
  const load = { port, connections: one.connections, status: ACCEPTED, triesAgain: true };
  const ms = await msToAnswer(load, count, (i) => requests[i] ?? Buffer.alloc(0));
  return (count * one.size) / (ms / 1_000);
}
