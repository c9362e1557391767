/**
 * Tables: a row a thing, which its first cell names.
 * @module
 */
import type { Child } from "hono/jsx";

/** What is said of each row. `deed`: buttons, which say themselves what they do; the label is for those who do not see them. */
export type Column<Row> = readonly [
  label: string,
  cell: (row: Row) => Child,
  kind?: "number" | "mono" | "deed",
];

interface TableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly caption?: string;
  /** False for tables that fit on a phone. Others fold there: a cell below the other, each with its label. */
  readonly folds?: boolean;
}

export function Table<Row>({ columns, rows, caption, folds = true }: TableProps<Row>) {
  return (
    <table class={folds ? "folds" : undefined}>
      {caption && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map(([label, , kind]) => (
            <Head label={label} kind={kind} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map(([label, cell, kind], index) =>
              index === 0 ? (
                <th scope="row">{cell(row)}</th>
              ) : kind === "deed" ? (
                <td>{cell(row)}</td>
              ) : (
                <td class={kind} data-label={folds ? label : undefined}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ label, kind }: { label: string; kind: Column<never>[2] }) {
  if (label === "") return <td></td>;
  if (kind === "number") {
    return (
      <th scope="col" class="number">
        {label}
      </th>
    );
  }
  return <th scope="col">{kind === "deed" ? <span class="unseen">{label}</span> : label}</th>;
}
