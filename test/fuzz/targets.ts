/**
 * All targets.
 * @module
 */
import { explorable } from "./explore.ts";
import type { AnyTarget } from "./target.ts";
import { ingest } from "./targets/ingest.ts";
import { mapping } from "./targets/mapping.ts";
import { outreachAnswers } from "./targets/answers.ts";
import { http } from "./targets/http.ts";
import { tokens } from "./targets/tokens.ts";

export const TARGETS: readonly AnyTarget[] = [
  explorable(ingest),
  explorable(mapping),
  explorable(outreachAnswers),
  explorable(tokens),
  explorable(http),
];

export function targetNamed(name: string): AnyTarget {
  const target = TARGETS.find((known) => known.name === name);
  if (!target) throw new Error(`There is no target ${name}.`);
  return target;
}
