import { describe, it } from "vitest";
import { alertMessage, testMessage, type Facts } from "../../../../src/engine/alerts/message.ts";
import {
  ALERT_KINDS,
  DEFAULT_RULES,
  type AlertKind,
} from "../../../../src/engine/alerts/alert-rules.ts";

const NINE = Date.UTC(2026, 10, 2, 9);
const NOW = NINE + 30 * 60_000;
const ABOUT = {
  destination: { id: "dest_1", name: "Web profiles" },
  outreachUser: { id: "ou_1", name: "Sales operations" },
  baseUrl: "https://edge.example",
};
const FACTS: Facts = {
  now: NOW,
  thisHour: {
    startedAt: NINE,
    received: 200,
    rejected: 34,
    failed: 12,
    rejectedByCode: { missing_identity: 30, invalid_status: 4 },
  },
  lastHour: {
    startedAt: NINE - 3_600_000,
    received: 0,
    rejected: 0,
    failed: 0,
    rejectedByCode: {},
  },
  oldestAcceptedAt: NOW - 151 * 60_000,
  connection: { status: "reconnect_required", connectedAt: 0 },
  rules: DEFAULT_RULES,
  failedByReason: { validationError: 11, "ada@example.com": 1 },
  waiting: 512,
  pausedBecause: "reconnect_required",
  connectionDetail: "Connect the Outreach user again.",
};

function opened(kind: AlertKind) {
  const { body } = alertMessage(ABOUT, { kind, state: "opened", at: NOW, openedAt: NOW }, FACTS);
  return JSON.parse(body) as Record<string, unknown>;
}

describe("a message", () => {
  it("says which alert of which destination it is, and when", ({ expect }) => {
    expect(opened("delay")).toEqual({
      id: `alert_dest_1_delay_opened_${NOW}`,
      type: "alert.opened",
      timestamp: "2026-11-02T09:30:00.000Z",
      kind: "delay",
      state: "opened",
      openedAt: "2026-11-02T09:30:00.000Z",
      destination: ABOUT.destination,
      outreachUser: ABOUT.outreachUser,
      summary:
        "Flow run delay: an update of “Sales operations”, which “Web profiles” sends as, has waited for 151 minutes. Nothing is sent: reconnect required.",
      figures: {
        oldestAcceptedAt: "2026-11-02T06:59:00.000Z",
        waitingMinutes: 151,
        thresholdMinutes: 150,
        prospectsWaiting: 512,
        pausedBecause: "reconnect_required",
      },
      link: "https://edge.example/console/outreach-users/ou_1/live",
      text: expect.stringMatching(/^Flow run delay: .*\nhttps:\/\/edge\.example\//s),
    });
  });

  const words: readonly [AlertKind, summary: string, figures: Record<string, unknown>][] = [
    [
      "run_failure",
      "Flow run failure: 12 updates of “Web profiles” failed for good since 09:00 UTC.",
      { failed: 12, failedByReason: { validationError: 11, other: 1 } },
    ],
    [
      "skip_rate_exceeded",
      "Activation skip rate exceeded: 34 of 200 profiles (17 %) of “Web profiles” were skipped in the hour from 09:00 UTC. The threshold is 10 %.",
      { received: 200, rejected: 34, skipRatePercent: 17, thresholdPercent: 10 },
    ],
    [
      "connection_lost",
      "Connection lost: “Sales operations”, which “Web profiles” sends as, is not connected to Outreach. Updates are kept. Connect the Outreach user again.",
      { status: "reconnect_required" },
    ],
  ];
  for (const [kind, summary, figures] of words) {
    it(`of ${kind} says it in a sentence and in figures`, ({ expect }) => {
      expect(opened(kind)).toMatchObject({ summary, figures });
    });
  }

  it("has an id that tells changes apart, and is the same for the same change", ({ expect }) => {
    const ids = ALERT_KINDS.flatMap((kind) =>
      (["opened", "resolved"] as const).flatMap((state) =>
        [NOW, NOW + 1].map((at) => alertMessage(ABOUT, { kind, state, at, openedAt: 0 }, FACTS).id),
      ),
    );
    expect(new Set(ids).size).toBe(16);
    // A full stop would end it in what is signed.
    expect(ids.join("")).toMatch(/^[\w-]+$/);
  });

  it("keeps markup of Slack's out of its text", ({ expect }) => {
    const about = { ...ABOUT, destination: { id: "dest_1", name: "<!channel> & co" } };
    const { text, summary } = JSON.parse(testMessage(about, NOW).body) as Record<string, string>;
    expect(text).toContain("“&lt;!channel&gt; &amp; co”");
    expect(summary).toContain("“<!channel> & co”");
  });
});
