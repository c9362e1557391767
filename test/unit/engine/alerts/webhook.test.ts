import { createHmac } from "node:crypto";
import { describe, it } from "vitest";
import {
  afterTry,
  newSigningSecret,
  shownUrl,
  webhookHeaders,
  webhookPlaceFault,
  webhookUrlFault,
} from "../../../../src/engine/alerts/webhook.ts";

const SLACK = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop4f2A";

describe("a webhook's address", () => {
  for (const good of [
    SLACK,
    "https://example.com",
    "https://example.com:8443/a?token=x",
    "https://172.32.0.1/a",
    "https://100.128.0.1/a",
    "https://[2606:4700::1111]/a",
    "http://localhost:8080/alerts",
    "http://127.0.0.1/alerts",
    "http://[::1]:9000/",
  ]) {
    it(`may be ${good}`, ({ expect }) => {
      expect(webhookUrlFault(good)).toBeNull();
    });
  }

  const bad: readonly [string, string][] = [
    ["example.com/PRIVATE", "https://"],
    ["ftp://example.com/PRIVATE", "https://"],
    ["http://example.com/PRIVATE", "https://"],
    ["http://localhost.example.com/PRIVATE", "https://"],
    ["http://10.0.0.1/PRIVATE", "https://"],
    ["https://10.0.0.1/PRIVATE", "public"],
    ["https://172.31.0.1/PRIVATE", "public"],
    ["https://192.168.1.1/PRIVATE", "public"],
    ["https://100.100.100.200/PRIVATE", "public"],
    ["https://169.254.169.254/PRIVATE", "public"],
    ["https://169.254.169.254./PRIVATE", "public"],
    ["https://0xa9fea9fe/PRIVATE", "public"],
    ["https://0.0.0.0/PRIVATE", "public"],
    ["https://255.255.255.255/PRIVATE", "public"],
    ["https://[fe80::1]/PRIVATE", "public"],
    ["https://[fd00:ec2::254]/PRIVATE", "public"],
    ["https://[::ffff:169.254.169.254]/PRIVATE", "public"],
    ["https://[64:ff9b::a9fe:a9fe]/PRIVATE", "public"],
    ["https://[2002:a9fe:a9fe::]/PRIVATE", "public"],
    ["https://metadata.google.internal/PRIVATE", "public"],
    ["https://metadata.google.internal./PRIVATE", "public"],
    ["https://metadata/PRIVATE", "public"],
    ["https://user:PRIVATE@example.com/", "password"],
    ["https://user@example.com/PRIVATE", "user name"],
    ["https://example.com/PRIVATE#top", "fragment"],
    ["https://hooks.slack.com/…PRIVATE", "whole address"],
    ["javascript:PRIVATE", "https://"],
  ];
  for (const [text, said] of bad) {
    it(`must not be ${text}, which is not repeated`, ({ expect }) => {
      const fault = webhookUrlFault(text);
      expect(fault).toContain(said);
      expect(fault).not.toContain("PRIVATE");
    });
  }

  it("is that of a machine only for an Outreach Edge on one", ({ expect }) => {
    const home = ["http://localhost:8787", "http://127.0.0.1:8787"];
    for (const text of ["http://localhost:9000/PRIVATE", "https://[::1]/PRIVATE"]) {
      expect(webhookPlaceFault(text, home)).toBeNull();
      for (const own of [["https://edge.example"], ["https://edge.example", ...home]]) {
        const fault = webhookPlaceFault(text, own);
        expect(fault).toContain("public");
        expect(fault).not.toContain("PRIVATE");
      }
    }
    expect(webhookPlaceFault(SLACK, home)).toBeNull();
  });

  it("is not Outreach Edge's own", ({ expect }) => {
    const own = ["https://edge.example", "https://edge.workers.example"];
    for (const origin of own) expect(webhookPlaceFault(`${origin}/a`, own)).toContain("itself");
    expect(webhookPlaceFault("http://localhost:8787/a", ["http://localhost:8787"])).toContain(
      "itself",
    );
    expect(webhookPlaceFault("https://hooks.edge.example/a", own)).toBeNull();
  });

  it("is shown without its path and query, which may be a secret", ({ expect }) => {
    expect(shownUrl(SLACK)).toBe("https://hooks.slack.com/…4f2A");
    expect(shownUrl("https://example.com/?token=secret")).toBe("https://example.com/…");
    expect(shownUrl("https://example.com")).toBe("https://example.com");
  });
});

describe("a signature", () => {
  it("is the one of Standard Webhooks", ({ expect }) => {
    // The example of the specification's own libraries.
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}' };
    expect(webhookHeaders(message, secret, 1_614_265_330_123)).toMatchObject({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is checked with the secret's bytes", ({ expect }) => {
    const secret = newSigningSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const headers = webhookHeaders({ id: "a", body: "{}" }, secret, 5_000);
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const expected = createHmac("sha256", key).update("a.5.{}").digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
  });

  it("is left out where none is wanted", ({ expect }) => {
    const headers = webhookHeaders({ id: "a", body: "{}" }, null, 5_000);
    expect(headers).not.toHaveProperty("webhook-signature");
    expect(headers["webhook-id"]).toBe("a");
  });
});

describe("a try", () => {
  const moment = { since: 0, now: 1_000, random: 1 };
  for (const status of [200, 204, 299]) {
    it(`that ends with ${status} is delivered`, ({ expect }) => {
      expect(afterTry(status, 1, moment)).toEqual({ kind: "delivered" });
    });
  }
  for (const status of [null, 302, 400, 404, 429, 500, 503]) {
    it(`that ends with ${status ?? "no answer"} is made again`, ({ expect }) => {
      expect(afterTry(status, 1, moment)).toEqual({ kind: "retry", at: 11_000 });
    });
  }

  it("that ends with 410 is the last", ({ expect }) => {
    expect(afterTry(410, 1, moment)).toEqual({ kind: "give_up" });
  });

  it("is made again after growing pauses, for a day", ({ expect }) => {
    const pauses: number[] = [];
    let now = 0;
    for (let tries = 1; ; tries++) {
      const step = afterTry(500, tries, { since: 0, now, random: 1 });
      if (step.kind !== "retry") break;
      pauses.push((step.at - now) / 1_000);
      now = step.at;
    }
    expect(pauses.slice(0, 8)).toEqual([10, 30, 90, 270, 810, 2_430, 7_290, 14_400]);
    expect(pauses.length).toBeLessThan(20);
    expect(now).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(now).toBeLessThan(29 * 3_600_000);
  });
});
