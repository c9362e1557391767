import { describe, it, vi } from "vitest";
import { readSettings } from "../../../src/settings.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const REQUIRED = {
  OUTREACH_CLIENT_ID: "client",
  OUTREACH_CLIENT_SECRET: "secret-value",
  ADMIN_TOKEN: "admin-token-of-these-tests",
  ENCRYPTION_KEY: KEY,
};

function settingsOf(variables: Record<string, unknown>) {
  const result = readSettings({ ...REQUIRED, ...variables });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.settings;
}

function faultsOf(variables: Record<string, unknown>) {
  const result = readSettings({ ...REQUIRED, ...variables });
  return result.ok ? result.settings.faults : result.faults;
}

const SIX_SCOPES =
  "prospects.read prospects.write batches.read batches.write imports.read imports.write";

describe("the Worker's settings", () => {
  it("have the documented defaults", ({ expect }) => {
    expect(settingsOf({})).toEqual({
      application: {
        baseUrl: "https://api.outreach.io",
        clientId: "client",
        clientSecret: "secret-value",
        scopes: SIX_SCOPES,
      },
      limiter: { limit: 10_000, windowMs: 3_600_000, reservePercent: 5 },
      bulkItemsPerDay: 5_000_000,
      publicBaseUrl: null,
      adminToken: "admin-token-of-these-tests",
      encryptionKey: new Uint8Array(32).fill(7),
      faults: [],
    });
  });

  it("are read from text, as an environment holds them", ({ expect }) => {
    const settings = settingsOf({
      OUTREACH_BASE_URL: "https://outreach.example/base//",
      OUTREACH_SCOPES: "prospects.all batches.write",
      OUTREACH_RATE_LIMIT: "200",
      OUTREACH_RATE_WINDOW_SECONDS: "5",
      OUTREACH_RESERVE_PERCENT: "0",
      PUBLIC_BASE_URL: "https://edge.example/",
    });
    expect(settings.application.baseUrl).toBe("https://outreach.example/base");
    expect(settings.application.scopes).toBe("prospects.all batches.write");
    expect(settings.limiter).toEqual({ limit: 200, windowMs: 5_000, reservePercent: 0 });
    expect(settings.publicBaseUrl).toBe("https://edge.example");
  });

  it("take an empty variable for one that is left out", ({ expect }) => {
    const settings = settingsOf({
      PUBLIC_BASE_URL: "",
      OUTREACH_RATE_LIMIT: "",
      OUTREACH_SCOPES: "",
    });
    expect(settings.publicBaseUrl).toBeNull();
    expect(settings.limiter.limit).toBe(10_000);
    expect(settings.application.scopes).toBe(SIX_SCOPES);
  });

  it("are parsed once for an environment", ({ expect }) => {
    const env = { ...REQUIRED };
    expect(readSettings(env)).toBe(readSettings(env));
  });

  for (const name of Object.keys(REQUIRED)) {
    it(`name ${name} and the remedy where it is missing or empty`, ({ expect }) => {
      for (const value of [undefined, ""]) {
        const [fault, ...others] = faultsOf({ [name]: value });
        expect(others).toEqual([]);
        expect(fault).toMatchObject({ name });
        expect(fault?.detail).toContain(`wrangler secret put ${name}`);
      }
    });
  }

  it("name every fault at once", ({ expect }) => {
    const faults = faultsOf({ ADMIN_TOKEN: undefined, ENCRYPTION_KEY: "short" });
    expect(faults.map(({ name }) => name)).toEqual(["ADMIN_TOKEN", "ENCRYPTION_KEY"]);
  });

  it("take an encryption key of exactly 32 bytes, in base64 or base64url, padded or not", ({
    expect,
  }) => {
    const bytes = Buffer.alloc(32, 0xfb);
    for (const text of [bytes.toString("base64"), bytes.toString("base64url"), ` ${KEY}\n`]) {
      expect(faultsOf({ ENCRYPTION_KEY: text })).toEqual([]);
    }
    for (const text of [
      Buffer.alloc(31).toString("base64"),
      Buffer.alloc(33).toString("base64"),
      "not base64 at all, but long enough to be",
    ]) {
      expect(faultsOf({ ENCRYPTION_KEY: text })).toMatchObject([{ name: "ENCRYPTION_KEY" }]);
    }
  });

  it("take plain http only where nobody else's network lies between", ({ expect }) => {
    for (const url of [
      "http://127.0.0.1:4010",
      "http://localhost:4010/",
      "http://[::1]:4010",
      "http://mock:4010",
      "http://outreach.test",
      "http://192.168.1.5",
      "http://172.20.0.3",
    ]) {
      expect(faultsOf({ OUTREACH_BASE_URL: url }), url).toEqual([]);
    }
    for (const url of [
      "http://api.outreach.io",
      "http://172.32.0.1",
      "http://10.evil.example",
      "http://[2001:db8::1]",
    ]) {
      expect(faultsOf({ OUTREACH_BASE_URL: url }), url).toMatchObject([
        { name: "OUTREACH_BASE_URL" },
      ]);
    }
  });

  it("refuse addresses that are none, or more than one", ({ expect }) => {
    for (const url of [
      "outreach",
      "ftp://outreach.example",
      "https://user:pass@outreach.example",
      "https://outreach.example/?a=1",
      "https://outreach.example/#a",
    ]) {
      expect(faultsOf({ OUTREACH_BASE_URL: url }), url).toHaveLength(1);
      expect(faultsOf({ PUBLIC_BASE_URL: url }), url).toHaveLength(1);
    }
  });

  it("refuse numbers out of range", ({ expect }) => {
    for (const [name, values] of Object.entries({
      OUTREACH_RATE_LIMIT: ["0", "-1", "1.5", "many", "1e99"],
      OUTREACH_RATE_WINDOW_SECONDS: ["0", "86401", "Infinity"],
      OUTREACH_RESERVE_PERCENT: ["-1", "100", "5%"],
    })) {
      for (const value of values) {
        expect(faultsOf({ [name]: value }), `${name}=${value}`).toMatchObject([{ name }]);
      }
    }
  });

  it("count an optional one that is wrong as left out, and say so", ({ expect }) => {
    const wrong = {
      OUTREACH_BASE_URL: "outreach",
      OUTREACH_SCOPES: "prospects.read, prospects.write",
      OUTREACH_RATE_LIMIT: "10,000",
      OUTREACH_RATE_WINDOW_SECONDS: "1h",
      OUTREACH_RESERVE_PERCENT: "5%",
      OUTREACH_BULK_ITEMS_PER_DAY: "-1",
      PUBLIC_BASE_URL: "edge.example",
    };
    const { faults, ...settings } = settingsOf(wrong);
    const { faults: none, ...defaults } = settingsOf({});
    expect(none).toEqual([]);
    expect(settings).toEqual(defaults);
    expect(faults.map(({ name }) => name).toSorted()).toEqual(Object.keys(wrong).toSorted());
    for (const { name, detail } of faults) {
      expect(detail).toMatch(new RegExp(`^${name} .*it counts as left out\\.$`));
    }
  });

  it("keep the good ones beside an optional one that is wrong", ({ expect }) => {
    const settings = settingsOf({ OUTREACH_RESERVE_PERCENT: "5%", OUTREACH_RATE_LIMIT: "200" });
    expect(settings.limiter).toEqual({ limit: 200, windowMs: 3_600_000, reservePercent: 5 });
  });

  it("are complained about once, however many environments hold them", async ({ expect }) => {
    vi.resetModules();
    const fresh = await import("../../../src/settings.ts");
    const log = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (let i = 0; i < 3; i++) fresh.readSettings({ ...REQUIRED, OUTREACH_RESERVE_PERCENT: "5%" });
    const lines = log.mock.calls.map(([line]): unknown => line);
    log.mockRestore();
    expect(lines).toMatchObject([{ event: "setting_wrong", setting: "OUTREACH_RESERVE_PERCENT" }]);
  });

  it("refuse an admin token that no header can carry", ({ expect }) => {
    expect(faultsOf({ ADMIN_TOKEN: "two words of more than 24 characters" })).toMatchObject([
      { name: "ADMIN_TOKEN" },
    ]);
  });

  it("refuse an admin token that is guessed, and say how one is made", ({ expect }) => {
    for (const token of ["x", "a".repeat(23)]) {
      const [fault, ...rest] = faultsOf({ ADMIN_TOKEN: token });
      expect(rest).toEqual([]);
      expect(fault?.detail).toContain("at least 24 characters");
      expect(fault?.detail).toContain("openssl rand");
    }
    expect(faultsOf({ ADMIN_TOKEN: "a".repeat(24) })).toEqual([]);
    expect(faultsOf({ ADMIN_TOKEN: "" })[0]?.detail).toContain("is empty");
  });

  it("never repeat a value in a fault", ({ expect }) => {
    const marker = "MARKER";
    const faults = faultsOf({
      OUTREACH_BASE_URL: `ftp://${marker}`,
      OUTREACH_SCOPES: `${marker}!`,
      OUTREACH_RATE_LIMIT: marker,
      OUTREACH_RATE_WINDOW_SECONDS: marker,
      OUTREACH_RESERVE_PERCENT: marker,
      PUBLIC_BASE_URL: marker,
      ADMIN_TOKEN: `${marker} ${marker}`,
      ENCRYPTION_KEY: marker,
    });
    expect(faults).toHaveLength(8);
    expect(JSON.stringify(faults)).not.toContain(marker);
  });
});
