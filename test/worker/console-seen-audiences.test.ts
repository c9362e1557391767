import { describe, it } from "vitest";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { START, workerUnderTest } from "./worker-under-test.ts";

const SEEN = [
  { namespace: "ups", id: "mapped", name: null, profiles: 9_000, lastSeenAt: START },
  { namespace: "ups", id: "new", name: "Trial <b>", profiles: 1_234, lastSeenAt: START - 120_000 },
  { namespace: "aam", id: "77", name: null, profiles: 2, lastSeenAt: START },
];

async function withSeen() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.status.mockResolvedValue(CONNECTED);
  worker.user.seenAudiences.mockResolvedValue(SEEN);
  const { id } = await worker.addDestination({
    audiences: [{ namespace: "UPS", id: "mapped", mappingId: 1 }],
  });
  return { ...worker, ...browser, id, place: `/console/destinations/${id}/audiences` };
}

describe("audiences that were seen in the stream", () => {
  it("are listed by the API, without those that are mapped by now", async ({ expect }) => {
    const { call, id, user } = await withSeen();
    const { json } = await call(`/v1/destinations/${id}/audiences/seen`);
    expect(json).toEqual({
      audiences: [
        { ...SEEN[1], lastSeenAt: "2026-11-23T13:58:00.000Z" },
        { ...SEEN[2], lastSeenAt: "2026-11-23T14:00:00.000Z" },
      ],
    });
    expect((await call("/v1/destinations/dest_none/audiences/seen")).status).toBe(404);
    user.seenAudiences.mockRejectedValue(new Error("gone"));
    expect((await call(`/v1/destinations/${id}/audiences/seen`)).status).toBe(503);
  });

  it("are offered on the page, with what mapping them will do", async ({ expect }) => {
    const { get, place, user } = await withSeen();
    const page = await get(place);
    const text = textOf(page);
    expect(text).toContain("Once mapped, only later updates carry the status");
    expect(text).toContain("upsnew1,23423 Nov, 13:58 UTC (2 minutes ago)");
    expect(page.text).toContain("Trial &lt;b&gt;");
    expect(text).toContain("no name sent");
    user.seenAudiences.mockRejectedValue(new Error("gone"));
    expect(textOf(await get(place))).toContain("could not be asked just now");
    user.seenAudiences.mockResolvedValue([]);
    expect(textOf(await get(place))).toContain("None. Audiences that profiles bring");
  });

  it("become a row with a free Mapping ID, beside what was typed, and nothing is saved", async ({
    expect,
  }) => {
    const { post, get, call, id, place, user } = await withSeen();
    const { text: form } = await get(place);
    const revision = /name="revision" value="(\d+)"/.exec(form)?.[1] ?? "";
    const typed = {
      revision,
      "/audiences/0/id": "mapped",
      "/audiences/0/mappingId": "1",
      "/audiences/0/namespace": "UPS",
      "/audiences/2/id": "typed",
      "/audiences/2/mappingId": "2",
      "/statusValues/realized": "in",
      "/statusValues/exited": "out",
    };
    const added = await post(`${place}?add`, { ...typed, add: '["ups","new"]' });
    expect(added.status).toBe(200);
    expect(textOf(added)).toContain("A row is added");
    expect(added.text).toContain('name="/audiences/1/id" value="typed"');
    expect(added.text).toContain('name="/audiences/2/id" value="new"');
    expect(added.text).toContain('name="/audiences/2/name" value="Trial &lt;b&gt;"');
    // 1 and 2 are taken; 4 and 5 have labels at Outreach.
    expect(added.text).toContain('name="/audiences/2/mappingId" value="3"');
    expect(added.text).toContain('name="/statusValues/realized" value="in"');
    const twice = await post(`${place}?add`, {
      ...typed,
      "/audiences/2/id": "new",
      add: '["ups","new"]',
    });
    expect(twice.text).not.toContain('name="/audiences/2/id" value="new"');
    expect(textOf(twice)).toContain("The audience has a row already");
    const odd = await post(`${place}?add`, { ...typed, add: "none" });
    expect(odd.text).not.toContain('value="none"');
    expect(textOf(odd)).toContain("No row was added");
    expect(textOf(odd)).not.toContain("A row is added");
    user.seenAudiences.mockRejectedValueOnce(new Error("gone"));
    const away = await post(`${place}?add`, { ...typed, add: '["ups","new"]' });
    expect(textOf(away)).toContain("could not be asked just now. Try again");
    const { json } = await call(`/v1/destinations/${id}`);
    expect(json).toMatchObject({ audiences: [{ id: "mapped" }] });
  });

  it("travel with the profiles of a request", async ({ expect }) => {
    const { call, addDestination, user } = workerUnderTest();
    const { id, ingestToken } = await addDestination({ audiences: [{ id: "a", mappingId: 4 }] });
    const membership = { status: "realized", name: "Guests" };
    const body = [7, 8].map((prospect) => ({
      identityMap: { OutreachId: [{ id: String(prospect) }] },
      segmentMembership: { ups: { a: membership, b: membership } },
    }));
    await call(`/v1/destinations/${id}/profiles`, { token: ingestToken, body });
    expect(user.accept.mock.lastCall?.[0]).toMatchObject({
      seen: [{ namespace: "ups", id: "b", name: "Guests", profiles: 2 }],
    });
    const mapped = { ...body[0], segmentMembership: { ups: { a: membership } } };
    await call(`/v1/destinations/${id}/profiles`, { token: ingestToken, body: mapped });
    expect(user.accept.mock.lastCall?.[0]).not.toHaveProperty("seen");
  });
});
