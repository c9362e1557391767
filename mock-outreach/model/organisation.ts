/**
 * What prospects refer to: users, accounts, stages and personas of one invented organisation.
 * @module
 */
import type { MockUser } from "../settings.ts";
import { COMPANIES } from "./people.ts";
import { type Store, Table } from "./tables.ts";

export interface User extends MockUser {
  readonly id: number;
}

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly domain: string;
}

export interface Named {
  readonly id: number;
  readonly name: string;
}

const STAGES = [
  "Cold",
  "Approaching",
  "Replied",
  "Interested",
  "Demo Set",
  "Not Interested",
  "Current Client",
];
const PERSONAS = ["Decision maker", "Champion", "Technical buyer", "End user"];

export const STAGE_COUNT = STAGES.length;
export const PERSONA_COUNT = PERSONAS.length;

export class Organisation {
  readonly users: Table<User>;
  readonly accounts: Table<Account>;
  readonly stages: Table<Named>;
  readonly personas: Table<Named>;

  /** @param users get the ids 1 to n, in this order */
  constructor(store: Store, users: readonly MockUser[]) {
    this.users = new Table(store, "user");
    this.accounts = new Table(store, "account");
    this.stages = new Table(store, "stage");
    this.personas = new Table(store, "persona");
    users.forEach((user, i) => this.users.put({ id: i + 1, ...user }));
    COMPANIES.forEach((company, i) => this.accounts.put({ id: i + 1, ...company }));
    STAGES.forEach((name, i) => this.stages.put({ id: i + 1, name }));
    PERSONAS.forEach((name, i) => this.personas.put({ id: i + 1, name }));
  }

  /** The user with this id or this e-mail address, in any case of letters. */
  findUser(idOrEmail: number | string): User | undefined {
    if (typeof idOrEmail === "number") return this.users.get(idOrEmail);
    const email = idOrEmail.trim().toLowerCase();
    return this.listUsers().find((user) => user.email.toLowerCase() === email);
  }

  listUsers(): readonly User[] {
    return [...this.users.ids()].flatMap((id) => this.users.get(id) ?? []);
  }

  /** Whether there is a record of this type that a prospect can refer to. */
  has(type: string, id: number): boolean {
    switch (type) {
      case "user":
        return this.users.get(id) !== undefined;
      case "account":
        return this.accounts.get(id) !== undefined;
      case "stage":
        return this.stages.get(id) !== undefined;
      case "persona":
        return this.personas.get(id) !== undefined;
      default:
        return false;
    }
  }
}
