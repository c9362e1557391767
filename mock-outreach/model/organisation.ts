/**
 * What prospects refer to: users, accounts, stages and personas of one invented organisation.
 * @module
 */
import type { MockUser } from "../settings.ts";
import { COMPANIES } from "./people.ts";
import { RecordSet } from "./record-set.ts";
import type { Attributes, ResourceRecord } from "./records.ts";
import { type Store, Table } from "./tables.ts";

export interface User extends MockUser {
  readonly id: number;
}

const STAGES = [
  { name: "Cold", color: "#8c95a6" },
  { name: "Approaching", color: "#5951ff" },
  { name: "Replied", color: "#0d88c9" },
  { name: "Interested", color: "#0a9b6d" },
  { name: "Demo Set", color: "#c97a0d" },
  { name: "Not Interested", color: "#c0392b" },
  { name: "Current Client", color: "#2e7d32" },
];
const PERSONAS = [
  { name: "Decision maker", description: "Signs" },
  { name: "Champion", description: "Wants it and says so" },
  { name: "Technical buyer", description: "Has to make it work" },
  { name: "End user", description: "Will work with it" },
];

export const STAGE_COUNT = STAGES.length;
export const PERSONA_COUNT = PERSONAS.length;

/** Before the first prospect was added. */
const FOUNDED_AT = "2023-11-01T09:00:00.000Z";

export class Organisation {
  readonly users: Table<User>;
  readonly accounts: RecordSet;
  readonly stages: RecordSet;
  readonly personas: RecordSet;

  /** @param users get the ids 1 to n, in this order */
  constructor(store: Store, users: readonly MockUser[]) {
    this.users = new Table(store, "user");
    users.forEach((user, i) => this.users.put({ id: i + 1, ...user }));
    const source = { externalSource: "outreach-api" };
    const accounts = COMPANIES.map(({ name, domain }, i) => ({
      ...seeded({ ...source, name, domain, named: true, websiteUrl: `https://www.${domain}` }),
      references: { owner: 1 + (i % users.length), creator: 1, updater: 1 },
    }));
    this.accounts = new RecordSet(store, "account", accounts, source);
    const stages = STAGES.map((stage, i) => seeded({ ...stage, order: i + 1 }));
    this.stages = new RecordSet(store, "stage", stages);
    this.personas = new RecordSet(store, "persona", PERSONAS.map(seeded));
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

  /** The user as the API tells of them. */
  userRecord(id: number): ResourceRecord | undefined {
    const user = this.users.get(id);
    if (!user) return undefined;
    const { email, firstName, lastName } = user;
    const username = email.split("@")[0] ?? email;
    const name = `${firstName} ${lastName}`;
    return { id, ...seeded({ email, username, firstName, lastName, name }) };
  }

  /** Whether there is a record of this type that another one can refer to. */
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

/** A record from before anybody wrote to it. */
function seeded(attributes: Attributes): Omit<ResourceRecord, "id"> {
  return {
    attributes: { ...attributes, createdAt: FOUNDED_AT, updatedAt: FOUNDED_AT },
    references: { creator: 1, updater: 1 },
  };
}
