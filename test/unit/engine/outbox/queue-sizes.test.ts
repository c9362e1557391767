import { describe, it } from "vitest";
import { observed } from "../../../../src/durable/observed-database.ts";
import { merge } from "../../../../src/engine/model/merge.ts";
import { newProspect } from "../../../../src/engine/model/prospect.ts";
import { migrate } from "../../../../src/engine/migrations.ts";
import { openStores } from "../../../../src/engine/core.ts";
import { Switching } from "../../../../src/engine/bulk/requeue-after-change.ts";
import { memoryDatabase } from "../../../support/sqlite.ts";

const NOW = 1_000_000;

describe("how many wait in each queue", () => {
  it("is known after a destination's delivery was changed", ({ expect }) => {
    const db = memoryDatabase();
    migrate(db);
    const stores = openStores(observed(db), () => 0);
    stores.destinations.set("d", {}, 0);
    const fields = { title: { value: "CEO", at: NOW, arrival: NOW } };
    const offered = { fields, destinationId: "d", acceptedAt: NOW, dueAt: NOW };
    const steps = Array.from({ length: 700 }, (_, i) => merge(newProspect(1 + i), offered, String));
    stores.outbox.save(steps, NOW);
    expect(stores.backlog.queues()).toMatchObject([{ company: "together", prospects: 700 }]);
    stores.destinations.set("d", { single: true }, 0);
    const switching = new Switching(stores);
    while (switching.isPending) switching.slice(NOW);
    expect(stores.backlog.queues()).toMatchObject([{ company: "alone", prospects: 700 }]);
  });
});
