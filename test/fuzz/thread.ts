/**
 * The thread that tries inputs. It can be stopped from outside, which no loop that never ends can prevent.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { targetNamed } from "./targets.ts";

const job = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("explore"),
    target: z.string(),
    seed: z.int(),
    inputs: z.int(),
    known: z.array(z.string()),
  }),
  z.object({ kind: z.literal("replay"), target: z.string(), input: z.unknown() }),
]);
const { started, ended } = z
  .object({ started: z.instanceof(Int32Array), ended: z.instanceof(Int32Array) })
  .parse(workerData);

parentPort?.on("message", (message: unknown) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  void answer(job.parse(message)).then((result) => parentPort?.postMessage(result));
});

async function answer(asked: z.infer<typeof job>): Promise<unknown> {
  const target = targetNamed(asked.target);
  // The first input is loading the code under test; it has no limit of its own.
  Atomics.store(started, 0, 0);
  Atomics.store(ended, 0, 0);
  const onStart = (): void => void Atomics.add(started, 0, 1);
  const onEnd = (): void => void Atomics.add(ended, 0, 1);
  if (asked.kind === "explore") {
    const { seed, inputs, known } = asked;
    return target.explore({ seed, inputs, known, onStart, onEnd });
  }
  onStart();
  const tried = await target.replay(asked.input);
  onEnd();
  return tried;
}
