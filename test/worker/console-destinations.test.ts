import { describe, it } from "vitest";
import { browserOf, textOf } from "./console-browser.ts";
import { CONNECTED } from "./fake-outreach-user.ts";
import { workerUnderTest } from "./worker-under-test.ts";

async function signedIn() {
  const worker = workerUnderTest();
  const browser = browserOf(worker);
  await browser.signIn();
  worker.user.glance.mockResolvedValue({ status: CONNECTED, failures: {} });
  return { ...worker, ...browser };
}

/** The values of a destination's inputs, as a browser would send them back. */
function fieldsOf(text: string): Record<string, string> {
  const inputs = [...text.matchAll(/<input [^>]*name="([^"]+)"[^>]*>/g)];
  return Object.fromEntries(
    inputs.map(([input, name = ""]) => [name, /value="([^"]*)"/.exec(input)?.[1] ?? ""]),
  );
}

describe("a destination in the console", () => {
  it("is created with secrets that are shown once", async ({ expect }) => {
    const { get, post, call, addOutreachUser } = await signedIn();
    const { id: outreachUserId } = await addOutreachUser();
    expect((await get("/console/destinations/new")).text).toContain(outreachUserId);
    const created = await post("/console/destinations", {
      "/name": "Spring",
      "/description": "",
      "/outreachUserId": outreachUserId,
    });
    expect(created.status).toBe(201);
    const [ingestToken = ""] = /oe_ingest_[\w-]{43}/.exec(created.text) ?? [];
    const [clientSecret = ""] = /oe_secret_[\w-]{43}/.exec(created.text) ?? [];
    const [id = ""] = /dest_[\w-]{20}/.exec(created.text) ?? [];
    const profile = { identityMap: { OutreachId: [{ id: "7" }] } };
    const path = `/v1/destinations/${id}/profiles`;
    expect((await call(path, { body: profile, token: ingestToken })).status).toBe(202);
    for (const place of ["", "/setup", "/mapping"]) {
      const page = await get(`/console/destinations/${id}${place}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain(ingestToken);
      expect(page.text).not.toContain(clientSecret);
    }
  });

  it("is not created with mistakes; what was typed stays", async ({ expect }) => {
    const { post, addOutreachUser } = await signedIn();
    await addOutreachUser();
    const page = await post("/console/destinations", {
      "/name": "",
      "/description": "For <spring>",
      "/outreachUserId": "ou_none",
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain("For &lt;spring&gt;</textarea>");
    expect(textOf(page)).toContain("Must not be empty.");
  });

  it("can be made for any Outreach user, also where not all are listed", async ({ expect }) => {
    const { get, clock, addOutreachUser } = await signedIn();
    for (let index = 0; index < 101; index += 1) await addOutreachUser(`User ${index}`);
    clock.now += 1;
    const { id } = await addOutreachUser("Late one");
    const page = await get(`/console/destinations/new?outreach-user=${id}`);
    expect(page.text).toContain(`<option value="${id}" selected="">Late one</option>`);
    expect(textOf(page)).toContain("Not all Outreach users are listed.");
    const catalog = textOf(await get("/console/catalog"));
    expect(catalog).toContain("These are the first 100. Find others on the overview.");
  });

  it("is told how its updates travel and what part of the calls it has", async ({ expect }) => {
    const { get, post, call, addDestination } = await signedIn();
    const { id } = await addDestination();
    const place = `/console/destinations/${id}`;
    const typed = { revision: "1", "/name": "Summer", "/delivery": "patch" };
    const refused = await post(place, { ...typed, "/weight": "a lot" });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('value="a lot"');
    expect((await post(place, { ...typed, "/weight": "3" })).status).toBe(303);
    const { json } = await call(`/v1/destinations/${id}`);
    expect(json).toMatchObject({ delivery: "patch", weight: 3 });
    const page = await get(place);
    expect(page.text).toMatch(/value="patch" selected/);
    expect(page.text).toMatch(/name="\/weight"[^>]*value="3"/);
  });

  it("is changed, rotated and deleted", async ({ expect }) => {
    const { get, post, call, user, addDestination } = await signedIn();
    const { id, ingestToken } = await addDestination();
    const place = `/console/destinations/${id}`;
    const changed = await post(place, { revision: "1", "/name": "Summer", "/description": "" });
    expect(changed.headers.get("Location")).toBe(place);
    const { json } = await call(`/v1/destinations/${id}`);
    expect(json).toMatchObject({ name: "Summer", enabled: false });
    expect(textOf(await get(place))).toContain("Saved");
    const { text } = await get(place);
    expect(text).not.toContain("Saved");
    expect(text).toMatch(/<button data-confirm="[^"]+">Rotate/);
    expect(text).toMatch(/<option value="0" data-confirm="[^"]+at once\?[^"]+">/);
    const rotated = await post(`${place}/credentials/rotate`, {
      which: "ingestToken",
      keepPreviousHours: "0",
    });
    expect(rotated.text).toMatch(/oe_ingest_[\w-]{43}/);
    expect(rotated.text).not.toContain(ingestToken);
    expect(rotated.text).not.toContain("oe_secret_");
    expect(textOf(rotated)).toContain("The ones before are not valid any more.");
    expect((await post(`${place}/delete`, {})).status).toBe(303);
    expect(user.forgetDestination).toHaveBeenCalledExactlyOnceWith(id);
    expect((await get(place)).status).toBe(404);
  });

  it("says on each of its pages what stops its Outreach user, and leads there", async ({
    expect,
  }) => {
    const { get, user, addDestination } = await signedIn();
    const { id, outreachUserId } = await addDestination();
    const paused = { reason: "paused", until: null } as const;
    user.glance.mockResolvedValue({ status: { ...CONNECTED, paused }, failures: {} });
    const tabs = ["", "/setup", "/mapping", "/audiences", "/runs", "/failures", "/alerts"];
    for (const tab of tabs) {
      const { text } = await get(`/console/destinations/${id}${tab}`);
      expect(text).toContain('<span class="badge warn">Paused</span>');
      expect(text).toContain(`href="/console/outreach-users/${outreachUserId}/live"`);
      expect(text).not.toContain('<span class="badge good">On</span>');
    }
    user.status.mockResolvedValue({ ...CONNECTED, paused });
    expect((await get("/console")).text).toContain('<span class="badge warn">Paused</span>');
    const live = await get(`/console/outreach-users/${outreachUserId}/live`);
    expect(live.text).not.toContain('<span class="badge good">Connected</span>');
    expect(live.text).toContain('<div class="notice warn"');
  });

  it("is not overwritten by a form that is out of date", async ({ expect }) => {
    const { post, call, addDestination } = await signedIn();
    const { id } = await addDestination({ name: "Spring" });
    const place = `/console/destinations/${id}`;
    await post(place, { revision: "1", "/name": "Summer", "/description": "" });
    const late = await post(place, { revision: "1", "/name": "Autumn", "/description": "" });
    expect(late.status).toBe(422);
    expect(late.text).toContain('value="Autumn"');
    expect(textOf(late)).toContain("Somebody else changed this destination");
    expect(late.text).toContain('name="revision" value="2"');
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({ name: "Summer" });
  });
});

describe("the mapping in the console", () => {
  it("offers every writable attribute with its type, length and label", async ({ expect }) => {
    const { get, addDestination } = await signedIn();
    const { id } = await addDestination({
      mappings: [{ source: "person.name.firstName", target: "custom4" }],
    });
    const { text } = await get(`/console/destinations/${id}/mapping`);
    expect(text).toContain(
      '<option value="firstName" label="text, up to 255 characters"></option>',
    );
    expect(text).toContain(
      'value="custom4" label="Spring webinar · text, up to 32,000 characters"',
    );
    expect(text).toContain('value="emails" label="email array"');
    expect(text).not.toContain('value="createdAt"');
    expect(text).toContain('name="/mappings/0/source"');
    expect(text).toContain('value="person.name.firstName"');
    expect(text).toContain("PATCH /api/v2/prospects/1");
  });

  it("is saved without the rows that are empty", async ({ expect }) => {
    const { get, post, call, addDestination } = await signedIn();
    const { id } = await addDestination();
    const place = `/console/destinations/${id}/mapping`;
    const saved = await post(place, {
      ...fieldsOf((await get(place)).text),
      "/identity/source": "_acme.outreachId",
      "/mappings/3/source": "person.name.lastName",
      "/mappings/3/target": "lastName",
      "/mappings/3/whenRemoved": "ignore",
      "/mappings/12/source": "workEmail.address",
      "/mappings/12/target": "emails",
      "/mappings/12/whenRemoved": "clear",
    });
    expect(saved.headers.get("Location")).toBe(place);
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({
      identity: { source: "_acme.outreachId" },
      mappings: [
        { source: "person.name.lastName", target: "lastName", whenRemoved: "ignore" },
        { source: "workEmail.address", target: "emails", whenRemoved: "clear" },
      ],
    });
  });

  it("keeps all rows where one is wrong, and says what at the row", async ({ expect }) => {
    const { post, call, addDestination } = await signedIn();
    const { id } = await addDestination();
    const page = await post(`/console/destinations/${id}/mapping`, {
      revision: "1",
      "/mappings/1/source": "person.name.firstName",
      "/mappings/1/target": "firstNam",
      "/mappings/1/whenRemoved": "clear",
      "/mappings/4/source": "a..b",
      "/mappings/4/target": "",
      "/mappings/4/whenRemoved": "clear",
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="firstNam"');
    expect(page.text).toContain('value="a..b"');
    expect(page.text).toMatch(/id="field-mappings-1-target-error">Must not be empty/);
    const both = await post(`/console/destinations/${id}/mapping`, {
      revision: "1",
      "/mappings/1/source": "person.name.firstName",
      "/mappings/1/target": "firstNam",
      "/mappings/1/whenRemoved": "clear",
    });
    expect(both.text).toMatch(/id="field-mappings-0-target-error">Outreach&#39;s prospect has no/);
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({ mappings: [] });
  });

  it("shows what a sample would do, with problems at their rows", async ({ expect }) => {
    const { post, addDestination } = await signedIn();
    const { id } = await addDestination();
    const settings = {
      "/mappings/0/source": "person.name.firstName",
      "/mappings/0/target": "firstName",
      "/mappings/0/whenRemoved": "clear",
      "/mappings/1/source": "_acme.points",
      "/mappings/1/target": "score",
      "/mappings/1/whenRemoved": "clear",
      "/mappings/2/source": "_acme.none",
      "/mappings/2/target": "title",
      "/mappings/2/whenRemoved": "clear",
    };
    const tryOut = (profile: unknown, more = {}) =>
      post(`/console/destinations/${id}/preview`, {
        ...settings,
        ...more,
        sample: JSON.stringify(profile),
      });
    const identityMap = { OutreachId: [{ id: "7" }] };
    const person = { name: { firstName: "Ada" } };
    const good = await tryOut({ identityMap, person, _acme: { points: 3 } });
    expect(good.text).toContain("PATCH /api/v2/prospects/7");
    expect(good.text).toContain("&quot;firstName&quot;: &quot;Ada&quot;");
    expect(good.text).toMatch(/data-of-row="\/mappings\/2\/source">The sample has no value here/);
    const bad = await tryOut({ identityMap, person, _acme: { points: "many" } });
    expect(bad.text).toContain('data-of-row="/mappings/1/source"');
    expect(textOf(bad)).toContain("This would be left out");
    expect(bad.text).toContain("PATCH /api/v2/prospects/7");
    expect((await tryOut({ person })).text).toContain('data-of-row="/identity/source"');
    const wrong = await tryOut({ identityMap }, { "/mappings/0/target": "createdAt" });
    expect(wrong.text).toContain('data-of-row="/mappings/0/target"');
    const broken = await post(`/console/destinations/${id}/preview`, { ...settings, sample: "{" });
    expect(broken.text).toContain("The body is no JSON");
  });
});

describe("audiences in the console", () => {
  it("are saved with their Mapping IDs; those that are taken are marked", async ({ expect }) => {
    const { get, post, call, addDestination } = await signedIn();
    const { id, outreachUserId } = await addDestination({
      audiences: [{ id: "a", mappingId: 4, name: "Webinar" }],
      mappings: [{ source: "x", target: "custom9" }],
    });
    await addDestination({
      name: "Other",
      outreachUserId,
      audiences: [{ id: "b", mappingId: 5 }],
    });
    const place = `/console/destinations/${id}/audiences`;
    const { text } = await get(place);
    expect(text).toContain('value="4" label="Spring webinar · taken by Webinar"');
    expect(text).toContain('value="5" label="Newsletter · taken by b of Other"');
    expect(text).toContain('value="9" label="no label · taken by x"');
    expect(text).toContain('value="150" label="no label"');
    expect(text).not.toContain('value="151"');
    const saved = await post(place, {
      ...fieldsOf(text),
      "/audiences/1/id": "c",
      "/audiences/1/mappingId": " 6 ",
      "/audiences/1/namespace": "",
      "/statusValues/exited": "left",
    });
    expect(saved.status).toBe(303);
    expect((await call(`/v1/destinations/${id}`)).json).toMatchObject({
      audiences: [
        { namespace: "ups", id: "a", mappingId: 4, name: "Webinar" },
        { namespace: "ups", id: "c", mappingId: 6 },
      ],
      statusValues: { realized: "realized", exited: "left" },
    });
  });

  it("do not get Mapping IDs that come with profiles of any destination", async ({ expect }) => {
    const { get, user, addDestination } = await signedIn();
    const { id, outreachUserId } = await addDestination({
      audiences: [{ id: "a", mappingId: 4 }],
    });
    const other = await addDestination({ name: "Other", outreachUserId });
    const counts = { namespace: "ups", members: 1, exited: 0, pending: 0, failed: 0 };
    user.audiences.mockImplementation(async (destinationId) =>
      destinationId === other.id
        ? [{ ...counts, id: "b", mappingId: 7 }]
        : [
            { ...counts, id: "a", mappingId: 4 },
            { ...counts, id: "c", mappingId: 9 },
          ],
    );
    const place = `/console/destinations/${id}/audiences`;
    const { text } = await get(place);
    expect(text).toContain('value="4" label="Spring webinar · taken by a"');
    expect(text).toContain('value="7" label="no label · taken by b, comes with profiles of Other"');
    expect(text).toContain('value="9" label="no label · taken by c, comes with profiles"');
    user.audiences.mockRejectedValue(new Error("gone"));
    expect(textOf(await get(place))).toContain("Not all could be asked just now");
  });

  it("with a Mapping ID that cannot be stay in the form", async ({ expect }) => {
    const { post, addDestination } = await signedIn();
    const { id } = await addDestination();
    const page = await post(`/console/destinations/${id}/audiences`, {
      revision: "1",
      "/audiences/0/id": "a",
      "/audiences/0/mappingId": "151",
      "/audiences/1/id": "b",
      "/audiences/1/mappingId": "four",
    });
    expect(page.status).toBe(422);
    expect(page.text).toMatch(/id="field-audiences-0-mappingId-error">Must be at most 150/);
    expect(page.text).toMatch(/id="field-audiences-1-mappingId-error">Must be a/);
    expect(page.text).toContain('value="four"');
  });
});
