/**
 * What the organisation calls its custom fields. `GET /api/v2` tells them as `prospectLabel1` to `prospectLabel150`.
 * @module
 */
import type { SavedWorld } from "../snapshots/format.ts";
import { CUSTOM_FIELDS } from "./attributes.ts";

const DEFAULT_LABELS = [
  "Lifecycle stage",
  "Newsletter readers",
  "Trial users",
  "Likely to buy",
  "Likely to leave",
  "Event guests",
  "Last product seen",
  "Loyalty level",
  "Preferred channel",
  "Account tier",
];

export class Labels {
  readonly #labels = new Map(DEFAULT_LABELS.map((label, i) => [i + 1, label]));

  /** The label of custom field `number`; null where it has none. */
  get(number: number): string | null {
    return this.#labels.get(number) ?? null;
  }

  /** @param label null takes the label away */
  set(number: number, label: string | null): void {
    if (label === null) this.#labels.delete(number);
    else this.#labels.set(number, label);
  }

  save(): SavedWorld["labels"] {
    return [...this.#labels];
  }

  load(labels: SavedWorld["labels"]): void {
    this.#labels.clear();
    for (const [number, label] of labels) this.#labels.set(number, label);
  }

  /** Every custom field's label, by the name that the API gives it. */
  asAttributes(): Record<string, string | null> {
    const labels: Record<string, string | null> = {};
    for (let i = 1; i <= CUSTOM_FIELDS; i += 1) labels[`prospectLabel${i}`] = this.get(i);
    return labels;
  }
}
