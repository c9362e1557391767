import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

const forecast = (...args: string[]) =>
  spawnSync(process.execPath, ["cli/forecast.ts", ...args], { encoding: "utf8" });

describe("npm run forecast", () => {
  it("holds one call a prospect against the plan, and both against the allowance", ({ expect }) => {
    const asked = ["--profiles", "250000", "--audiences", "3", "--changes-per-day", "20000"];
    const { stdout, status } = forecast(...asked, "--allowance", "250000");
    expect(status).toBe(0);
    expect(stdout).toMatch(/calls it takes +250,000 +\d\d\n/);
    expect(stdout).toMatch(/at Outreach after +365 days +\d+ min\n/);
    expect(stdout).toMatch(/changes that reach Outreach +627 \(3\.1 %\) +all\n/);
    expect(stdout).toMatch(/at Outreach after, on average +falls behind +\d/);
    expect(stdout).toMatch(/the allowance would last +12 days +the year/);
    expect(stdout).toMatch(/PATCH alone +█+▶ 7,550,000 \(30 times\)/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("forecasts single calls where bulk jobs may not be used", ({ expect }) => {
    const { stdout } = forecast("--profiles", "19000", "--no-bulk");
    expect(stdout).toMatch(/calls it takes +19,000 +19,000\n/);
    expect(stdout).toMatch(/at Outreach after +2\.0 h +2\.0 h/);
  });

  it("takes a number as people write it", ({ expect }) => {
    expect(forecast("--profiles", "250,000").stdout).toContain("250,000 profiles");
  });

  it("says what is wrong with an option", ({ expect }) => {
    for (const [args, words] of [
      [[], "Say how many"],
      [["--profiles", "-1"], "--profiles takes a whole number from 1"],
      [["--profiles", "1e6"], 'not "1e6"'],
      [["--profiles", "5", "--limit", "0"], "--limit takes"],
      [["250000"], "250000"],
      [["--profiles", "5", "--audiences", "151"], "from 0 to 150"],
      [["--profiles", "5", "--nonsense"], "--nonsense"],
    ] as const) {
      const { status, stderr } = forecast(...args);
      expect(status).toBe(2);
      expect(stderr).toContain(words);
      expect(stderr.trim().split("\n").at(-1)).toContain("--help");
    }
  });
});
