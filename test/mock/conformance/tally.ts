/**
 * What was checked, counted over all tests.
 * @module
 */
export class Tally {
  readonly operations = new Set<string>();
  /** Attributes by `type.name`. */
  readonly told = new Set<string>();
  readonly written = new Set<string>();
  readonly readOnly = new Set<string>();
  readonly parameters = new Set<string>();
  readonly statuses = new Set<number>();
  /** Each checked against the schema of its operation and status. */
  answers = 0;

  /** @param published how many operations there are */
  summary(published: number): string {
    const { operations, told, written, readOnly, parameters, statuses, answers } = this;
    const seen = [...statuses].toSorted((a, b) => a - b).join(", ");
    return [
      "mock-outreach against Outreach's OpenAPI document:",
      `  operations  ${operations.size} of the ${published} published`,
      `  attributes  ${told.size} told, ${written.size} written and told again, ${readOnly.size} read-only`,
      `  parameters  ${parameters.size} documented ones accepted`,
      `  answers     ${answers} as published, of status ${seen}`,
      "",
    ].join("\n");
  }
}
