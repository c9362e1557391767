/**
 * The console's style sheet and scripts, under names with a hash of their content.
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";

const uPlot = dirname(createRequire(import.meta.url).resolve("uplot/package.json"));
const own = join(import.meta.dirname, "../src/console/assets");

/** Where each file comes from, by the name that pages know it under. */
const SOURCES: Readonly<Record<string, string>> = {
  style: join(own, "console.css"),
  script: join(own, "console.js"),
  chart: join(own, "chart.js"),
  uPlotScript: join(uPlot, "dist/uPlot.iife.min.js"),
  uPlotStyle: join(uPlot, "dist/uPlot.min.css"),
};
/** Two versions of one file have different names; more characters would not make that surer. */
const HASH_CHARS = 12;

export interface ConsoleAsset {
  readonly name: string;
  /** Below `assets/public`, and on the Worker. */
  readonly path: string;
  readonly content: Buffer;
}

export async function consoleAssets(): Promise<readonly ConsoleAsset[]> {
  return Promise.all(
    Object.entries(SOURCES).map(async ([name, source]) => {
      const content = await readFile(source);
      const hash = createHash("sha256").update(content).digest("hex").slice(0, HASH_CHARS);
      return { name, path: `console/assets/${name}.${hash}${extname(source)}`, content };
    }),
  );
}

/** What `src/console/asset-paths.ts` has to hold. */
export function pathsModule(assets: readonly ConsoleAsset[]): string {
  const entries = assets.map(({ name, path }) => `  ${name}: "/${path}",`);
  return `/**
 * Where the console's style sheet and scripts are. Written by \`node assets/build.ts\`; do not edit.
 * @module
 */
export const ASSETS = {
${entries.join("\n")}
} as const;
`;
}
