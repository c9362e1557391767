/**
 * Failures by their reason.
 * @module
 */
import { adviceFor, type Advice } from "../destinations/remedies.ts";
import type { Destination } from "../destinations/store.ts";
import type { Failure } from "../outreach-user/api.ts";

export interface FailureGroup extends Advice {
  /** The newest first. */
  readonly failures: readonly Failure[];
}

/** Groups in the order of their newest failures. */
export function groupFailures(failures: readonly Failure[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const failure of failures) {
    const advice = adviceFor(failure.error);
    const before = groups.get(advice.reason)?.failures ?? [];
    groups.set(advice.reason, { ...advice, failures: [...before, failure] });
  }
  return [...groups.values()];
}

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
