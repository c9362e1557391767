/**
 * Failures in words.
 * @module
 */
import type { Destination } from "../destinations/store.ts";

/** Names an attribute: `custom4: Mapping ID 4, Trial started`, or with the label that Outreach tells. */
export function fieldWords(
  field: string,
  { settings }: Pick<Destination, "settings">,
  labels: Readonly<Record<string, string>>,
): string {
  const number = /^custom(\d+)$/.exec(field)?.[1];
  if (number === undefined) return field;
  const audience = settings.audiences.find(({ mappingId }) => mappingId === Number(number));
  if (audience) return `${field}: Mapping ID ${number}, ${audience.name ?? audience.id}`;
  const label = labels[number];
  return label === undefined ? field : `${field}: ${label}`;
}
