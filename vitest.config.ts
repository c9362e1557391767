import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { Response } from "miniflare";
import type { Request as OutgoingRequest } from "miniflare";
import { defineConfig } from "vitest/config";
import { createMockOutreach } from "./mock-outreach/index.ts";

/**
 * Secrets of the Worker under test; nothing real is sealed with the key. Wrangler looks for the secrets that
 * `wrangler.toml` requires in the environment, and warns where they are missing.
 */
Object.assign(process.env, {
  OUTREACH_CLIENT_ID: "test-client",
  OUTREACH_CLIENT_SECRET: "test-client-secret",
  ADMIN_TOKEN: "test-admin-token-of-the-worker",
  ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
});

const OUTREACH_BASE_URL = "http://outreach.test";
const outreach = createMockOutreach({ autoApprove: true, mintThrottleSeconds: 0 });

/** Tests inside the Workers runtime reach mock-outreach and no network. */
async function outboundService(request: OutgoingRequest): Promise<Response> {
  if (!request.url.startsWith(`${OUTREACH_BASE_URL}/`)) {
    return new Response("There is no network here.", { status: 502 });
  }
  const { url, method, headers } = request;
  const body = method === "GET" ? null : await request.arrayBuffer();
  const answer = await outreach.fetch(new Request(url, { method, headers: [...headers], body }));
  return new Response(await answer.arrayBuffer(), {
    status: answer.status,
    headers: [...answer.headers],
  });
}

export default defineConfig({
  test: {
    // The Worker logs what it does; that is worth reading where a test failed.
    silent: "passed-only",
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/worker/**"],
          globalSetup: "test/chromium.ts",
          // Simulated weeks on a machine that does something else as well.
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                OUTREACH_BASE_URL,
                PUBLIC_BASE_URL: "https://edge.example",
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
              },
              outboundService,
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          setupFiles: ["test/worker/setup.ts"],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
