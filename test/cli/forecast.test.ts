import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

const forecast = (...args: string[]) =>
  spawnSync(process.execPath, ["cli/forecast.ts", ...args], { encoding: "utf8" });

describe("npm run forecast", () => {
  it("holds one call a prospect against the plan, and both against the allowance", ({ expect }) => {
    const asked = ["--profiles", "250000", "--audiences", "3", "--changes-per-day", "20000"];
    const { stdout, status } = forecast(...asked, "--allowance", "250000");
    expect(status).toBe(0);
    expect(stdout).toMatch(/calls +250,000 +\d\d\n/);
    expect(stdout).toMatch(/the allowance lasts +12 days +the year/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("forecasts single calls where bulk jobs may not be used", ({ expect }) => {
    const { stdout } = forecast("--profiles", "19000", "--no-bulk");
    expect(stdout).toMatch(/calls +19,000 +19,000\n/);
    expect(stdout).toMatch(/at Outreach after +2\.0 h +2\.0 h/);
  });

  it("says what is wrong with an option", ({ expect }) => {
    for (const [args, words] of [
      [[], "Say how many"],
      [["--profiles", "-1"], "--profiles"],
      [["--profiles", "5", "--audiences", "151"], "from 0 to 150"],
      [["--profiles", "5", "--nonsense"], "--nonsense"],
    ] as const) {
      const { status, stderr } = forecast(...args);
      expect(status).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});
