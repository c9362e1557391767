/**
 * Invented people, the same ones for the same seed: person 7 is always person 7, so a record need not exist before it
 * is asked for. All addresses are under `.example`, which nobody can own (RFC 2606).
 * @module
 */
import { pick, randomFrom } from "../random.ts";
import type { Attributes } from "./records.ts";

type Choices = readonly [string, ...string[]];

// prettier-ignore
const FIRST_NAMES: Choices = [
  "Aisha", "Amara", "Anders", "Beatriz", "Bruno", "Camille", "Carlos", "Chen", "Dana", "Elif", "Emma", "Farid",
  "Fiona", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jonas", "Julia", "Kenji", "Lara", "Leon", "Maya", "Mateo",
  "Nadia", "Noah", "Olga", "Omar", "Priya", "Rosa", "Samir", "Sofia", "Tariq", "Uma", "Victor", "Wei", "Yara",
];
// prettier-ignore
const LAST_NAMES: Choices = [
  "Adeyemi", "Andersen", "Baker", "Castro", "Dubois", "Eriksson", "Fischer", "Garcia", "Haddad", "Ito", "Jansen",
  "Kaur", "Kowalski", "Lopez", "Martin", "Meyer", "Nguyen", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Sato",
  "Schmidt", "Silva", "Singh", "Tanaka", "Urban", "Vargas", "Weber", "Xu", "Yilmaz", "Zhang",
];
// prettier-ignore
const TITLES: Choices = [
  "Account Director", "Chief Revenue Officer", "Data Engineer", "Head of Growth", "IT Manager", "Marketing Manager",
  "Operations Lead", "Product Owner", "Purchasing Manager", "Sales Director", "Solutions Architect", "VP of Sales",
];
const TAGS: Choices = ["Event 2026", "Inbound", "Newsletter", "Partner", "Webinar"];

/** Name and e-mail domain of each account; its id is its place in the list, from 1. */
export const COMPANIES: readonly [Company, ...Company[]] = [
  { name: "Acme International", domain: "acme.example" },
  { name: "Borealis Energy", domain: "borealis.example" },
  { name: "Cedar Logistics", domain: "cedar.example" },
  { name: "Delta Foods", domain: "delta.example" },
  { name: "Everest Insurance", domain: "everest.example" },
  { name: "Falcon Robotics", domain: "falcon.example" },
  { name: "Granite Bank", domain: "granite.example" },
  { name: "Harbour Health", domain: "harbour.example" },
  { name: "Indigo Media", domain: "indigo.example" },
  { name: "Juniper Travel", domain: "juniper.example" },
  { name: "Kestrel Telecom", domain: "kestrel.example" },
  { name: "Lumen Software", domain: "lumen.example" },
];

export interface Company {
  readonly name: string;
  readonly domain: string;
}

interface Place {
  readonly city: string;
  readonly country: string;
  readonly timeZone: string;
  readonly dialling: string;
}

const PLACES: readonly [Place, ...Place[]] = [
  { city: "Seattle", country: "USA", timeZone: "America/Los_Angeles", dialling: "+1 206" },
  { city: "Toronto", country: "Canada", timeZone: "America/Toronto", dialling: "+1 416" },
  { city: "Sao Paulo", country: "Brazil", timeZone: "America/Sao_Paulo", dialling: "+55 11" },
  { city: "Dublin", country: "Ireland", timeZone: "Europe/Dublin", dialling: "+353 1" },
  { city: "Berlin", country: "Germany", timeZone: "Europe/Berlin", dialling: "+49 30" },
  { city: "Lagos", country: "Nigeria", timeZone: "Africa/Lagos", dialling: "+234 1" },
  { city: "Mumbai", country: "India", timeZone: "Asia/Kolkata", dialling: "+91 22" },
  { city: "Tokyo", country: "Japan", timeZone: "Asia/Tokyo", dialling: "+81 3" },
];

export interface Person {
  readonly attributes: Attributes;
  /** Place in `COMPANIES`, from 1. */
  readonly companyId: number;
  /** From 0 up to, but not including, 1: what else is chosen for this person. */
  readonly fate: number;
}

/** Seeded people were added in the course of this year: their dates differ, and lie in the past. */
const FIRST_ADDED_AT = Date.UTC(2024, 0, 1);
const YEAR_MINUTES = 525_600;

/** Whoever has this id in the world of `seed`. */
export function personOf(seed: string, id: number): Person {
  const random = randomFrom(`${seed}/person/${id}`);
  const firstName = pick(random, FIRST_NAMES);
  const lastName = pick(random, LAST_NAMES);
  const companyId = 1 + Math.floor(random() * COMPANIES.length);
  const company = COMPANIES[companyId - 1] ?? COMPANIES[0];
  const place = pick(random, PLACES);
  const fate = random();
  const addedAt = new Date(FIRST_ADDED_AT + ((id * 7) % YEAR_MINUTES) * 60_000).toISOString();
  return {
    companyId,
    fate,
    attributes: {
      firstName,
      lastName,
      title: pick(random, TITLES),
      company: company.name,
      emails: emailsOf(firstName, lastName, id, company, fate),
      workPhones: [phone(place, id)],
      addressCity: place.city,
      addressCountry: place.country,
      timeZone: place.timeZone,
      timeZoneIana: place.timeZone,
      source: "Seed",
      externalSource: "outreach-api",
      ...(fate < 0.3 && { tags: [pick(random, TAGS)] }),
      addedAt,
      createdAt: addedAt,
      updatedAt: addedAt,
    },
  };
}

function emailsOf(
  firstName: string,
  lastName: string,
  id: number,
  company: Company,
  fate: number,
): readonly string[] {
  const work = `${firstName}.${lastName}.${id}@${company.domain}`.toLowerCase();
  // A quarter has a private address too.
  return fate < 0.25 ? [work, `${firstName}.${id}@mail.example`.toLowerCase()] : [work];
}

/** 555-0100 to 555-0199 are set aside for fiction in North America; the pattern is kept for every country. */
function phone(place: Place, id: number): string {
  return `${place.dialling} 555 01${String(id % 100).padStart(2, "0")}`;
}

/** The id that a seeded address carries; null for an address of another shape. */
export function idInEmail(email: string): number | null {
  const id = /\.(\d{1,7})@[a-z]+\.example$/i.exec(email)?.[1];
  return id === undefined ? null : Number(id);
}
