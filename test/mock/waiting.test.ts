import { describe, it, onTestFinished, vi } from "vitest";
import { type MockOutreach, controlOf, createMockOutreach } from "../../mock-outreach/index.ts";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { settle } from "./support.ts";

const ORIGIN = "https://outreach.example";

/** A mock without real time, so that a timer is seen and never waited for. */
function patient(options: MockOutreachOptions = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const mock = createMockOutreach(options);
  return { mock, control: controlOf(mock.fetch) };
}

/** The answer will be 401, which is an answer. */
const call = (mock: MockOutreach, id: number) =>
  mock.fetch(new Request(`${ORIGIN}/api/v2/prospects/${id}`));

describe("waiting for calls", () => {
  it("ends as soon as so many have ended, and leaves no timer", async ({ expect }) => {
    const { mock, control } = patient();
    await call(mock, 7);
    let found: readonly number[] | null = null;
    const waiting = control
      .waitFor({ method: "get", prospect: 7 }, { count: 3 })
      .then((calls) => (found = calls.map(({ id }) => id)));
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    await call(mock, 8);
    await call(mock, 7);
    await settle();
    expect(found).toBeNull();
    await call(mock, 7);
    await waiting;
    expect(found).toEqual([1, 3, 4]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("answers at once where the calls have come already", async ({ expect }) => {
    const { mock, control } = patient();
    await call(mock, 7);
    expect(await control.waitFor({ prospect: 7, status: 401 })).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says which calls came when the time is over", async ({ expect }) => {
    const { mock, control } = patient();
    await call(mock, 7);
    const waiting = expect(
      control.waitFor({ prospect: 7 }, { count: 2, withinSeconds: 5 }),
    ).rejects.toThrow(
      'Waited for 2 calls of {"prospect":7}: 5 s are over, and 1 came:\n' +
        "  call 1 (GET /api/v2/prospects/7, 401)",
    );
    await settle();
    vi.advanceTimersByTime(5_000);
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("looks only at calls after the one that is named", async ({ expect }) => {
    const { mock, control } = patient();
    await call(mock, 7);
    const none = { withinSeconds: 0 };
    await expect(control.waitFor({ after: 1 }, none)).rejects.toThrow("0 came.");
    const waiting = control.waitFor({ after: 1 });
    await settle();
    await call(mock, 9);
    expect(await waiting).toMatchObject([{ id: 2 }]);
  });

  it("sees a call that is under way, which has not ended", async ({ expect }) => {
    const { mock, control } = patient();
    const { access_token: token } = await control.tokens();
    await control.faults.add({ effect: "hang" });
    const waiting = control.waitFor({ end: "open", user: 1 });
    await settle();
    const ended = expect(control.waitFor({}, { withinSeconds: 1 })).rejects.toThrow("0 came");
    const hanging = expect(
      mock.fetch(
        new Request(`${ORIGIN}/api/v2/prospects/7`, {
          headers: { authorization: `Bearer ${token}` },
        }),
      ),
    ).rejects.toThrow(TypeError);
    expect(await waiting).toMatchObject([{ end: "open", prospectIds: [7] }]);
    vi.advanceTimersByTime(1_000);
    await ended;
    mock.close();
    await hanging;
  });

  it("for calls that have begun does not miss those that are over already", async ({ expect }) => {
    const { mock, control } = patient();
    await call(mock, 7);
    const begun = { end: "open", prospect: 7 } as const;
    expect(await control.waitFor(begun)).toMatchObject([{ id: 1, end: "answered" }]);
    const waiting = control.waitFor(begun, { count: 2 });
    await settle();
    await call(mock, 7);
    expect(await waiting).toMatchObject([{ id: 1 }, { id: 2 }]);
    // Without a count it is a search: which calls are under way?
    expect(await control.requests(begun)).toEqual([]);
  });

  it("refuses to wait for more calls than the journal holds", async ({ expect }) => {
    const { control } = patient({ journalSize: 3 });
    await expect(control.waitFor({}, { count: 4 })).rejects.toThrow(
      "The journal holds the latest 3 calls: wait for no more, or start the mock with a larger `journalSize`.\n" +
        "  /count: must be at most 3",
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives all calls that it waited for, however many", async ({ expect }) => {
    const { mock, control } = patient({ journalSize: 20_000 });
    for (let i = 0; i < 10_001; i += 1) await call(mock, 7);
    expect(await control.waitFor({ prospect: 7 }, { count: 10_001 })).toHaveLength(10_001);
  });

  it("ends with a reset, and where its caller gives up", async ({ expect }) => {
    const { mock, control } = patient();
    const waiting = expect(control.waitFor({})).rejects.toThrow("a reset or a restored snapshot");
    await settle();
    await control.reset();
    await waiting;
    const controller = new AbortController();
    const request = new Request(`${ORIGIN}/__mock/requests?count=1&waitSeconds=9`, {
      signal: controller.signal,
    });
    const given = expect(mock.fetch(request)).rejects.toThrow("abort");
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    await given;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("refuses a time without a count", async ({ expect }) => {
    const { mock } = patient();
    const answer = await mock.fetch(new Request(`${ORIGIN}/__mock/requests?waitSeconds=3`));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: "/waitSeconds" }] });
  });
});
