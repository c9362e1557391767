/**
 * The recorded corpus: inputs that once mattered, one a file, in a folder for each target.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const FOLDER = join(import.meta.dirname, "corpus");

const recording = z.object({
  /** Why it matters. */
  note: z.string(),
  input: z.unknown(),
});

export interface Recording extends z.infer<typeof recording> {
  readonly target: string;
  readonly file: string;
}

export function recordings(): readonly Recording[] {
  return readdirSync(FOLDER)
    .toSorted()
    .flatMap((target) =>
      readdirSync(join(FOLDER, target))
        .toSorted()
        .map((file) => {
          const text = readFileSync(join(FOLDER, target, file), "utf8");
          return { target, file, ...recording.parse(JSON.parse(text)) };
        }),
    );
}

/** Adds an input to the corpus; the same one is there once. @returns its file, as a person finds it */
export function record(target: string, rule: string, input: unknown): string {
  const text = JSON.stringify(input);
  const name = `${rule.replaceAll(/\W+/g, "-")}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.json`;
  mkdirSync(join(FOLDER, target), { recursive: true });
  const file = join(FOLDER, target, name);
  if (!existsSync(file)) {
    writeFileSync(
      file,
      `${JSON.stringify({ note: `Broke the rule: ${rule}.`, input }, null, 2)}\n`,
    );
  }
  return join("test/fuzz/corpus", target, name);
}
