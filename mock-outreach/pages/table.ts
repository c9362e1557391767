/**
 * Tables that a phone can show too. There a row becomes a card or a line of text by style alone, for which the roles
 * are stated: browsers forget a table's meaning where its style is no table's.
 * @module
 */
import { html } from "hono/html";
import type { Content, Html } from "./layout.ts";

export interface Row {
  /** Of its own on the page: by it a live part recognises the row. */
  readonly key: string;
  /** One for each column; the first one names the row. */
  readonly cells: readonly Content[];
}

interface TableShape {
  /** What is in it, for those who do not see it. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** On a phone: each cell under its column's name, or all of them in a line. */
  readonly onPhone: "cards" | "lines";
}

export function table({ caption, columns, onPhone }: TableShape, rows: readonly Row[]): Html {
  return html`<table role="table" class="${onPhone}">
    <caption class="unseen">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((row) => tableRow(row, columns))}
    </tbody>
  </table>`;
}

/** So that a card can set it beside its column's name. */
function inOnePiece(cell: Content): Content {
  return cell === "" ? cell : html`<div>${cell}</div>`;
}

function tableRow({ key, cells }: Row, columns: readonly string[]): Html {
  const shown = cells.map((cell, i) =>
    i === 0
      ? html`<th role="rowheader" scope="row">${cell}</th>`
      : html`<td role="cell" data-column="${columns[i] ?? ""}">${inOnePiece(cell)}</td>`,
  );
  return html`<tr role="row" id="${key}">
    ${shown}
  </tr>`;
}
