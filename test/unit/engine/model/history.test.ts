import { describe, it } from "vitest";
import { acknowledge, dispatch, requeue, reject } from "../../../../src/engine/model/call.ts";
import { merge } from "../../../../src/engine/model/merge.ts";
import { newProspect } from "../../../../src/engine/model/prospect.ts";
import type { Requeue } from "../../../../src/engine/model/call.ts";
import type { CallError, Prospect, PendingField } from "../../../../src/engine/model/prospect.ts";
import type { Step } from "../../../../src/engine/model/events.ts";
import { lastTold, storyOf } from "../../../../src/engine/model/history.ts";
import type { StoryEvent } from "../../../../src/engine/model/history.ts";
import {
  EVENTS_MAX,
  readStory,
  STORY_MAX_CHARS,
  tell,
} from "../../../../src/engine/model/history-text.ts";
import type { FieldValue } from "../../../../src/engine/model/prospect-update.ts";

const NOW = Date.UTC(2026, 10, 23, 14);
const hash = (_id: number, _field: string, value: FieldValue) => JSON.stringify(value);

function field(value: FieldValue, at = 1): PendingField {
  return { value, at, arrival: at };
}

function offered(fields: Record<string, PendingField>) {
  return { fields, destinationId: "dest_1", acceptedAt: NOW, dueAt: NOW + 1_000 };
}

/** The events of an update, and the prospect after it. */
function accept(before: Prospect, fields: Record<string, PendingField>) {
  const update = offered(fields);
  const step = merge(before, update, hash);
  return { after: step.prospect, events: told(step) };
}

function told({ events }: Step) {
  return storyOf(events, NOW);
}

function waiting(fields: Record<string, PendingField>): Prospect {
  return accept(newProspect(7), fields).after;
}

function inFlight(fields: Record<string, PendingField>, job?: number): Prospect {
  return dispatch(waiting(fields), NOW, hash, job).prospect;
}

function holding(fields: Record<string, PendingField>): Prospect {
  return acknowledge(inFlight(fields), null, NOW, hash).prospect;
}

const NOT_TRIED: Requeue = {
  reason: "rate_limited",
  dueAt: NOW + 5_000,
  countsAsAttempt: false,
  mayHaveApplied: false,
  error: null,
  now: NOW,
};
const error: CallError = {
  at: NOW,
  status: 503,
  code: "http503",
  detail: "Busy.",
  pointer: null,
};

describe("the story of an update", () => {
  it("tells which attributes wait by it, and where it came in", ({ expect }) => {
    const { events } = accept(newProspect(7), { title: field("CTO"), custom4: field("realized") });
    expect(events).toEqual([
      {
        kind: "accepted",
        at: NOW,
        destinationId: "dest_1",
        fields: ["title", "custom4"],
        unchanged: [],
        overtaken: [],
        merged: false,
      },
    ]);
  });

  it("tells what joined what waits, what Outreach holds already, and what was overtaken", ({
    expect,
  }) => {
    const held = holding({ city: field("Oslo"), company: field("Acme", 9) });
    const { after } = accept(held, { title: field("CTO", 2) });
    const { events } = accept(after, {
      title: field("CEO", 3),
      city: field("Oslo", 3),
      company: field("Initech", 8),
    });
    expect(events).toMatchObject([
      { fields: ["title"], unchanged: ["city"], overtaken: ["company"], merged: true },
    ]);
  });

  it("tells a failure that is put back from what is new", ({ expect }) => {
    const again = { ...offered({ title: field("CTO") }), isReplay: true } as const;
    const step = merge(newProspect(7), again, hash);
    expect(told(step)).toMatchObject([{ kind: "replayed" }]);
  });

  it("is of a refusal where it does not fit beside what waits", ({ expect }) => {
    const { events } = accept(newProspect(7), { title: field("x".repeat(500_001)) });
    expect(events).toMatchObject([
      { kind: "accepted", fields: [], overtaken: [] },
      { kind: "refused", fields: ["title"], status: null, code: "too_large" },
    ]);
  });
});

describe("the story of a call", () => {
  it("tells that it left, alone or in a bulk job, and without what Outreach holds", ({
    expect,
  }) => {
    const before = waiting({ title: field("CTO"), city: field("Oslo") });
    const { known } = holding({ city: field("Oslo") });
    for (const job of [undefined, 12]) {
      expect(told(dispatch({ ...before, known }, NOW, hash, job))).toEqual([
        { kind: "unchanged", at: NOW, fields: ["city"] },
        { kind: "sent", at: NOW, fields: ["title"], job: job ?? null },
      ]);
    }
  });

  it("tells where nothing was left to send", ({ expect }) => {
    const before = {
      ...waiting({ city: field("Oslo") }),
      known: holding({ city: field("Oslo") }).known,
    };
    expect(told(dispatch(before, NOW, hash))).toEqual([
      { kind: "unchanged", at: NOW, fields: ["city"] },
    ]);
  });

  it("tells that Outreach took it", ({ expect }) => {
    const before = inFlight({ title: field("CTO") }, 12);
    const events = told(acknowledge(before, null, NOW, hash));
    expect(events).toEqual([{ kind: "delivered", at: NOW, fields: ["title"], job: 12 }]);
    expect(lastTold(events, "title")).toEqual({ at: NOW, job: 12 });
    expect(lastTold(events, "city")).toBeNull();
  });

  it("tells why it brought nothing, and until when it waits", ({ expect }) => {
    const before = inFlight({ title: field("CTO") });
    expect(told(requeue(before, NOT_TRIED))).toEqual([
      {
        kind: "given_back",
        at: NOW,
        job: null,
        reason: "rate_limited",
        until: NOW + 5_000,
        attempts: 0,
        status: null,
        code: null,
        detail: null,
      },
    ]);
    const failed = { ...NOT_TRIED, reason: "failed", countsAsAttempt: true, error } as const;
    expect(told(requeue(before, failed))).toMatchObject([
      { reason: "failed", attempts: 1, status: 503, code: "http503", detail: "Busy." },
    ]);
    const inJob = inFlight({ title: field("CTO") }, 3);
    const single = { ...NOT_TRIED, reason: "not_applied", single: true } as const;
    expect(told(requeue(inJob, single))).toMatchObject([{ reason: "not_applied", job: 3 }]);
  });

  it("of a week of failed tries stays short", ({ expect }) => {
    let prospect = inFlight({ title: field("CTO") });
    const attempts: number[] = [];
    for (let i = 0; i < 340; i++) {
      const after = requeue(prospect, {
        ...NOT_TRIED,
        reason: "failed",
        countsAsAttempt: true,
        error: { ...error, at: NOW + i },
      });
      const next = dispatch(after.prospect, NOW, hash);
      for (const event of [...told(after), ...told(next)]) {
        attempts.push(event.kind === "given_back" ? event.attempts : -1);
      }
      prospect = next.prospect;
    }
    expect(attempts).toEqual([1, 2, 3, 4, 8, 16, 32, 64, 128, 256]);
  });

  it("tells a refusal with what it sets aside, also where later values take its place", ({
    expect,
  }) => {
    const before = inFlight({ title: field("CTO"), city: field("Oslo") });
    const newer = accept(before, { city: field("Rome", 5) }).after;
    expect(told(reject(newer, { ...error, status: 422 }, false))).toMatchObject([
      { kind: "refused", fields: ["title"], status: 422, code: "http503", detail: "Busy." },
    ]);
    const none = accept(before, { city: field("Rome", 5), title: field("CEO", 5) }).after;
    expect(told(reject(none, error, false))).toMatchObject([{ kind: "refused", fields: [] }]);
  });
});

describe("Outreach's words in a story", () => {
  it("are without anybody's values, and cut", ({ expect }) => {
    const before = accept(newProspect(7), { title: field("CEO", 1) }).after;
    const left = dispatch(before, NOW, hash);
    const detail = `CEO is taken by bob@example.org (555-0100). ${"x".repeat(900)}`;
    const [event] = told(reject(left.prospect, { ...error, detail }, false));
    const words = event?.kind === "refused" ? event.detail : null;
    expect(words).toMatch(/^… is taken by … \(…\)\. x+$/);
    expect(words).toHaveLength(160);
  });
});

describe("a story's text", () => {
  const events: readonly StoryEvent[] = [
    {
      kind: "accepted",
      at: NOW,
      destinationId: "dest_1",
      fields: ["title"],
      unchanged: [],
      overtaken: [],
      merged: false,
    },
    {
      kind: "replayed",
      at: NOW,
      destinationId: "dest_1",
      fields: [],
      unchanged: ["a"],
      overtaken: ["b", "c"],
      merged: true,
    },
    { kind: "sent", at: NOW + 1, fields: ["title"], job: 12 },
    { kind: "delivered", at: NOW + 2, fields: ["title"], job: null },
    { kind: "unchanged", at: NOW, fields: ["title"] },
    {
      kind: "given_back",
      at: NOW,
      job: 2,
      reason: "failed",
      until: NOW + 99,
      attempts: 4,
      status: 503,
      code: "http503",
      detail: "Busy. Come back.",
    },
    { kind: "refused", at: NOW, fields: ["title"], status: null, code: null, detail: null },
    { kind: "discarded", at: NOW, fields: ["title"] },
    { kind: "hurried", at: NOW, until: NOW + 20_000 },
    { kind: "forgotten", at: NOW },
  ];

  it("is read back as it was told, the newest first", ({ expect }) => {
    expect(readStory(tell(events))).toEqual(events.toReversed());
    expect(readStory("")).toEqual([]);
  });

  it("names ten attributes and says how many more there are", ({ expect }) => {
    const fields = Array.from({ length: 40 }, (_, i) => `custom${i + 1}`);
    const [event] = readStory(tell([{ kind: "unchanged", at: NOW, fields }]));
    expect(event).toMatchObject({ fields: [...fields.slice(0, 10), "+30"] });
  });

  it("passes over a line that was cut, and what it cannot read", ({ expect }) => {
    const text = tell(events).slice(0, -3);
    expect(readStory(text)).toHaveLength(events.length - 1);
    for (const line of ["", " ", "z 1", "a", "a ! dest_1", "g 1 - bored 1 0 - -", "h 1"]) {
      expect(readStory(`${line}\n`), line).toEqual([]);
    }
  });

  it("has room for twenty usual events, and shows no more", ({ expect }) => {
    const usual: StoryEvent = { kind: "delivered", at: NOW, fields: ["title", "custom4"], job: 1 };
    const text = tell(Array.from({ length: EVENTS_MAX + 5 }, () => usual));
    expect(readStory(text)).toHaveLength(EVENTS_MAX);
    expect(readStory(text.slice(0, STORY_MAX_CHARS))).toHaveLength(EVENTS_MAX);
  });
});
