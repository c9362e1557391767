/**
 * The app with databases in memory, after some use: a connected Outreach user, a destination, prospects that wait,
 * were delivered, and were refused.
 * @module
 */
import { z } from "zod";
import type { OutreachUserApi } from "../../../src/engine/api.ts";
import type { OverflowApi } from "../../../src/overflow/api.ts";
import { dump } from "../worlds/rig.ts";
import { D1 } from "./d1.ts";
import { Objects, REFUSED_ID } from "./objects.ts";

export const ORIGIN = "https://edge.example";
const START = Date.UTC(2026, 10, 23, 14);
export const SECRETS = {
  OUTREACH_CLIENT_SECRET: "the-client-secret-of-the-application",
  ADMIN_TOKEN: "the-admin-token-of-the-worker",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

interface App {
  request(url: string, init: RequestInit, env: unknown): Response | Promise<Response>;
}
interface AppModule {
  createApp(options: {
    outreachUser: (env: unknown, id: string) => OutreachUserApi;
    overflow: () => OverflowApi;
    now: () => number;
  }): App;
}
// The app's types are those of the Workers runtime, which this program is checked without.
const APP = new URL("../../../src/app.ts", import.meta.url).href;
const appModule = (await import(APP)) as AppModule;

/** Takes what the user's own object does not, for a while after that was down; what becomes of it is not looked at. */
function overflowOf(objects: Objects): OverflowApi {
  return {
    store: async () => {
      if (objects.areDown) throw new Error("Durable Object reset.");
      return { ok: true };
    },
    waiting: async () => 0,
    destroy: async () => undefined,
  };
}

const created = z.object({
  id: z.string(),
  ingestToken: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
});

/** What stands for ids and secrets in recorded requests, which were made for other ones. */
export type Names = Readonly<Record<string, string>>;

interface Template {
  readonly d1: Uint8Array;
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly now: number;
  readonly names: Names;
}
let template: Template | null = null;

export class Edge {
  readonly d1: D1;
  readonly objects: Objects;
  readonly #app: App;
  readonly #env: object;
  names: Names = {};

  private constructor(d1: D1, objects: Objects) {
    this.d1 = d1;
    this.objects = objects;
    this.#app = appModule.createApp({
      outreachUser: (_, id) => this.objects.stub(id),
      overflow: () => overflowOf(objects),
      now: () => this.objects.now,
    });
    this.#env = {
      SETTINGS: this.d1,
      PUBLIC_BASE_URL: ORIGIN,
      OUTREACH_CLIENT_ID: "client",
      ...SECRETS,
    };
  }

  /** The same one each time, but for what an input before did to it. */
  static async inUse(): Promise<Edge> {
    template ??= await Edge.#used();
    const { d1, objects, now, names } = template;
    const edge = new Edge(new D1(d1), new Objects(now, objects));
    edge.names = names;
    return edge;
  }

  static async #used(): Promise<Template> {
    const edge = new Edge(new D1(), new Objects(START));
    const user = z
      .object({ id: z.string(), connectUrl: z.string() })
      .parse(await edge.#admin("POST", "/v1/outreach-users", { name: "Marketing" }));
    const destination = created.parse(
      await edge.#admin("POST", "/v1/destinations", {
        name: "Spring",
        outreachUserId: user.id,
        mappings: [{ source: "person.name.firstName", target: "firstName" }],
        audiences: [{ id: "a1b2", mappingId: 4 }],
      }),
    );
    const failureId = await edge.#use(user.id, destination.id);
    const link = new URL(user.connectUrl).searchParams;
    const { authorizeUrl } = edge.objects.core(user.id).beginConnection(`${ORIGIN}/cb`);
    const names = {
      $user: user.id,
      $destination: destination.id,
      $failure: failureId,
      $prospect: "7",
      $state: new URL(authorizeUrl).searchParams.get("state") ?? "",
      $expires: link.get("expires") ?? "",
      $signature: link.get("signature") ?? "",
      $clientId: destination.clientId,
      $clientSecret: destination.clientSecret,
      $ingest: destination.ingestToken,
      $admin: SECRETS.ADMIN_TOKEN,
      $access: await edge.#accessToken(destination),
    };
    const { d1, objects } = edge;
    const snapshots = [...objects.memories].map(([id, memory]) => [id, memory.snapshot()] as const);
    return { d1: d1.memory.snapshot(), objects: new Map(snapshots), now: objects.now, names };
  }

  async request(path: string, init: RequestInit): Promise<Response> {
    return this.#app.request(ORIGIN + path, { redirect: "manual", ...init }, this.#env);
  }

  /** Everything that is stored, as text, but the count of wrong tokens: that is there to change when one is refused. */
  stored(): string {
    const objects = [...this.objects.memories].map(([id, memory]) => [id, dump(memory.database)]);
    return JSON.stringify([dump(this.d1.memory.database, ["failed_tries"]), objects]);
  }

  async #admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${SECRETS.ADMIN_TOKEN}`,
      "content-type": "application/json",
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return (await this.request(path, init)).json();
  }

  /** @returns the id of the failure that came of it */
  async #use(userId: string, destinationId: string): Promise<string> {
    const core = this.objects.core(userId);
    const { authorizeUrl } = core.beginConnection(`${ORIGIN}/cb`);
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    await core.completeConnection(`code=c&state=${state}`, `${ORIGIN}/cb`);
    const accept = (id: number): void => {
      const fields = { firstName: { value: "Ada" } };
      const updates = [{ prospectId: id, fields }];
      core.accept({ destinationId, updates, empty: 0, rejected: {} });
    };
    for (const id of [7, REFUSED_ID]) accept(id);
    this.objects.now += 5_000;
    await core.wake();
    accept(9);
    const { failures } = core.failures(destinationId, { limit: 1, after: null });
    return failures[0]?.id ?? "";
  }

  async #accessToken({ clientId, clientSecret }: z.infer<typeof created>): Promise<string> {
    const form = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    };
    const init = { method: "POST", body: new URLSearchParams(form) };
    const answer = z.object({ access_token: z.string() });
    return answer.parse(await (await this.request("/v1/oauth/token", init)).json()).access_token;
  }
}
