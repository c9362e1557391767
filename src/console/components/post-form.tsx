/**
 * A form that changes something: closed, with the reason, for those who may not.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import { lackWords } from "../../people/permissions.ts";
import { lackFor } from "../viewer.ts";

type PostFormProps = PropsWithChildren<{
  readonly action: string;
  readonly class?: string;
  /** For buttons that stand outside. */
  readonly id?: string;
}>;

export function PostForm({ action, class: classes, id, children }: PostFormProps) {
  const lacking = lackFor("POST", action);
  if (lacking === null) {
    return (
      <form id={id} class={classes} method="post" action={action}>
        {children}
      </form>
    );
  }
  return (
    <form id={id} class={classes ?? "row"} method="post" action={action}>
      <fieldset class="through" disabled>
        <p class="lack small">{lackWords(lacking)}</p>
        {children}
      </fieldset>
    </form>
  );
}
