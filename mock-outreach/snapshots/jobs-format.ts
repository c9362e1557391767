/**
 * Bulk jobs as a snapshot holds them. Times are epoch milliseconds; null stands for never.
 * @module
 */
import { z } from "zod";
import { attributeValue } from "../model/records.ts";

const id = z.int().min(1);
const count = z.int().min(0);
const time = z.number();

const work = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("modify"),
    attributes: z.record(z.string(), z.unknown()).readonly(),
  }),
  z.strictObject({
    kind: z.literal("upsert"),
    dupeMethod: z.enum(["overwriteNoCreate", "overwrite", "skip", "missing"]),
    records: z
      .array(
        z.strictObject({
          id: id.nullable(),
          attributes: z.unknown().optional(),
          relationships: z.unknown().optional(),
        }),
      )
      .readonly(),
  }),
]);

const job = z
  .strictObject({
    id,
    order: z.strictObject({
      type: z.enum(["batch", "import"]),
      userId: id,
      told: z.record(z.string(), attributeValue).readonly(),
      items: z.array(id.nullable()).readonly(),
      callId: id,
      work,
    }),
    state: z.enum(["pending", "confirming", "running", "finished", "failed", "canceled"]),
    done: count,
    dupes: count,
    failures: z.array(z.tuple([count, z.string()])),
    doomed: z.string().nullable(),
    delayMs: z.number().min(0).nullable(),
    itemMs: z.number().positive(),
    createdAt: time,
    startsAt: time.nullable(),
    confirmedAt: time.nullable(),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    updatedAt: time,
    errorReason: z.string().nullable(),
  })
  .refine(
    ({ done, order: { items, work: ordered } }) =>
      done <= items.length &&
      (ordered.kind === "modify" || ordered.records.length === items.length),
    { error: "a job's items do not add up" },
  );
export type SavedJob = z.infer<typeof job>;

/** A share of a job's items that a fault rule makes fail. */
const struckJob = z.strictObject({ type: z.enum(["batch", "import"]), id, share: z.number() });

export const savedJobs = z.strictObject({
  batches: z.array(job),
  imports: z.array(job),
  struck: z.array(struckJob),
  today: z.strictObject({ day: count, items: count }),
});
