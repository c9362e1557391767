/**
 * Small parts that pages are made of.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import { may } from "../viewer.ts";
import { fromNow, inMoment, type Tone } from "../wording.ts";

/** A time, and how far off it is. Scripts put it into the reader's time zone. */
export function Moment({ at, now }: { at: number; now: number }) {
  return (
    <span>
      <time datetime={new Date(at).toISOString()}>{inMoment(at, now)}</time>{" "}
      <span class="dim">({fromNow(at, now)})</span>
    </span>
  );
}

export function Badge({ tone, children }: PropsWithChildren<{ tone: Tone }>) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

type NoticeProps = PropsWithChildren<{ tone: Tone; title: string }>;

/** What happened, or what a person has to do. Read out at once where it is bad news. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export function Empty({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <section class="card empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What a form sends without asking. */
export function HiddenFields({ fields }: { fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** A button that changes something, in a form of its own; not there for those who may not. */
export function Action(props: {
  readonly action: string;
  readonly text: string;
  readonly kind?: "primary" | "danger" | "plain" | "quiet";
  readonly slim?: boolean;
  /** Hidden fields. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What is asked before. */
  readonly confirm?: string;
  /** What the button acts on, for those who do not see where it stands. */
  readonly about?: string;
}) {
  const { action, text, kind = "plain", slim = false, fields = {}, confirm, about } = props;
  if (!may("POST", action)) return null;
  return (
    <form method="post" action={action}>
      <HiddenFields fields={fields} />
      <button class={`${kind} ${slim ? "slim" : ""}`} data-confirm={confirm}>
        {text}
        {about && <span class="unseen"> {about}</span>}
      </button>
    </form>
  );
}

interface CopyableProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Something to be typed elsewhere, with a button that copies it. */
export function Copyable({ id, label, value }: CopyableProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copy">
        <input id={id} class="mono" readonly value={value} />
        <button type="button" data-copy={id}>
          Copy<span class="unseen"> {label}</span>
        </button>
      </div>
    </div>
  );
}
