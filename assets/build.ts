/**
 * Gathers the static files that the Worker serves into `assets/public`: the project's own, and Swagger UI's out of
 * its npm package, so that no page loads anything from elsewhere. Wrangler runs it before `dev` and `deploy`.
 *
 * Promises: a file that is up to date is not touched, so that several `wrangler dev` can run on one checkout.
 * @module
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

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
  const target = join(here, "public", path);
  const wanted = await readFile(source);
  const present = await readFile(target).catch(() => null);
  if (present?.equals(wanted)) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, wanted);
}
