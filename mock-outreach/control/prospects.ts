/**
 * `POST /__mock/prospects`: what a test wants to find in place, without a call, a budget or a mark of a change.
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { ApiError } from "../api/errors.ts";
import { checkProspectWrite } from "../api/prospect-write.ts";
import type { MockEnv } from "../context.ts";
import { PROSPECT } from "../model/kinds/prospect.ts";
import type { ResourceWrite } from "../model/records.ts";
import type { World } from "../world.ts";
import { problem, readJson } from "./problem.ts";
import { prospectView } from "./state.ts";

export const prospectInput = z.strictObject({
  id: z.int().min(1).optional().describe("Left out, a new one is made"),
  attributes: z.record(z.string(), z.unknown()).default({}),
  references: z
    .record(z.string(), z.int().min(1).nullable())
    .default({})
    .describe(
      "Ids by relationship, as the state tells them: `owner`, `stage`, `account`, `persona`",
    ),
});

export const prospectsInput = z.strictObject({
  prospects: z.array(prospectInput).min(1).max(10_000),
});

type ProspectInput = z.output<typeof prospectInput>;

export const prospectRoutes = new Hono<MockEnv>();

/** All of them, or none. */
prospectRoutes.post("/prospects", async (c) => {
  const read = await readJson(c, prospectsInput);
  if (!read.ok) return read.response;
  const { world } = c.var;
  const soFar = new Arrangement(world, read.input.prospects);
  for (const [place, input] of read.input.prospects.entries()) {
    const errors = soFar.add(input, place);
    if (errors.length > 0) return refuse(c, place, errors);
  }
  const by = { at: world.clock.now(), userId: 1 };
  const arranged = soFar.writes.flatMap(
    ({ id, write }) => world.prospects.arrange(id, write, by) ?? [],
  );
  return c.json({ prospects: arranged.map(prospectView) }, 201);
});

type Mistake = Pick<ApiError, "detail" | "pointer">;

/** The prospects of one call as far as they are checked: each has to fit those before it, and not the world as it was. */
class Arrangement {
  readonly writes: { readonly id: number | null; readonly write: ResourceWrite }[] = [];
  readonly #world: World;
  /** The place of each prospect that was there, by its id. */
  readonly #places = new Map<number, number>();
  /** The place of each address that the call gives. */
  readonly #given = new Map<string, number>();
  /** Addresses of prospects to which the call gives others. */
  readonly #free: ReadonlySet<string>;

  constructor(world: World, prospects: readonly ProspectInput[]) {
    this.#world = world;
    const readdressed = prospects.filter(({ attributes }) => "emails" in attributes);
    this.#free = new Set(
      readdressed.flatMap(({ id }) => emailsOf(world.prospects.get(id ?? 0)?.attributes ?? {})),
    );
  }

  /** Adds the prospect at a place of the call. @returns what is wrong with it; nothing where it was added */
  add({ id, attributes, references }: ProspectInput, place: number): readonly Mistake[] {
    const target = id === undefined ? null : (this.#world.prospects.get(id) ?? null);
    if (id !== undefined && !target) {
      const detail = `There is no prospect ${id}; leave the id out to make a new one.`;
      return [{ detail, pointer: "/data/id" }];
    }
    const earlier = id === undefined ? undefined : this.#places.get(id);
    if (earlier !== undefined) {
      const detail = `Prospect ${id} is at /prospects/${earlier} already; name each prospect once.`;
      return [{ detail, pointer: "/data/id" }];
    }
    const relationships = Object.entries(references).map(([name, to]): [string, object] => [
      name,
      referTo(name, to),
    ]);
    const data = { attributes, relationships: Object.fromEntries(relationships) };
    // A slip of the test's own is told, whatever Outreach is to do with one of its callers.
    const checked = checkProspectWrite(this.#world, data, target, {
      unknown: "reject",
      ownerOf: (email) =>
        this.#free.has(email) ? undefined : this.#world.prospects.ownerOf(email),
    });
    if (!checked.ok) return checked.errors;
    const emails = emailsOf(checked.write.attributes);
    const taken = emails.find((email) => this.#given.has(email));
    if (taken !== undefined) {
      const detail = `The prospect at /prospects/${this.#given.get(taken)} has the same e-mail address.`;
      return [{ detail, pointer: "/data/attributes/emails" }];
    }
    for (const email of emails) this.#given.set(email, place);
    if (id !== undefined) this.#places.set(id, place);
    this.writes.push({ id: id ?? null, write: checked.write });
    return [];
  }
}

/** As the API has it. */
function referTo(name: string, id: number | null): object {
  const relationship = PROSPECT.relationships.find((known) => known.name === name);
  const type = relationship?.many === false ? relationship.type : null;
  return { data: id === null ? null : { type, id } };
}

function emailsOf({ emails }: ResourceWrite["attributes"]): readonly string[] {
  return Array.isArray(emails) ? emails.map((email) => String(email).toLowerCase()) : [];
}

function refuse(c: Context<MockEnv>, place: number, errors: readonly Mistake[]): Response {
  const mistakes = errors.map(({ detail, pointer = "" }) => ({
    pointer: `/prospects/${place}${pointer.replace(/^\/data/, "").replace(/^\/relationships/, "/references")}`,
    detail,
  }));
  const detail = "Nothing was changed; change what `errors` lists and send all of it again.";
  return problem(c, 422, "Invalid request", detail, mistakes);
}
