/**
 * What planning needs to know of what is due. Counts end at `VIEW_MAX`, and groups are looked for among the prospects
 * that have been due longest in each queue, and those due last, so that a million cost no more than a few thousand.
 * @module
 */
import { z } from "zod";
import type { DueView } from "./plan-rules.ts";
import type { Database } from "../../durable/database.ts";
import { WHICH } from "../outbox/due.ts";
import type { DueStore, StoredQueue } from "../outbox/due.ts";

const groupRow = z.object({ key: z.number(), prospects: z.number() });

/** As many as the largest job takes: whoever plans needs to know no more. */
const VIEW_MAX = 100_000;
/** Enough to find a group that is a hundredth of the backlog. */
const GROUP_SAMPLE = 2_000;

type May = (queue: StoredQueue) => boolean;
/** How many of a sample share each change key. */
type Groups = ReadonlyMap<number, number>;

export class PlanningView {
  readonly #db: Database;
  readonly #due: DueStore;

  constructor(db: Database, due: DueStore) {
    this.#db = db;
    this.#due = due;
  }

  /** Queues among those asked for in which no values are shared, anywhere, by so many: no modify is worth its calls. */
  scattered(now: number, asked: May, least: number): ReadonlySet<number> {
    const queues = this.#dueQueues(now).filter(
      (queue) => queue.company === "together" && asked(queue),
    );
    const sample = sampleOf(queues);
    const scattered = queues.filter((queue) => {
      const key = mostOf(this.#groupsIn(queue, now, sample));
      return key === null || this.#sharing(key, now) < least;
    });
    return new Set(scattered.map(({ queue }) => queue));
  }

  /**
   * What is due.
   * @param turn the queue whose turn it is to have its values in a job
   * @param may which queues' prospects may go in jobs, and which of those in upserts
   */
  of(
    now: number,
    turn: StoredQueue | null,
    may: { readonly goInJobs: May; readonly upsert: May },
  ): DueView {
    const due = this.#dueQueues(now);
    const inJobs = due.filter(may.goInJobs);
    const groupable = this.#count(inJobs, now);
    const others = due.filter((queue) => !may.goInJobs(queue));
    return {
      waitedMs: Math.max(0, now - Math.min(now, ...inJobs.map((queue) => queue.firstDueAt))),
      prospects: groupable + this.#count(others, now),
      groupable,
      upsertable: inJobs.every(may.upsert)
        ? groupable
        : this.#count(inJobs.filter(may.upsert), now),
      ...this.#groups(inJobs, turn, groupable, now),
    };
  }

  #dueQueues(now: number): readonly StoredQueue[] {
    return this.#due.queues().filter(({ firstDueAt }) => firstDueAt <= now);
  }

  #count(queues: readonly StoredQueue[], now: number): number {
    let count = 0;
    for (const { queue, company } of queues) {
      count += this.#upTo(`${WHICH[company]} AND queue = ? AND due_at <= ?`, queue, now);
      if (count >= VIEW_MAX) return VIEW_MAX;
    }
    return count;
  }

  #groups(
    queues: readonly StoredQueue[],
    turn: StoredQueue | null,
    groupable: number,
    now: number,
  ): Pick<DueView, "largest" | "groups"> {
    const counts = new Map<number, number>();
    let own: Groups = new Map();
    const sample = sampleOf(queues);
    for (const queue of queues) {
      const groups = this.#groupsIn(queue, now, sample);
      for (const [key, prospects] of groups) counts.set(key, (counts.get(key) ?? 0) + prospects);
      if (queue.queue === turn?.queue) own = groups;
    }
    const seen = [...counts.values()].reduce((a, b) => a + b, 0);
    const first = mostOf(own) ?? mostOf(counts);
    return {
      largest: first === null ? null : { key: first, prospects: this.#sharing(first, now) },
      groups: [...counts.values()]
        .filter((count) => count > 2)
        .map((count) => (count / seen) * groupable),
    };
  }

  #groupsIn({ queue }: StoredQueue, now: number, sample: number): Groups {
    const rows = this.#db.all(
      `SELECT change_key AS key, count(*) AS prospects
       FROM (SELECT * FROM (SELECT change_key FROM prospects WHERE change_key IS NOT NULL AND queue = ? AND due_at <= ?
                            ORDER BY due_at LIMIT ?)
             UNION ALL
             SELECT * FROM (SELECT change_key FROM prospects WHERE change_key IS NOT NULL AND queue = ? AND due_at <= ?
                            ORDER BY due_at DESC LIMIT ?))
       GROUP BY change_key`,
      queue,
      now,
      sample,
      queue,
      now,
      sample,
    );
    const groups = rows.map((row) => groupRow.parse(row));
    return new Map(groups.map(({ key, prospects }) => [key, prospects]));
  }

  /** How many have a change key. */
  #sharing(key: number, now: number): number {
    return this.#upTo(`change_key = ? AND due_at <= ?`, key, now);
  }

  #upTo(condition: string, ...bindings: readonly number[]): number {
    const counted = `SELECT 1 FROM prospects WHERE ${condition} LIMIT ${VIEW_MAX}`;
    const [row] = this.#db.all(`SELECT count(*) AS n FROM (${counted})`, ...bindings);
    return z.object({ n: z.number() }).parse(row).n;
  }
}

/** Prospects that are looked at in each of some queues, at either end. */
function sampleOf(queues: readonly StoredQueue[]): number {
  return Math.ceil(GROUP_SAMPLE / 2 / Math.max(1, queues.length));
}

/** The key that was counted most often; null where there is none. */
function mostOf(counts: Groups): number | null {
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? null;
}
