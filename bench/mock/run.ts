/**
 * `npm run bench:mock`: how many calls by id mock-outreach answers in a second with 100, 10,000 and 100,000 prospects,
 * beside a bare HTTP server of Node that answers as many bytes, and how long it takes to its first answer.
 * @module
 */
import { controlAt } from "../../mock-outreach/client.ts";
import { asBytes, msToAnswer, type Question } from "../load.ts";
import { type Server, startFloor, startMock, startUpMs } from "./servers.ts";

const SEEDS = [100, 10_000, 100_000];
const METHODS = ["GET", "PATCH"] as const;
/** All servers take turns: what else the machine does meets all of them. */
const ROUNDS = 5;
const WARM_UP = 5_000;
const COUNTED = 5_000;
const STARTS = 9;
const CONNECTIONS = 16;
const JSON_API = "application/vnd.api+json";

type Method = (typeof METHODS)[number];
type Ask = (method: Method, i: number) => Question;

interface Subject {
  readonly name: string;
  readonly server: Server;
  readonly ask: Ask;
  readonly rates: Record<Method, number[]>;
}

const mocks = await Promise.all(SEEDS.map(mockOf));
const bytes = await answerBytes(mocks[0]);
const bare: Subject = {
  name: "bare server",
  server: await startFloor(bytes),
  ask: questions("none", 100),
  rates: { GET: [], PATCH: [] },
};
const subjects = [bare, ...mocks];
for (const subject of subjects) await measure(subject, WARM_UP);
for (let round = 1; round <= ROUNDS; round += 1) {
  process.stderr.write(`  round ${round} of ${ROUNDS} …\n`);
  for (const { rates, ...subject } of subjects) {
    const got = await measure(subject, COUNTED);
    for (const method of METHODS) rates[method].push(got[method]);
  }
}
await Promise.all(subjects.map(({ server }) => server.end()));
print();

const starts: number[] = [];
for (let i = 0; i < STARTS; i += 1) starts.push(await startUpMs());
const range = `${Math.min(...starts).toFixed(0)} to ${Math.max(...starts).toFixed(0)}`;
console.log(
  `\nFrom start to first answer: ${median(starts).toFixed(0)} ms (median of ${STARTS}, ${range}).`,
);

async function mockOf(seed: number): Promise<Subject> {
  const server = await startMock(seed);
  const { access_token: token } = await controlAt(`http://127.0.0.1:${server.port}`).tokens();
  const name = seed.toLocaleString("en-US");
  return { name, server, ask: questions(token, seed), rates: { GET: [], PATCH: [] } };
}

/** Asks for prospects all over the world of `seed`, each write with another value. */
function questions(token: string, seed: number): Ask {
  const headers = { authorization: `Bearer ${token}`, "content-type": JSON_API };
  return (method, i) => {
    const id = 1 + ((i * 7_919) % seed);
    const attributes = { custom4: `status ${i}`, title: "CTO" };
    const document = { data: { type: "prospect", id, attributes } };
    const body = method === "GET" ? "" : JSON.stringify(document);
    return { method, path: `/api/v2/prospects/${id}`, headers, body };
  };
}

async function measure(
  { server, ask }: Pick<Subject, "server" | "ask">,
  count: number,
): Promise<Record<Method, number>> {
  const load = { port: server.port, connections: CONNECTIONS, status: 200 };
  const perSecond = async (method: Method): Promise<number> =>
    count / ((await msToAnswer(load, count, (i) => asBytes(ask(method, i)))) / 1_000);
  return { GET: await perSecond("GET"), PATCH: await perSecond("PATCH") };
}

async function answerBytes(subject: Subject | undefined): Promise<number> {
  if (!subject) return 0;
  const { path, headers } = subject.ask("GET", 1);
  const answer = await fetch(`http://127.0.0.1:${subject.server.port}${path}`, { headers });
  return (await answer.arrayBuffer()).byteLength;
}

function print(): void {
  const rows = subjects.map(({ name, rates }) => [
    name,
    ...METHODS.flatMap((method) => {
      const rate = median(rates[method]);
      const share = (100 * rate) / median(bare.rates[method]);
      return [Math.round(rate).toLocaleString("en-US"), `${share.toFixed(0)} %`];
    }),
  ]);
  const table = [["prospects", ...METHODS.flatMap((method) => [method, "of bare"])], ...rows];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  console.log(`Answers a second, of ${bytes.toLocaleString("en-US")} bytes:\n`);
  for (const row of table) {
    console.log(`  ${row.map((cell, i) => cell.padStart(widths?.[i] ?? 0)).join("   ")}`);
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
