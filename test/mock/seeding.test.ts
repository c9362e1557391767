/** `POST /__mock/prospects`: prospects as a test wants to find them. */
import { describe, it } from "vitest";
import { controlOf, createMockOutreach } from "../../mock-outreach/index.ts";
import { ORIGIN, patchOf, START, testMock, type TestMock } from "./support.ts";

const seed = (mock: TestMock, ...prospects: readonly object[]) =>
  mock.fetch("/__mock/prospects", { method: "POST", body: JSON.stringify({ prospects }) });
const find = async (mock: TestMock, query: string) => {
  const answer = await mock.api("GET", `/prospects?${query}`);
  return ((await answer.json()) as { data: { id: number }[] }).data.map(({ id }) => id);
};

describe("a prospect that a test sets up", () => {
  it("has always been so: no call, no budget, no write, no change", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    const updatedAt = (await mock.prospect(7)).attributes["updatedAt"];
    const attributes = { custom4: "realized", emails: ["New@example.com"], title: null };
    const answer = await seed(mock, { id: 7, attributes, references: { owner: 2, stage: null } });
    expect(answer.status).toBe(201);
    const prospect = await mock.prospect(7);
    expect(prospect).toMatchObject({ writes: 0, changes: {}, references: { owner: 2 } });
    expect(prospect.attributes).toMatchObject({ custom4: "realized", updatedAt });
    expect(prospect.attributes["title"]).toBeUndefined();
    expect(prospect.references["stage"]).toBeUndefined();
    expect(await mock.state("?prospects=changed")).toMatchObject({
      prospectCount: 20,
      changedCount: 0,
      prospects: [],
      calls: { total: 0 },
    });
    expect(await find(mock, "filter[emails]=new@example.com")).toEqual([7]);
    await mock.api("PATCH", "/prospects/7", patchOf(7, { custom4: "exited" }));
    expect(await mock.state("?prospects=changed")).toMatchObject({
      changedCount: 1,
      prospects: [{ id: 7, writes: 1, changes: { custom4: { before: "realized" } } }],
    });
  });

  it("can be a new one, or one that calls have written to", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    await mock.api("PATCH", "/prospects/7", patchOf(7, { custom4: "x", custom5: "y" }));
    await seed(mock, { attributes: { firstName: "Ida" } }, { id: 7, attributes: { custom4: "z" } });
    expect(await mock.prospect(21)).toMatchObject({
      writes: 0,
      attributes: { firstName: "Ida", createdAt: "2026-11-23T10:00:00.000Z" },
    });
    const { writes, changes, attributes } = await mock.prospect(7);
    expect([writes, Object.keys(changes), attributes["custom4"]]).toEqual([1, ["custom5"], "z"]);
    expect(await mock.state("?prospects=none")).toMatchObject({
      prospectCount: 21,
      changedCount: 1,
    });
    await mock.api("DELETE", "/prospects/21");
    expect(await mock.state("?prospects=none")).toMatchObject({
      prospectCount: 20,
      changedCount: 1,
    });
  });

  it("is kept by snapshots and files", async ({ expect }) => {
    const mock = createMockOutreach({ seed: 20, now: () => START });
    const control = controlOf(mock.fetch);
    await control.seed([{ id: 7, attributes: { custom4: "realized" } }]);
    await control.snapshot("set up");
    expect((await control.snapshots.list())[0]).toMatchObject({ changedCount: 0 });
    const loaded = controlOf(createMockOutreach({ load: mock.save(), now: () => START }).fetch);
    await control.reset();
    await control.restore("set up");
    for (const one of [control, loaded]) {
      expect((await one.prospect(7)).attributes["custom4"]).toBe("realized");
      expect((await one.state()).changedCount).toBe(0);
    }
  });

  it("can take over the address of another one of the same call", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    const [seven, eight] = [await mock.prospect(7), await mock.prospect(8)];
    const emailsOf = async (id: number) => (await mock.prospect(id)).attributes["emails"];
    const give = (id: number, emails: unknown) => ({ id, attributes: { emails } });
    const swapped = await seed(
      mock,
      give(7, eight.attributes["emails"]),
      give(8, seven.attributes["emails"]),
    );
    expect(swapped.status).toBe(201);
    expect(await emailsOf(7)).toEqual(eight.attributes["emails"]);
    expect(await emailsOf(8)).toEqual(seven.attributes["emails"]);
    expect((await seed(mock, give(7, []), give(9, await emailsOf(7)))).status).toBe(201);
    const [email] = eight.attributes["emails"] as string[];
    expect(await find(mock, `filter[emails]=${email}`)).toEqual([9]);
    // What the call leaves alone stays taken.
    const taken = await seed(mock, { id: 9, attributes: { title: "x" } }, give(10, [email]));
    expect(await taken.json()).toMatchObject({
      errors: [{ pointer: "/prospects/1", detail: "Contacts email hash has already been taken." }],
    });
  });

  it("is named once in a call", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    const emails = ["a@example.com"];
    const twice = await seed(
      mock,
      { id: 7, attributes: { emails } },
      { id: 7, attributes: { emails } },
    );
    expect(await twice.json()).toMatchObject({
      errors: [
        {
          pointer: "/prospects/1/id",
          detail: "Prospect 7 is at /prospects/0 already; name each prospect once.",
        },
      ],
    });
  });

  it("is checked for slips also where callers' are ignored", async ({ expect }) => {
    const mock = testMock({ seed: 20, unknownAttributes: "ignore" });
    const answer = await seed(mock, { id: 7, attributes: { custum4: "x" } });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      errors: [{ pointer: "/prospects/0/attributes/custum4" }],
    });
    expect((await mock.api("PATCH", "/prospects/7", patchOf(7, { custum4: "x" }))).status).toBe(
      200,
    );
  });

  it("is checked as a call is; where one is wrong, none is changed", async ({ expect }) => {
    const mock = testMock({ seed: 20 });
    const good = { id: 1, attributes: { custom4: "x" } };
    const mistakes: [object, string][] = [
      [{ id: 99 }, "/prospects/1/id"],
      [{ id: 2, attributes: { nothing: 1 } }, "/prospects/1/attributes/nothing"],
      [{ id: 2, attributes: { createdAt: null } }, "/prospects/1/attributes/createdAt"],
      [{ id: 2, attributes: { custom4: "x".repeat(32_001) } }, "/prospects/1"],
      [{ id: 2, references: { owner: 99 } }, "/prospects/1/references/owner"],
      [{ id: 2, references: { tasks: 1 } }, "/prospects/1/references/tasks"],
      [{ id: 2, custom4: "x" }, "/prospects/1"],
    ];
    for (const [mistake, pointer] of mistakes) {
      const answer = await seed(mock, good, mistake);
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
    }
    const emails = ["a@example.com"];
    const twice = await seed(mock, { attributes: { emails } }, { id: 2, attributes: { emails } });
    expect(await twice.json()).toMatchObject({
      errors: [{ pointer: "/prospects/1/attributes/emails" }],
    });
    expect((await mock.prospect(1)).attributes["custom4"]).toBeUndefined();
    expect((await mock.state("?prospects=none")).prospectCount).toBe(20);
    const request = new Request(`${ORIGIN}/__mock/prospects`, { method: "POST" });
    expect((await createMockOutreach().fetch(request)).status).toBe(422);
  });
});
