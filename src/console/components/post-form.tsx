/**
 * A form that changes something: closed, with the reason, for those who may not.
 * @module
 */
import type { Child, PropsWithChildren } from "hono/jsx";
import { lackFor } from "../viewer.ts";
import { Lack } from "./lack.tsx";

type PostFormProps = PropsWithChildren<{
  readonly action: string;
  readonly class?: string;
  /** For buttons that stand outside. */
  readonly id?: string;
  /** The part of it that is open to those who may not send it. */
  readonly open?: Child;
}>;

export function PostForm({ action, class: classes, id, open, children }: PostFormProps) {
  const lacking = lackFor("POST", action);
  if (lacking === null) {
    return (
      <form id={id} class={classes} method="post" action={action}>
        {children}
        {open}
      </form>
    );
  }
  return (
    <form id={id} class={classes ?? "row"} method="post" action={action}>
      <fieldset class="through" disabled>
        <Lack needed={lacking} />
        {children}
      </fieldset>
      {open}
    </form>
  );
}
