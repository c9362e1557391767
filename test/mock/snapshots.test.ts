import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it, onTestFinished } from "vitest";
import { readCommandLine } from "../../mock-outreach/command-line.ts";
import {
  controlOf,
  createMockOutreach,
  type MockOutreachOptions,
} from "../../mock-outreach/index.ts";
import { patchOf, JSON_API, START } from "./support.ts";

const CLI = fileURLToPath(new URL("../../mock-outreach/cli.ts", import.meta.url));
const ORIGIN = "https://outreach.example";

/** A mock on a clock of the test's own. */
function scripted(options: MockOutreachOptions = {}) {
  const mock = createMockOutreach({ now: () => START, ...options });
  const call = (token: string, method: string, path: string, body?: unknown) =>
    mock.fetch(
      new Request(`${ORIGIN}/api/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": JSON_API },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  return { mock, call, control: controlOf(mock.fetch) };
}

/** Changes something in every part of the world. @returns a token */
async function liveThrough({ call, control }: ReturnType<typeof scripted>): Promise<string> {
  const scopes = "prospects.all accounts.all stages.all";
  const { access_token: token } = await control.tokens({ scopes });
  await control.faults.add([
    { id: "half", rate: 0.5, match: { method: "GET" }, effect: { type: "latency", ms: 0 } },
    { skip: 2, times: 1, match: { prospects: [9] }, effect: "server_error" },
  ]);
  await call(token, "PATCH", "/prospects/7", patchOf(7, { emails: ["new@example.com"] }));
  await call(token, "DELETE", "/prospects/8");
  await call(token, "POST", "/prospects", { data: { type: "prospect", attributes: {} } });
  await call(token, "POST", "/accounts", { data: { type: "account", attributes: { name: "X" } } });
  await call(token, "DELETE", "/stages/1");
  await call(token, "GET", "/prospects/9");
  await control.clock.advance({ minutes: 30 });
  await control.labels.change({ 4: "Readers", 1: null });
  await control.options.change({ limit: 500, windowKind: "sliding" });
  await control.spend({ user: 2, calls: 30 });
  return token;
}

describe("a snapshot", () => {
  it("brings everything back that the world held", async ({ expect }) => {
    const world = scripted({ seed: 20 });
    const { mock, control, call } = world;
    const token = await liveThrough(world);
    const state = await control.state();
    const before = mock.save();
    expect(await control.snapshot("ready")).toBe("ready");

    await call(token, "PATCH", "/prospects/1", patchOf(1, { title: "CTO" }));
    await call(token, "POST", "/stages", { data: { type: "stage", attributes: { name: "S" } } });
    await control.clock.advance({ days: 1 });
    await control.labels.change({ 4: null });
    await control.revoke();
    await control.faults.clear();
    await control.reset({ seed: 1 });
    await control.restore("ready");

    expect(mock.save()).toEqual({ ...before, generation: 2 });
    expect(await control.state()).toEqual(state);
    expect((await call(token, "GET", "/prospects/7")).status).toBe(200);
    expect((await call(token, "GET", "/prospects/8")).status).toBe(404);
    expect((await call(token, "GET", "/stages/1")).status).toBe(404);
    const taken = patchOf(2, { emails: ["new@example.com"] });
    expect((await call(token, "PATCH", "/prospects/2", taken)).status).toBe(422);
    const created = await call(token, "POST", "/prospects", {
      data: { type: "prospect", attributes: {} },
    });
    expect(await created.json()).toMatchObject({ data: { id: 22 } });
  });

  it("brings back bulk jobs half done, which then go on", async ({ expect }) => {
    const world = scripted({ seed: 20, bulkDelaySeconds: 1, bulkItemsPerSecond: 1 });
    const { control, call, mock } = world;
    const scopes = "prospects.all batches.all imports.all";
    const { access_token: token } = await control.tokens({ scopes });
    await control.faults.add([{ effect: { type: "job", outcome: "partial", share: 0.5 } }]);
    const ids = Array.from({ length: 12 }, (_, i) => i + 1);
    const start = `/batches/actions/prospectsBulkModify?actionParams[skipConfirmation]=true`;
    await call(token, "POST", start, { data: { attributes: { title: "CTO", ids } } });
    const records = [{ type: "prospect", id: 15, attributes: { title: "CEO" } }];
    const attributes = { dupeMethod: "overwriteNoCreate", records };
    await call(token, "POST", "/imports/actions/bulkUpsert", { data: { attributes } });
    await control.clock.advance({ seconds: 6 });
    const before = mock.save();
    expect(before.jobs.batches).toMatchObject([{ state: "running", done: 5 }]);
    const goOn = async () => {
      await control.clock.advance({ seconds: 20 });
      const { jobs, prospects } = mock.save();
      return { jobs, changes: prospects.written.map(({ id, changes }) => ({ id, changes })) };
    };
    await control.snapshot("half");
    const first = await goOn();
    expect(first.jobs.batches).toMatchObject([{ state: "finished", done: 12 }]);
    expect(first.jobs.batches[0]?.failures.length).toBeGreaterThan(0);
    await control.restore("half");
    expect(mock.save()).toEqual({ ...before, generation: 1 });
    expect(await goOn()).toEqual(first);
    expect((await control.state()).findings.openPerProspectMax).toBe(1);
  });

  it("loads whatever it saves, ids that are none included", async ({ expect }) => {
    const { control, call, mock } = scripted({ seed: 5 });
    const scopes = "prospects.all batches.all";
    const { access_token: token } = await control.tokens({ scopes });
    await call(token, "GET", "/prospects/0");
    const start = "/batches/actions/prospectsBulkModify?actionParams[skipConfirmation]=true";
    const body = { data: { attributes: { title: "CTO", ids: [-1, 3] } } };
    expect((await call(token, "POST", start, body)).status).toBe(422);
    const saved: unknown = JSON.parse(JSON.stringify(mock.save()));
    expect(createMockOutreach({ now: () => START, load: saved }).save().journal.calls).toHaveLength(
      mock.save().journal.calls.length,
    );
    for (const name of ["", ".", ".."]) {
      await expect(control.snapshot(name)).rejects.toThrow();
      await expect(control.faults.remove(name)).rejects.toThrow();
    }
  });

  it("counts jobs that overlap once, whoever named more than it is about", async ({ expect }) => {
    const { control, call } = scripted({ seed: 5, bulkDelaySeconds: 9 });
    const scopes = "prospects.all batches.all";
    const { access_token: token } = await control.tokens({ scopes });
    const start = "/batches/actions/prospectsBulkModify?actionParams[skipConfirmation]=true";
    const modify = (ids: readonly number[], filter = "") =>
      call(token, "POST", `${start}${filter}`, { data: { attributes: { title: "CTO", ids } } });
    await modify([1, 2], "&actionParams[filter][id]=1");
    await call(token, "PATCH", "/prospects/2", patchOf(2, { title: "CEO" }));
    expect((await control.state()).findings.openPerProspectMax).toBe(1);
    await modify([1]);
    const { overlaps } = (await control.state()).findings;
    expect(overlaps).toHaveLength(1);
    await control.snapshot("two");
    await control.restore("two");
    expect((await control.state()).findings.overlaps).toEqual(overlaps);
  });

  it("repeats faults of random, and hands out other tokens", async ({ expect }) => {
    const world = scripted();
    const { control, call } = world;
    const token = await liveThrough(world);
    await control.snapshot("ready");
    const repeat = async () => {
      await control.restore("ready");
      const faults = [];
      for (let i = 0; i < 20; i += 1) {
        await call(token, "GET", "/prospects/3");
        faults.push((await control.requests()).at(-1)?.faultIds.length);
      }
      return { faults, token: (await control.tokens()).access_token };
    };
    const [first, second] = [await repeat(), await repeat()];
    expect(new Set(first.faults)).toEqual(new Set([0, 1]));
    expect(second.faults).toEqual(first.faults);
    expect(second.token).not.toBe(first.token);
  });

  it("repeats the random of latencies", async ({ expect }) => {
    const slept: number[] = [];
    const sleep = async (ms: number) => void slept.push(ms);
    const world = scripted({ latencyMs: 1, latencyJitterMs: 1_000_000, sleep });
    const { access_token: token } = await world.control.tokens();
    const read = () => world.call(token, "GET", "/prospects/7");
    await read();
    await world.control.snapshot("ready");
    const repeat = async (from: ReturnType<typeof scripted>) => {
      slept.length = 0;
      for (let i = 0; i < 5; i += 1) await from.call(token, "GET", "/prospects/7");
      return [...slept];
    };
    const first = await repeat(world);
    expect(new Set(first).size).toBe(5);
    await world.control.restore("ready");
    const saved = world.mock.save();
    expect(await repeat(world)).toEqual(first);
    expect(await repeat(scripted({ load: saved, sleep }))).toEqual(first);
  });

  it("is not changed by what happens afterwards", async ({ expect }) => {
    const world = scripted({ seed: 20 });
    const token = await liveThrough(world);
    const { mock, control, call } = world;
    const kept = mock.save();
    const text = JSON.stringify(kept);
    await call(token, "GET", "/prospects/9");
    await call(token, "PATCH", "/prospects/7", patchOf(7, { title: "CTO" }));
    await control.spend({ user: 2, calls: 3 });
    await control.options.change({ limit: 7 });
    expect(JSON.stringify(kept)).toBe(text);
    await control.snapshot("a");
    await control.restore("a");
    expect(JSON.stringify(kept)).toBe(text);
  });

  it("holds a call that is under way as one that got no answer", async ({ expect }) => {
    const { mock, control, call } = scripted();
    const { access_token: token } = await control.tokens();
    await control.faults.add({ effect: "hang", times: 1 });
    const hanging = expect(call(token, "GET", "/prospects/7")).rejects.toThrow(TypeError);
    await control.waitFor({ end: "open", user: 1 });
    await control.restore(await control.snapshot());
    await hanging;
    expect(await control.requests()).toMatchObject([{ id: 1, end: "connection_lost" }]);
    expect((await control.state()).calls.open).toBe(0);
    await call(token, "GET", "/prospects/7");
    await control.expectNoOverlaps();
    expect((await control.requests()).map(({ id }) => id)).toEqual([1, 2]);
    mock.close();
  });

  it("has a name, and is replaced, listed and removed by it", async ({ expect }) => {
    const { control } = scripted({ seed: 20 });
    await control.snapshot("1");
    expect(await control.snapshot()).toBe("2");
    await control.reset({ seed: 5 });
    await control.snapshot("1");
    expect(await control.snapshots.list()).toEqual([
      {
        name: "1",
        takenAt: "2026-11-23T10:00:00.000Z",
        prospectCount: 5,
        changedCount: 0,
        calls: 0,
      },
      {
        name: "2",
        takenAt: "2026-11-23T10:00:00.000Z",
        prospectCount: 20,
        changedCount: 0,
        calls: 0,
      },
    ]);
    await control.snapshots.remove("2");
    await expect(control.restore("2")).rejects.toThrow("No such snapshot");
    await expect(control.snapshots.remove("2")).rejects.toThrow("404");
    for (let i = 0; i < 99; i += 1) await control.snapshot();
    await expect(control.snapshot()).rejects.toThrow("There can be 100");
  });
});

describe("a saved world", () => {
  it("goes on in another mock, whose clock may be slow", async ({ expect }) => {
    const world = scripted({ seed: 20 });
    const token = await liveThrough(world);
    const text = JSON.stringify(world.mock.save());
    const other = scripted({ load: JSON.parse(text), now: () => START - 86_400_000, limit: 9 });
    const [was, is] = [await world.control.state(), await other.control.state()];
    expect(is).toMatchObject({ now: was.now, prospects: was.prospects, options: { limit: 9 } });
    expect((await other.call(token, "GET", "/prospects/7")).status).toBe(200);
    const { access_token: next } = await other.control.tokens();
    expect(next).not.toBe(token);
  });

  it("is refused where it is damaged, with the place", async ({ expect }) => {
    const mock = createMockOutreach();
    await controlOf(mock.fetch).seed([{ id: 7, attributes: {}, references: { owner: 2 } }]);
    const saved = mock.save();
    const [ada] = saved.settings.users;
    const damaged = [
      { ...saved, settings: { ...saved.settings, users: [ada] } },
      {
        ...saved,
        settings: { ...saved.settings, users: [ada, { ...ada, email: "ADA@example.com" }] },
      },
      { ...saved, version: 1 },
      { ...saved, journal: { lastId: 5, calls: [] }, labels: [[0, "x"]] },
      { ...saved, settings: { ...saved.settings, limit: 0 } },
      {},
    ];
    const places = [
      /is no user[^]*at prospects\.written\[0\]\.references\.owner/,
      /at settings\.users\[1\]\.email/,
      /at version/,
      /at labels\[0\]\[0\]/,
      /at settings\.limit/,
      /at format/,
    ];
    damaged.forEach((load, i) => {
      expect(() => createMockOutreach({ load })).toThrow(places[i]);
    });
    expect(() => createMockOutreach({ load: saved, seed: 3 })).toThrow(/seed/);
  });
});

describe("--load and --save", () => {
  it("are read, beside what else the line says", ({ expect }) => {
    expect(readCommandLine(["--load", "a.json", "--save", "b.json", "--limit", "5"])).toEqual({
      kind: "start",
      options: { port: 4010, limit: 5 },
      load: "a.json",
      save: "b.json",
    });
    expect(readCommandLine(["--load", "a.json", "--seed", "5"])).toMatchObject({
      kind: "mistake",
      text: expect.stringContaining("--seed cannot be changed in a world that is loaded"),
    });
  });

  it("carry a world from one process to the next", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const [first, second] = [join(directory, "1.json"), join(directory, "2.json")];
    const world = scripted({ seed: 20 });
    await liveThrough(world);
    await writeFile(first, JSON.stringify(world.mock.save()));
    const ended = await run(["--load", first, "--save", second]);
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toContain("20 prospects; 500 calls");
    const again = createMockOutreach({ load: JSON.parse(await readFile(second, "utf8")) }).save();
    expect(again.prospects).toEqual(world.mock.save().prospects);
    expect((await readdir(directory)).toSorted()).toEqual(["1.json", "2.json"]);
  });

  it("say what is wrong with a file, which stays as it is", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, "world.json");
    const missing = await run(["--load", file]);
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("cannot be read") });
    await writeFile(file, '{"format":"mock-outreach","vers');
    const damaged = await run(["--load", file, "--save", file]);
    expect(damaged).toMatchObject({ code: 1, err: expect.stringContaining("is damaged") });
    expect(await readFile(file, "utf8")).toBe('{"format":"mock-outreach","vers');
  });

  it("say at the start where nothing could be saved", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    for (const place of [join(directory, "no", "world.json"), directory]) {
      const ended = await run(["--save", place]);
      expect(ended).toMatchObject({ code: 1, out: "" });
      expect(ended.err).toContain(`could not be saved to ${place}: `);
      expect(ended.err).toContain("choose another file with --save");
    }
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("a world that cannot be saved", () => {
  it("is kept beside the file, and says where", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, "world.json");
    const ended = await run(["--save", file, "--seed", "20"], () => mkdir(file));
    const beside = (await readdir(directory)).find((name) => name.endsWith(".tmp")) ?? "";
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.err).toContain(`${file} could not be written: `);
    expect(ended.err).toContain(`the world is in ${join(directory, beside)}, which --load reads`);
    const load: unknown = JSON.parse(await readFile(join(directory, beside), "utf8"));
    expect(createMockOutreach({ load }).save().prospects.lastId).toBe(20);
  });

  it("names the file where not even that could be written", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, "world.json");
    const ended = await run(["--save", file], () => rm(directory, { recursive: true }));
    await mkdir(directory);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(`${file} could not be written: ENOENT`);
  });
});

/** Runs the command until it is ready, then ends it as Ctrl+C does. @param before what happens first */
async function run(args: readonly string[], before = async (): Promise<unknown> => undefined) {
  const child = spawn(process.execPath, [CLI, "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += String(chunk);
    if (out.includes("Ctrl+C")) void before().then(() => child.kill("SIGINT"));
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += String(chunk);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}
