import { describe, it } from "vitest";
import type { FieldValue } from "../../src/engine/model/prospect-update.ts";
import { DESTINATION, json, World } from "../support/world.ts";

const MINUTE = 60_000;

const failures = (world: World) =>
  world.core.failures(DESTINATION, { limit: 10, after: null }).failures;
const refusal = (detail: string, pointer = "/data") =>
  json(422, {
    errors: [{ id: "validationError", title: "Validation Error", detail, source: { pointer } }],
  });
const TAKEN = "Contacts email hash has already been taken.";

function attributesOf(body: string | undefined): Record<string, FieldValue> {
  const document = JSON.parse(body ?? "{}") as { data: { attributes: Record<string, FieldValue> } };
  return document.data.attributes;
}

/** Outreach refuses every PATCH that carries one of these attributes. */
async function refusing(names: readonly string[], answer: ReturnType<typeof json>) {
  const world = await World.connected();
  world.script = ({ method, body }) =>
    method === "PATCH" && names.some((name) => Object.hasOwn(attributesOf(body), name))
      ? answer
      : null;
  return world;
}

const runs = (world: World) => {
  const [run] = world.core.runs(DESTINATION, 1);
  return { accepted: run?.accepted, delivered: run?.delivered, failed: run?.failed };
};

describe("an attribute that Outreach refuses", () => {
  for (const [by, names, answer] of [
    ["words: an address is taken", ["emails"], refusal(TAKEN)],
    [
      "words: an address is excluded",
      ["emails"],
      refusal("Contact is using an excluded email address."),
    ],
    ["a pointer", ["emails"], refusal("Bad.", "/data/attributes/emails")],
    ["Rails' form", ["emails"], json(422, { errors: { emails: ["has already been taken"] } })],
  ] as const) {
    it(`is listed alone where it is accused by ${by}`, async ({ expect }) => {
      const world = await refusing(names, answer);
      world.accept(7, { emails: ["a@b.example"], custom4: "realized", title: "t" });
      await world.pass(MINUTE);
      expect(world.held.get(7)).toEqual({ custom4: "realized", title: "t" });
      expect(failures(world)).toMatchObject([{ prospectId: 7, fields: ["emails"] }]);
      world.accept(7, { emails: ["a@b.example"], custom4: "exited", title: "t" });
      await world.pass(MINUTE);
      expect(world.held.get(7)).toEqual({ custom4: "exited", title: "t" });
      expect(failures(world)).toMatchObject([{ fields: ["emails"] }]);
      expect(world.patches).toHaveLength(3);
      expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
      expect(runs(world)).toEqual({ accepted: 2, delivered: 2, failed: 0 });
    });
  }

  it("is tried with another value, and with the same one where a person replays it", async ({
    expect,
  }) => {
    const world = await refusing(["title"], refusal("Bad.", "/data/attributes/title"));
    world.accept(7, { title: "bad", custom4: "realized" });
    await world.pass(MINUTE);
    world.accept(7, { title: "bad", custom4: "exited" });
    await world.pass(MINUTE);
    expect(world.held.get(7)).toEqual({ custom4: "exited" });
    expect(world.patches.map(({ attributes }) => attributes)).toEqual([
      { title: "bad", custom4: "realized" },
      { custom4: "realized" },
      { custom4: "exited" },
    ]);
    world.script = () => null;
    await world.core.replay(DESTINATION, null);
    await world.pass(MINUTE);
    expect(world.held.get(7)).toEqual({ custom4: "exited", title: "bad" });
    world.accept(7, { title: "good" });
    await world.pass(MINUTE);
    expect(world.held.get(7)).toMatchObject({ title: "good" });
    expect(failures(world)).toEqual([]);
  });

  it("is a failure as a whole where it was all that was sent", async ({ expect }) => {
    const world = await refusing(["emails"], refusal(TAKEN));
    for (let i = 0; i < 3; i++) {
      world.accept(7, { emails: ["a@b.example"] });
      await world.pass(MINUTE);
    }
    expect(world.patches).toHaveLength(1);
    expect(failures(world)).toMatchObject([{ fields: ["emails"] }]);
    expect(world.core.status().backlog).toMatchObject({ pending: 0, inFlight: 0 });
  });
});

describe("a refusal that accuses no attribute", () => {
  it("does not cost an opt-out", async ({ expect }) => {
    const world = await refusing(["title"], refusal("Something is wrong."));
    world.accept(7, { title: "t", optedOut: true });
    await world.pass(MINUTE);
    expect(world.held.get(7)).toEqual({ optedOut: true });
    expect(failures(world)).toMatchObject([{ fields: ["title"] }]);
    expect(runs(world)).toEqual({ accepted: 1, delivered: 1, failed: 0 });
  });
});
