/**
 * What the mock's control API tells, as a program from outside reads it.
 * @module
 */
import { z } from "zod";

const attributes = z.record(z.string(), z.unknown());
const state = z.object({
  prospects: z.array(z.object({ id: z.number(), attributes })),
  next: z.number().nullable(),
  calls: z.object({
    refusedByLimit: z.number(),
    byMethodAndStatus: z.record(z.string(), z.number()),
  }),
  findings: z.object({ overlapCount: z.number(), openPerProspectMax: z.number() }),
  users: z.array(
    z.object({
      budget: z.object({
        limit: z.number(),
        windows: z.array(z.object({ endsAt: z.string(), calls: z.number() })),
      }),
    }),
  ),
});
const faults = z.object({ rules: z.array(z.object({ struck: z.number() })) });

export type MockState = z.infer<typeof state>;

/** How many prospects one page of the state holds. */
const PAGE = 5_000;

export class Mock {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  state(query = "prospects=none"): Promise<MockState> {
    return fetch(`${this.#url}/__mock/state?${query}`)
      .then((response) => response.json())
      .then((json) => state.parse(json));
  }

  /** Has calls go wrong by these rules, and by no others. */
  async faults(rules: readonly object[]): Promise<void> {
    const body = JSON.stringify({ rules, replace: true });
    const response = await fetch(`${this.#url}/__mock/faults`, { method: "POST", body });
    if (!response.ok) throw new Error(`The mock refused the faults: ${await response.text()}`);
  }

  /** How many calls went wrong by the rules that hold now. */
  async faultsStruck(): Promise<number> {
    const response = await fetch(`${this.#url}/__mock/faults`);
    const { rules } = faults.parse(await response.json());
    return rules.reduce((sum, { struck }) => sum + struck, 0);
  }

  /** Every prospect's attributes, by id. */
  async prospects(): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
    const all = new Map<number, Readonly<Record<string, unknown>>>();
    for (let after: number | null = 0; after !== null;) {
      const page: MockState = await this.state(`prospects=all&limit=${PAGE}&after=${after}`);
      for (const prospect of page.prospects) all.set(prospect.id, prospect.attributes);
      after = page.next;
    }
    return all;
  }
}
