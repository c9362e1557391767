/**
 * `GET /__mock/jobs`: bulk jobs, batches and imports alike.
 * @module
 */
import { Hono } from "hono";
import type { Job } from "../bulk/job.ts";
import type { MockEnv } from "../context.ts";
import type { JobView } from "./answers.ts";

export const jobRoutes = new Hono<MockEnv>();

/** In the order of the calls that started them. */
jobRoutes.get("/jobs", (c) => {
  const { batches, imports } = c.var.world.jobs;
  const jobs = [...batches, ...imports].toSorted((a, b) => a.order.callId - b.order.callId);
  return c.json({ jobs: jobs.map(jobView) });
});

function jobView(job: Job): JobView {
  const { id, order, state, total, pending, failures, dupes, errorReason } = job;
  return {
    type: order.type,
    id,
    state,
    total,
    pending,
    failures,
    dupes,
    errorReason,
    firstFailure: job.firstFailure,
    userId: order.userId,
    requestId: order.callId,
    createdAt: new Date(job.createdAt).toISOString(),
    confirmedAt: isoOrNull(job.confirmedAt),
    startedAt: isoOrNull(job.startedAt),
    endedAt: isoOrNull(job.endedAt),
  };
}

const isoOrNull = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
