/**
 * Node's SQLite in the place of D1: the few methods that the stores call, with D1's refusal of `undefined`.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Memory } from "./memory.ts";

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");

type Value = string | number | null;

export class D1 {
  /** While true every statement fails, as it does when D1 restarts. */
  isDown = false;
  readonly memory: Memory;

  /** @param snapshot what is in it; left out: nothing but its tables */
  constructor(snapshot?: Uint8Array) {
    this.memory = snapshot ? Memory.copyOf(snapshot) : new Memory();
    this.memory.script("PRAGMA foreign_keys = ON");
    if (snapshot) return;
    for (const file of readdirSync(MIGRATIONS).toSorted()) {
      this.memory.script(readFileSync(join(MIGRATIONS, file), "utf8"));
    }
  }

  prepare(sql: string) {
    return {
      bind: (...values: readonly unknown[]) => this.#bound(sql, values),
      ...this.#bound(sql, []),
    };
  }

  #bound(sql: string, values: readonly unknown[]) {
    const statement = () => {
      if (this.isDown) throw new Error("D1_ERROR: Network connection lost.");
      return this.memory.statement(sql);
    };
    const bindings = (): Value[] => values.map(toValue);
    return {
      first: async () => statement().get(...bindings()) ?? null,
      all: async () => ({ results: statement().all(...bindings()) }),
      run: async () => ({ meta: { changes: Number(statement().run(...bindings()).changes) } }),
    };
  }
}

function toValue(value: unknown): Value {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported`);
}
