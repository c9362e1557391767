import { describe, it } from "vitest";
import {
  adminTokenLimits,
  emailLimits,
  networkOf,
  nextTryAt,
  passwordLimits,
} from "../../../src/people/throttle.ts";

const encryptionKey = new Uint8Array(32).fill(1);
const ADA = "ada@example.com";

describe("a limit", () => {
  it("gives its first tries without a pause, and one more each while", ({ expect }) => {
    const limit = { key: "k", burst: 3, everyMs: 100 };
    let freeAt = 0;
    const made: number[] = [];
    for (let now = 1_000; now < 1_350; now += 50) {
      for (;;) {
        const at = Math.max(freeAt, now);
        if (nextTryAt(limit, at) > now) break;
        freeAt = at + limit.everyMs;
        made.push(now);
      }
    }
    expect(made).toEqual([1_000, 1_000, 1_000, 1_100, 1_200, 1_300]);
  });

  it("of one network for an e-mail cannot use up everybody's", ({ expect }) => {
    const [own, everybody] = emailLimits({ encryptionKey, network: "192.0.2.1" }, ADA);
    expect(own && everybody && own.burst < everybody.burst).toBe(true);
    expect(own && everybody && own.everyMs > everybody.everyMs).toBe(true);
  });
});

describe("what is counted", () => {
  it("tells neither e-mail nor address without the encryption key", ({ expect }) => {
    const keysWith = (key: Uint8Array, network: string) => {
      const trier = { encryptionKey: key, network };
      return [...passwordLimits(trier, ADA), ...adminTokenLimits(trier)].map((each) => each.key);
    };
    const keys = keysWith(encryptionKey, "192.0.2.1");
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
    expect(keysWith(encryptionKey, "192.0.2.1")).toEqual(keys);
    const other = keysWith(new Uint8Array(32).fill(2), "192.0.2.1");
    expect(other.filter((key) => keys.includes(key))).toEqual([]);
    // All but the one of the e-mail from everywhere.
    const elsewhere = keysWith(encryptionKey, "192.0.2.2");
    expect(elsewhere.filter((key) => keys.includes(key))).toHaveLength(1);
  });
});

describe("a network", () => {
  it("is an IPv4 address, or the /64 of an IPv6 address however it is written", ({ expect }) => {
    expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
    for (const address of [
      "2001:db8:0:1:aaaa:bbbb:cccc:dddd",
      "2001:DB8::1:0:0:0:1",
      "2001:0db8:0000:0001::",
      "2001:db8:0:1::9",
    ]) {
      expect(networkOf(address)).toBe("2001:db8:0:1");
    }
    expect(networkOf("2001:db8:0:2::9")).toBe("2001:db8:0:2");
    expect(networkOf("::1")).toBe("0:0:0:0");
    expect(networkOf(undefined)).toBe("unknown");
  });
});
