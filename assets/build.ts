/**
 * Gathers the static files that the Worker serves into `assets/public`: the project's own, and Swagger UI's and
 * uPlot's out of their npm packages, so that no page loads anything from elsewhere. Wrangler runs it before `dev` and
 * `deploy`. The console's files carry a hash of what they hold in their names, which `src/console/asset-paths.ts`
 * knows, so that browsers keep them for good.
 *
 * Promises: a file that is up to date is not touched, so that several `wrangler dev` can run on one checkout.
 * @module
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { consoleAssets, pathsModule } from "./console.ts";

const here = import.meta.dirname;
const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** Where each file comes from, by its path below `assets/public`. */
const FILES: Readonly<Record<string, string>> = {
  _headers: join(here, "_headers"),
  "docs/page.css": join(here, "docs/page.css"),
  "docs/start.js": join(here, "docs/start.js"),
  "docs/swagger-ui.css": join(swaggerUi, "swagger-ui.css"),
  "docs/swagger-ui-bundle.js": join(swaggerUi, "swagger-ui-bundle.js"),
  "docs/swagger-ui.LICENSE.txt": join(swaggerUi, "LICENSE"),
};

for (const [path, source] of Object.entries(FILES)) {
  await bringUpToDate(join(here, "public", path), await readFile(source));
}
const assets = await consoleAssets();
for (const { path, content } of assets) {
  await bringUpToDate(join(here, "public", path), content);
}
await bringUpToDate(
  join(here, "../src/console/asset-paths.ts"),
  Buffer.from(pathsModule(assets), "utf8"),
);

async function bringUpToDate(target: string, wanted: Buffer): Promise<void> {
  const present = await readFile(target).catch(() => null);
  if (present?.equals(wanted)) return;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, wanted);
}
