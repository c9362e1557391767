/**
 * A row of a list that a form edits: numbered, and removed by its button.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";

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
