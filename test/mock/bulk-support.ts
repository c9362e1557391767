/**
 * Bulk calls, and what tests look at of them.
 */
import { resourceOf, type TestMock, testMock } from "./support.ts";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";

export const SCOPES = "prospects.all batches.all imports.all";

export interface BulkMock extends TestMock {
  readonly modify: (attributes: object, query?: string) => Promise<Response>;
  readonly upsert: (records: readonly unknown[], dupeMethod?: string) => Promise<Response>;
  /** The attributes of a batch or an import. */
  readonly job: (path: string) => Promise<Readonly<Record<string, unknown>>>;
}

export const SKIP = "?actionParams[skipConfirmation]=true";

export function bulkMock(options: MockOutreachOptions = {}): BulkMock {
  const mock = testMock({ seed: 20, bulkDelaySeconds: 2, bulkItemsPerSecond: 1, ...options });
  let token: Promise<string> | null = null;
  const api: TestMock["api"] = async (method, path, body, headers) => {
    token ??= mock.signIn({ scopes: SCOPES });
    return mock.api(method, path, body, { authorization: `Bearer ${await token}`, ...headers });
  };
  return {
    ...mock,
    api,
    modify: (attributes, query = SKIP) =>
      api("POST", `/batches/actions/prospectsBulkModify${query}`, {
        data: { type: "batch", attributes },
      }),
    upsert: (records, dupeMethod = "overwriteNoCreate") =>
      api("POST", "/imports/actions/bulkUpsert", {
        data: { type: "import", attributes: { records, dupeMethod, fileName: "x.json" } },
      }),
    job: async (path) => (await resourceOf(await api("GET", path))).attributes,
  };
}

/** A record of an upsert. */
export function recordOf(id: number | undefined, attributes: object) {
  return { type: "prospect", ...(id !== undefined && { id }), attributes };
}

/** The first error of an answer. */
export async function errorOf(response: Response) {
  const { errors } = (await response.json()) as {
    errors: readonly { id: string; detail: string; source?: { pointer: string } }[];
  };
  return { status: response.status, ...errors[0] };
}
