/**
 * `/__mock/snapshots`: whole worlds, kept and brought back.
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { ownName } from "./names.ts";
import type { MockEnv } from "../context.ts";
import type { MockHolder } from "../mock.ts";
import type { SavedWorld } from "../snapshots/format.ts";
import { Shelf, SNAPSHOTS_MAX } from "../snapshots/shelf.ts";
import type { SnapshotView } from "./answers.ts";
import { problem, readJson } from "./problem.ts";

export const snapshotInput = z.strictObject({
  name: ownName.optional(),
});

export function snapshotRoutes(holder: MockHolder): Hono<MockEnv> {
  const routes = new Hono<MockEnv>();
  const shelf = new Shelf();

  routes.get("/snapshots", (c) =>
    c.json({ snapshots: shelf.list().map(([name, saved]) => view(name, saved)) }),
  );

  routes.post("/snapshots", async (c) => {
    const read = await readJson(c, snapshotInput);
    if (!read.ok) return read.response;
    const saved = holder.save();
    const name = shelf.put(saved, read.input.name);
    if (name !== null) return c.json(view(name, saved), 201);
    const detail = `There can be ${SNAPSHOTS_MAX}; DELETE /__mock/snapshots/{name} first.`;
    return problem(c, 422, "Too many snapshots", detail);
  });

  /** The whole world, as `--save` writes it and `--load` reads it. */
  routes.get("/snapshots/:name", (c) => {
    const saved = shelf.get(c.req.param("name"));
    return saved ? c.json(saved) : unknownSnapshot(c);
  });

  routes.post("/snapshots/:name/restore", (c) => {
    const name = c.req.param("name");
    const saved = shelf.get(name);
    if (!saved) return unknownSnapshot(c);
    holder.restore(saved);
    return c.json(view(name, saved));
  });

  routes.delete("/snapshots/:name", (c) =>
    shelf.remove(c.req.param("name")) ? c.body(null, 204) : unknownSnapshot(c),
  );

  return routes;
}

function view(name: string, { savedAt, prospects, journal }: SavedWorld): SnapshotView {
  return {
    name,
    takenAt: new Date(savedAt).toISOString(),
    prospectCount: prospects.lastId - prospects.removed.length,
    changedCount: prospects.written.filter(({ writes }) => writes > 0).length,
    calls: journal.lastId,
  };
}

function unknownSnapshot(c: Context<MockEnv>): Response {
  const detail = "GET /__mock/snapshots lists the snapshots with their names.";
  return problem(c, 404, "No such snapshot", detail);
}
