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

interface Arrangement {
  readonly id: number | null;
  readonly write: ResourceWrite;
}

export const prospectRoutes = new Hono<MockEnv>();

/** All of them, or none. */
prospectRoutes.post("/prospects", async (c) => {
  const read = await readJson(c, prospectsInput);
  if (!read.ok) return read.response;
  const { world } = c.var;
  const arrangements: Arrangement[] = [];
  for (const [place, input] of read.input.prospects.entries()) {
    const checked = check(world, input, arrangements);
    if (!checked.ok) return refuse(c, place, checked.errors);
    arrangements.push({ id: input.id ?? null, write: checked.write });
  }
  const by = { at: world.clock.now(), userId: 1 };
  const arranged = arrangements.flatMap(
    ({ id, write }) => world.prospects.arrange(id, write, by) ?? [],
  );
  return c.json({ prospects: arranged.map(prospectView) }, 201);
});

type Checked =
  | { readonly ok: true; readonly write: ResourceWrite }
  | { readonly ok: false; readonly errors: readonly Pick<ApiError, "detail" | "pointer">[] };

/** What a call would be checked for. @param before those that are set up with it, whose addresses are taken too */
function check(
  world: World,
  { id, attributes, references }: ProspectInput,
  before: readonly Arrangement[],
): Checked {
  const target = id === undefined ? null : (world.prospects.get(id) ?? null);
  if (id !== undefined && !target) {
    const detail = `There is no prospect ${id}; leave the id out to make a new one.`;
    return { ok: false, errors: [{ detail, pointer: "/data/id" }] };
  }
  const relationships = Object.entries(references).map(([name, to]): [string, object] => [
    name,
    referTo(name, to),
  ]);
  const data = { attributes, relationships: Object.fromEntries(relationships) };
  const checked = checkProspectWrite(world, data, target);
  if (!checked.ok) return checked;
  const emails = new Set(emailsOf(checked.write));
  const twice = before.some(({ write }) => emailsOf(write).some((email) => emails.has(email)));
  if (!twice) return checked;
  const detail = "Another prospect of this call has the same e-mail address.";
  return { ok: false, errors: [{ detail, pointer: "/data/attributes/emails" }] };
}

/** As the API has it. */
function referTo(name: string, id: number | null): object {
  const relationship = PROSPECT.relationships.find((known) => known.name === name);
  const type = relationship?.many === false ? relationship.type : null;
  return { data: id === null ? null : { type, id } };
}

function emailsOf({ attributes: { emails } }: ResourceWrite): readonly string[] {
  return Array.isArray(emails) ? emails.map((email) => String(email).toLowerCase()) : [];
}

function refuse(
  c: Context<MockEnv>,
  place: number,
  errors: readonly Pick<ApiError, "detail" | "pointer">[],
): Response {
  const mistakes = errors.map(({ detail, pointer = "" }) => ({
    pointer: `/prospects/${place}${pointer.replace(/^\/data/, "").replace(/^\/relationships/, "/references")}`,
    detail,
  }));
  const detail = "Nothing was changed; change what `errors` lists and send all of it again.";
  return problem(c, 422, "Invalid request", detail, mistakes);
}
