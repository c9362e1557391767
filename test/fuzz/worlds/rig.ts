/**
 * What targets need of a test world: a sign-in that may fail, and looks at everything that is stored and told.
 * @module
 */
import type { ConnectResult } from "../../../src/engine/api.ts";
import type { Database } from "../../../src/durable/database.ts";
import type { World } from "../../support/world.ts";
import { holds, Violation } from "../target.ts";

const REDIRECT = "https://edge.example/v1/outreach/callback";
const MINUTE_MS = 60_000;

/** What the core threw where nobody waited for it: the delivery loop runs by itself. */
const thrown: unknown[] = [];
process.on("unhandledRejection", (reason) => thrown.push(reason));

export function nothingThrown(): void {
  const [first] = thrown.splice(0);
  if (first === undefined) return;
  if (first instanceof Violation) throw first;
  const detail = first instanceof Error ? (first.stack ?? first.message) : JSON.stringify(first);
  throw new Violation("the delivery loop throws nothing", detail);
}

/** More than a month of retries needs. */
const WAKES_MAX = 3_000;

/** Breaks off a run whose alarm goes off again and again. To be called anew after the core was killed. */
export function watchAlarm(world: World): void {
  const { core } = world;
  const wake = core.wake.bind(core);
  let wakes = 0;
  core.wake = async () => {
    wakes += 1;
    holds(wakes <= WAKES_MAX, "the alarm does not spin", () => core.status());
    return wake();
  };
}

/** Signs in; the world's script says what Outreach makes of it. */
export async function signIn(world: World): Promise<ConnectResult> {
  const { authorizeUrl } = world.core.beginConnection(REDIRECT);
  const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
  const ended: { result: ConnectResult | null } = { result: null };
  void world.core
    .completeConnection(`code=c1&state=${state}`, REDIRECT)
    .then((result) => (ended.result = result));
  await world.pass(MINUTE_MS);
  nothingThrown();
  if (ended.result === null) throw new Violation("a sign-in ends within a minute", "it does not");
  return ended.result;
}

/** All that the core says of itself, after a look that every number in it is one. */
export function allThatIsTold(world: World, destinationId: string, ids: readonly number[]): string {
  const { core } = world;
  const told = {
    status: core.status(),
    prospects: core.prospects(ids),
    runs: core.runs(destinationId, 100),
    audiences: core.audiences(destinationId),
    failures: core.failures(destinationId, { limit: 100, after: null }),
  };
  holds(numbersAreFinite(told), "every number that is told is finite", () => told);
  return JSON.stringify(told);
}

function numbersAreFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(numbersAreFinite);
}

/** Every row of every table, but of those that are left out. */
export function dump(db: Database, leftOut: readonly string[] = []): string {
  const tables = db.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  const shown = tables.filter(({ name }) => !leftOut.includes(String(name)));
  return JSON.stringify(
    shown.map(({ name }) => [name, db.all(`SELECT * FROM "${String(name)}"`).map(withoutBytes)]),
  );
}

function withoutBytes(row: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  ]);
}

/** A request that `fetch` would refuse to send never reaches Outreach. */
export function requestsCanBeSent(world: World): void {
  for (const { url, headers } of world.requests) {
    const names = Object.keys(headers).join(", ");
    holds(canBeSent(url, headers), "every request can be sent", () => `${url} with ${names}`);
  }
}

function canBeSent(url: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    return new Request(url, { headers }).url !== "";
  } catch {
    return false;
  }
}
