import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it, onTestFinished } from "vitest";
import { readCommandLine } from "../../mock-outreach/command-line.ts";
import { DEFAULT_SETTINGS } from "../../mock-outreach/index.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = fileURLToPath(new URL("../../mock-outreach/cli.ts", import.meta.url));

/** Runs the command to its end. @param onOutput is shown what it has said so far, and the running process */
async function run(
  args: readonly string[],
  onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += String(chunk);
    onOutput(out, (signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += String(chunk);
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, out, err };
}

describe("the command line", () => {
  it("has a port and every setting's default where nothing is said", ({ expect }) => {
    expect(readCommandLine([])).toEqual({
      kind: "start",
      options: { ...DEFAULT_SETTINGS, port: 4010 },
    });
  });

  it("takes the settings as flags", ({ expect }) => {
    const args = [
      "--port=0",
      "--host",
      "0.0.0.0",
      "--seed",
      "5",
      "--limit",
      "200",
      "--window",
      "5",
      "--window-kind",
      "sliding",
      "--auto-approve",
      "--no-rotate-refresh-tokens",
      "--redirect-uri",
      "https://a.example/",
      "--redirect-uri",
      "https://b.example/",
      "--client-id",
      "app",
      "--reset-format",
      "iso8601",
    ];
    expect(readCommandLine(args)).toMatchObject({
      kind: "start",
      options: {
        port: 0,
        host: "0.0.0.0",
        seed: 5,
        limit: 200,
        windowSeconds: 5,
        windowKind: "sliding",
        autoApprove: true,
        rotateRefreshTokens: false,
        redirectUris: ["https://a.example/", "https://b.example/"],
        clientId: "app",
        resetFormat: "iso8601",
      },
    });
  });

  it("explains every setting", ({ expect }) => {
    const line = readCommandLine(["--help"]);
    const text = line.kind === "help" ? line.text : "";
    const names = Object.keys(DEFAULT_SETTINGS).filter((name) => name !== "users");
    const flags = text.match(/^ {2}--\S+|, --\S+/gm) ?? [];
    // Port, host, files and help are no settings.
    expect(flags).toHaveLength(names.length + 5);
    expect(text).toContain("\nnode mock-outreach/cli.ts [options]\n");
    expect(text).toContain("Calls that each user has in a window [10000]");
  });

  it("names the flag that is wrong, and what it may be", ({ expect }) => {
    const mistakes: [string[], RegExp][] = [
      [["--limit", "0"], /at --limit/],
      [["--limit", "many"], /at --limit/],
      [["--window", ""], /--window has an empty value/],
      [["--seed", " "], /--seed has an empty value/],
      [["--host="], /--host has an empty value; give one, or leave it out/],
      [["--port="], /--port has an empty value/],
      [["--port", " "], /--port has an empty value/],
      [["--load", ""], /--load has an empty value/],
      [["--save="], /--save has an empty value/],
      [["--redirect-uri", "https://a.example/", "--redirect-uri="], /--redirect-uri has an empty/],
      [["--window-kind", "round"], /fixed.*sliding[\s\S]*at --window-kind/],
      [["--port", "70000"], /--port must be/],
      [["--prot", "1"], /Unknown option '--prot'/],
      [["start"], /start/],
    ];
    for (const [args, text] of mistakes) {
      const line = readCommandLine(args);
      expect(line.kind).toBe("mistake");
      expect(line.kind === "mistake" ? line.text : "").toMatch(text);
    }
  });
});

describe("npm run mock", () => {
  it("ends and saves the mock when it is told to end", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "mock-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, "world.json");
    // In a group of its own, which ends with the test whatever is left of it.
    const child = spawn("npm", ["run", "mock", "--", "--port", "0", "--save", file], {
      cwd: ROOT,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => endGroup(child.pid));
    child.stdout.on("data", (chunk: Buffer) => {
      if (String(chunk).includes("Ctrl+C")) child.kill("SIGTERM");
    });
    await once(child, "exit");
    expect(await readdir(directory)).toEqual(["world.json"]);
  });
});

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

describe("the command", () => {
  it("says where it is, and ends cleanly when it is told to", async ({ expect }) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      const ended = await run(["--port", "0"], (text, kill) => {
        if (text.includes("Ctrl+C")) kill(signal);
      });
      expect(ended).toMatchObject({ code: 0, signal: null, err: "" });
      expect(ended.out).toMatch(/ready at http:\/\/127\.0\.0\.1:\d+\n/);
      expect(ended.out).toContain("1,000 prospects; 10,000 calls");
    }
  });

  it("exits with 2 where it was called wrongly, and with 0 after its help", async ({ expect }) => {
    const wrong = await run(["--limit", "0"]);
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("node mock-outreach/cli.ts --help explains every option.");
    expect(await run(["--help"])).toMatchObject({ code: 0, err: "" });
  });

  it("says so where its port is taken", async ({ expect }) => {
    let second: Promise<{ code: number | null; err: string }> | undefined;
    await run(["--port", "0"], (text, kill) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port === undefined || second !== undefined) return;
      second = run(["--port", port]).finally(() => kill("SIGTERM"));
    });
    expect(await second).toMatchObject({ code: 1, err: expect.stringContaining("is taken") });
  });
});
