/**
 * Attributes of Outreach's prospect as targets to choose from.
 * @module
 */
import type { ListedAudience } from "../destinations/audiences.ts";
import { MAPPING_ID_MAX, type AudienceMapping } from "../mapping/settings.ts";
import {
  customField,
  prospectAttributes,
  type ProspectAttribute,
} from "../outreach/prospect-attributes.ts";
import { inCount } from "./wording.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

type Labels = Readonly<Record<string, string>>;

/** Writable attributes by name, custom fields last, each with its type, its length and Outreach's label. */
export function targetChoices(labels: Labels): readonly Choice[] {
  return prospectAttributes()
    .filter(({ readOnly }) => !readOnly)
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .toSorted((a, b) => Number(isCustom(a.name)) - Number(isCustom(b.name)))
    .map((attribute) => ({
      value: attribute.name,
      label: [labels[attribute.name.replace("custom", "")], typeWords(attribute)]
        .filter(Boolean)
        .join(" · "),
    }));
}

function isCustom(name: string): boolean {
  return /^custom\d/.test(name);
}

function typeWords({ type, maxLength }: ProspectAttribute): string {
  const words = type === "string" ? "text" : type.replace("string array", "list of texts");
  return maxLength === null ? words : `${words}, up to ${inCount(maxLength)} characters`;
}

/** Mapping IDs 1 to 150, with Outreach's label of the custom field and who has it already. */
export function mappingIdChoices(
  labels: Labels,
  taken: ReadonlyMap<number, string>,
): readonly Choice[] {
  return Array.from({ length: MAPPING_ID_MAX }, (_, index) => {
    const id = index + 1;
    const owner = taken.get(id);
    const parts = [labels[id] ?? "no label", owner && `taken by ${owner}`];
    return { value: String(id), label: parts.filter(Boolean).join(" · ") };
  });
}

/**
 * A Mapping ID to propose: the first that is free and has no label at Outreach, for a label says that people use the
 * field; else the first that is free. Null where all are taken.
 */
export function nextMappingId(labels: Labels, taken: ReadonlySet<number>): number | null {
  const all = Array.from({ length: MAPPING_ID_MAX }, (_, index) => index + 1);
  const free = all.filter((id) => !taken.has(id));
  return free.find((id) => labels[id] === undefined) ?? free[0] ?? null;
}

/** A destination, and what it writes. */
export interface Sender {
  readonly name: string;
  readonly settings: {
    readonly audiences: readonly AudienceMapping[];
    readonly mappings: readonly { readonly source: string; readonly target: string }[];
  };
  /** Audiences whose Mapping IDs its profiles brought (route 2), or its settings named before. */
  readonly brought: readonly Pick<ListedAudience, "id" | "name" | "mappingId">[];
}

/** Which custom fields are written already, and for what. */
export function takenMappingIds(own: Sender, siblings: readonly Sender[]): Map<number, string> {
  const taken = new Map<number, string>();
  const take = (target: string, owner: string) => {
    const id = Number(/^custom(\d+)$/.exec(target)?.[1]);
    if (!Number.isNaN(id) && !taken.has(id)) taken.set(id, owner);
  };
  for (const { name, settings, brought } of [own, ...siblings]) {
    const where = name === own.name ? "" : ` of ${name}`;
    for (const { id, name: audience, mappingId } of settings.audiences) {
      take(customField(mappingId), `${audience ?? id}${where}`);
    }
    for (const { source, target } of settings.mappings) take(target, `${source}${where}`);
    for (const { id, name: audience, mappingId } of brought) {
      take(customField(mappingId), `${audience ?? id}, comes with profiles${where}`);
    }
  }
  return taken;
}
