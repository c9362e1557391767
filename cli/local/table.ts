/**
 * Two-column tables for a terminal.
 * @module
 */

/** Lines of a table; a row of one column is a heading. */
export function table(
  rows: readonly (readonly [string] | readonly [string, string | number])[],
): string {
  const cells = rows.map(
    ([name, value]) => [name, value === undefined ? "" : show(value)] as const,
  );
  const left = Math.max(...cells.map(([name]) => name.length));
  const right = Math.max(...cells.map(([, value]) => value.length));
  const line = (name: string, value: string): string =>
    `  ${name.padEnd(left)}  ${value.padStart(right)}`.trimEnd();
  return cells
    .map(([name, value], i) =>
      rows[i]?.length === 1 ? `\n${line(name, value)}` : line(name, value),
    )
    .join("\n");
}

function show(value: string | number): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}
