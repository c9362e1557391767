/**
 * Rows of a list that a form edits: numbered, each removed by its button.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";

/** Where to type more, for those who have no script that adds rows. */
const SPARE_ROWS = 2;

interface SettingsRowsProps {
  /** How many have something in them. */
  readonly filled: number;
  readonly row: (index: number) => JSX.Element;
}

/** The rows of a form's one list, and empty ones, which are folded but for the first of an empty list. */
export function SettingsRows({ filled, row }: SettingsRowsProps) {
  const shown = Math.max(1, filled);
  const spare = filled + SPARE_ROWS - shown;
  return (
    <div id="rows" class="stack">
      {Array.from({ length: shown }, (_, index) => row(index))}
      <details>
        <summary>Empty rows</summary>
        <div class="stack">{Array.from({ length: spare }, (_, index) => row(shown + index))}</div>
      </details>
    </div>
  );
}

type SettingsRowProps = PropsWithChildren<{
  /** The row's place in the form's values, such as `/mappings/0`. */
  readonly at: string;
  readonly index: number;
  readonly class: string;
}>;

export function SettingsRow({ at, index, class: classes, children }: SettingsRowProps) {
  return (
    <fieldset class={classes} data-row>
      <legend>
        Row <span data-number>{index + 1}</span>
      </legend>
      {children}
      <button class="quiet slim" name="remove" value={at} type="button">
        Remove<span class="unseen"> this row</span>
      </button>
    </fieldset>
  );
}
