/**
 * What the connector is measured against: the least that a Worker does to store profiles, and a route that does nothing.
 * @module
 */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface Row {
  readonly id: number;
  readonly json: string;
}

interface FloorEnv {
  readonly BARE: DurableObjectNamespace<Bare>;
}

interface Profile {
  readonly identityMap: { readonly OutreachId: readonly [{ readonly id: string }] };
}

/** One table, no index beside its key; a request is one statement. */
export class Bare extends DurableObject<FloorEnv> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
  }

  async store(rows: readonly Row[]): Promise<number> {
    this.#sql.exec(
      `INSERT INTO rows (id, json)
       SELECT value ->> 'id', value ->> 'json' FROM json_each(?) WHERE true
       ON CONFLICT (id) DO UPDATE SET json = excluded.json`,
      JSON.stringify(rows),
    );
    return rows.length;
  }
}

const app = new Hono<{ Bindings: FloorEnv }>();
// The body is read: a connection with an unread one is not kept alive.
app.post("/empty", async (c) => c.json({ received: (await c.req.arrayBuffer()).byteLength }, 202));

export default {
  fetch(request: Request, env: FloorEnv): Response | Promise<Response> {
    return new URL(request.url).pathname === "/bare"
      ? store(request, env)
      : app.fetch(request, env);
  },
};

/** Reads NDJSON, as the connector does, and hands all of it on at once. */
async function store(request: Request, env: FloorEnv): Promise<Response> {
  const lines = (await request.text()).split("\n").filter((line) => line !== "");
  const rows = lines.map((json) => ({ id: idOf(JSON.parse(json)), json }));
  const accepted = await env.BARE.getByName("bare").store(rows);
  return Response.json({ received: lines.length, accepted }, { status: 202 });
}

function idOf({ identityMap }: Profile): number {
  return Number(identityMap.OutreachId[0].id);
}
