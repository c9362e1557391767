/**
 * A whole world written down: what a snapshot holds and a file of `--save`. Times are epoch milliseconds of the mock's
 * clock. Seeded prospects that nobody wrote to are not in it: they are invented again.
 * @module
 */
import { z } from "zod";
import { faultRule } from "../faults/rules.ts";
import { ACCOUNT } from "../model/kinds/account.ts";
import { PROSPECT } from "../model/kinds/prospect.ts";
import { attributeValue } from "../model/records.ts";
import { settingsSchema } from "../settings.ts";
import { savedJobs } from "./jobs-format.ts";

/** Goes up with every change that an older file does not fit. */
const VERSION = 3;

const id = z.int().min(1);
const count = z.int().min(0);
const time = z.number();

/** Where a stream of chance is. */
const random = z.tuple([z.int32(), z.int32(), z.int32(), z.int32()]).readonly();

const record = {
  id,
  attributes: z.record(z.string(), attributeValue).readonly(),
  references: z.record(z.string(), id).readonly(),
};
const change = z.strictObject({ at: time, callId: id, before: attributeValue });
const prospect = z.strictObject({
  ...record,
  writes: count,
  changes: z.record(z.string(), change.readonly()).readonly(),
});
const recordSet = z.strictObject({ lastId: count, records: z.array(z.strictObject(record)) });

const grant = {
  userId: id,
  clientId: z.string(),
  scopes: z.array(z.string()).readonly(),
  expiresAt: time,
};
const token = z.strictObject({ ...grant, id, issuedAt: time });
const byText = <T extends z.ZodType>(value: T) => z.array(z.tuple([z.string(), value]));

const call = z.strictObject({
  id,
  at: time,
  method: z.string(),
  path: z.string(),
  query: z.string(),
  prospectIds: z.array(id).readonly(),
  requestBody: z.string().nullable(),
  userId: id.nullable(),
  end: z.enum(["open", "answered", "connection_lost"]),
  status: z.int().nullable(),
  durationMs: z.number().nullable(),
  rateRemaining: z.string().nullable(),
  errorBody: z.string().nullable(),
  faultIds: z.array(z.string()),
});

const window = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed"), endsAt: time, used: count }),
  z.strictObject({ kind: z.literal("sliding"), calls: z.array(time) }),
]);
const windowRecord = z.strictObject({
  startsAt: time,
  endsAt: time,
  calls: z.int(),
  others: count,
  refused: count,
});

const world = z.strictObject({
  format: z.literal("mock-outreach"),
  version: z.literal(VERSION),
  savedAt: time,
  clockOffsetMs: z.number().min(0),
  generation: count,
  settings: settingsSchema,
  prospects: z
    .strictObject({ written: z.array(prospect), removed: z.array(id), lastId: count })
    .refine(
      ({ written, removed, lastId }) =>
        removed.length <= lastId && written.every(({ id: n }) => n <= lastId),
      { error: "a prospect's id is above lastId" },
    ),
  accounts: recordSet,
  stages: recordSet,
  personas: recordSet,
  labels: z.array(z.tuple([id, z.string()])),
  jobs: savedJobs,
  tokens: z.strictObject({
    codes: byText(z.strictObject({ ...grant, redirectUri: z.string() })),
    access: byText(token),
    refresh: byText(token),
    mintedAt: z.array(z.tuple([z.string(), time])),
    lastId: count,
    minted: count,
    throttled: count,
  }),
  budgets: z.array(
    z.tuple([
      id,
      z.strictObject({
        window,
        records: z.array(windowRecord).max(1_000),
        othersUntil: time.nullable(),
      }),
    ]),
  ),
  latencyRandom: random,
  faults: z.strictObject({
    rules: z.array(
      z.strictObject({
        id: z.string(),
        rule: faultRule,
        matched: count,
        struck: count,
        endsAt: time.nullable(),
      }),
    ),
    lastNumber: count,
    random,
  }),
  journal: z
    .strictObject({ lastId: count, calls: z.array(call) })
    .refine(
      ({ lastId, calls }) => calls.every(({ id: n }, i) => n === lastId - calls.length + 1 + i),
      {
        error: "the calls' numbers must follow one another up to lastId",
      },
    ),
  tally: z.strictObject({
    ended: z.array(z.tuple([z.string(), count])),
    overlaps: z.array(
      z.strictObject({ prospectId: id, at: time, callIds: z.array(id).readonly() }),
    ),
    overlapCount: count,
    total: count,
    refusedByLimit: count,
    openMax: count,
    openPerProspectMax: count,
  }),
});

/** Whoever a record refers to has to be one of the users; accounts, stages and personas may have been deleted. */
const savedWorld = world.superRefine(({ settings, prospects, accounts }, context) => {
  const sets = [
    { kind: PROSPECT, records: prospects.written, at: ["prospects", "written"] },
    { kind: ACCOUNT, records: accounts.records, at: ["accounts", "records"] },
  ];
  for (const { kind, records, at } of sets) {
    const toUsers = kind.relationships.filter((one) => !one.many && one.type === "user");
    for (const [place, { references }] of records.entries()) {
      const stranger = toUsers.find(({ name }) => (references[name] ?? 1) > settings.users.length);
      if (!stranger) continue;
      const path = [...at, place, "references", stranger.name];
      const message = `is no user of this world: their ids run from 1 to ${settings.users.length}`;
      context.addIssue({ code: "custom", path, message });
    }
  }
});

export type SavedWorld = z.infer<typeof savedWorld>;

export const SAVED_AS = { format: "mock-outreach", version: VERSION } as const;

/**
 * Reads what was saved.
 * @throws {RangeError} naming what is damaged; another version's file is
 */
export function readSavedWorld(input: unknown): SavedWorld {
  const parsed = savedWorld.safeParse(input);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error));
  return parsed.data;
}
