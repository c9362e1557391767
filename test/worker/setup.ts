/**
 * Brings the database up before the tests of a file; each file has one of its own.
 * @module
 */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

declare global {
  namespace Cloudflare {
    interface Env {
      /** The files of `migrations`, handed in by the test configuration. */
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

await applyD1Migrations(env.SETTINGS, env.TEST_MIGRATIONS);
