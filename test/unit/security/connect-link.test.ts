import { describe, it } from "vitest";
import {
  CONNECT_LINK_MS,
  checkConnectLink,
  signConnectLink,
} from "../../../src/security/connect-link.ts";

const KEY = new Uint8Array(32).fill(1);
const NOW = Date.UTC(2026, 10, 23, 14);

describe("a connect link", () => {
  const link = signConnectLink(KEY, "ou_1", NOW);

  it("is good for a week and expired after that", ({ expect }) => {
    expect(checkConnectLink(KEY, "ou_1", link, NOW)).toBe("good");
    expect(checkConnectLink(KEY, "ou_1", link, NOW + CONNECT_LINK_MS - 1000)).toBe("good");
    expect(checkConnectLink(KEY, "ou_1", link, NOW + CONNECT_LINK_MS)).toBe("expired");
  });

  it("is good for its Outreach user only", ({ expect }) => {
    expect(checkConnectLink(KEY, "ou_2", link, NOW)).toBe("forged");
  });

  it("cannot be prolonged", ({ expect }) => {
    const later = { ...link, expires: String(Number(link.expires) + 1) };
    expect(checkConnectLink(KEY, "ou_1", later, NOW)).toBe("forged");
  });

  it("cannot be made with another key, or without one", ({ expect }) => {
    const other = signConnectLink(new Uint8Array(32).fill(2), "ou_1", NOW);
    expect(checkConnectLink(KEY, "ou_1", other, NOW)).toBe("forged");
    for (const signature of ["", "x", link.signature.slice(0, -1)]) {
      expect(checkConnectLink(KEY, "ou_1", { ...link, signature }, NOW)).toBe("forged");
    }
  });

  it("is called forged, not expired, where it was never signed", ({ expect }) => {
    const old = { expires: "1", signature: link.signature };
    expect(checkConnectLink(KEY, "ou_1", old, NOW)).toBe("forged");
  });
});
