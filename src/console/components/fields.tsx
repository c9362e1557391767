/**
 * Fields of forms: label, input, hint, and the error at the field.
 * @module
 */
import type { Child, PropsWithChildren } from "hono/jsx";
import type { FieldError } from "../../http/problem.ts";
import { PASSWORD_HINT } from "../../security/passwords.ts";
import { errorAt, idOf, type FormState } from "../forms.ts";
import type { Choice } from "../targets.ts";
import { inCounted } from "../wording.ts";
import { Notice } from "./parts.tsx";

interface FieldProps {
  readonly form: FormState;
  /** The JSON pointer of what it sets. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
}

type InputProps = FieldProps & {
  readonly inputmode?: "numeric";
  readonly placeholder?: string;
  /** The id of a `datalist`. */
  readonly list?: string;
  readonly maxlength?: number;
};

export function TextField(props: InputProps) {
  const { form, name, hint, required, inputmode, placeholder, list, maxlength } = props;
  return (
    <Field {...props}>
      <input
        {...common(form, name, hint)}
        value={form.values[name] ?? ""}
        required={required}
        inputmode={inputmode}
        placeholder={placeholder}
        list={list}
        maxlength={maxlength}
        autocomplete="off"
      />
    </Field>
  );
}

export function TextArea(props: FieldProps & { readonly rows?: number; readonly code?: boolean }) {
  const { form, name, hint, rows = 3, code = false } = props;
  return (
    <Field {...props}>
      <textarea
        {...common(form, name, hint)}
        rows={rows}
        class={code ? "mono" : undefined}
        spellcheck={!code}
      >
        {form.values[name] ?? ""}
      </textarea>
    </Field>
  );
}

/** What is typed into it is never shown again. */
export function PasswordField(props: FieldProps & { readonly kind: "present" | "new" }) {
  const { form, name, hint, kind } = props;
  return (
    <Field {...props}>
      <input
        {...common(form, name, hint)}
        type="password"
        autocomplete={kind === "new" ? "new-password" : "current-password"}
        required
      />
    </Field>
  );
}

type SelectProps = FieldProps & { readonly options: readonly (readonly [string, string])[] };

export function SelectField(props: SelectProps) {
  const { form, name, hint, options } = props;
  return (
    <Field {...props}>
      <select {...common(form, name, hint)}>
        {options.map(([value, text]) => (
          <option value={value} selected={form.values[name] === value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Field({ form, name, children, ...labels }: PropsWithChildren<FieldProps>) {
  return (
    <Labelled {...labels} id={idOf(name)} error={errorAt(form, name)}>
      {children}
    </Labelled>
  );
}

interface Labels {
  /** The input's. */
  readonly id: string;
  readonly label: string;
  readonly error: string | null;
  readonly hint?: Child;
  readonly required?: boolean;
}

/** An input with its label, its error and its hint. The input says by `describedBy` that they are its own. */
export function Labelled(props: PropsWithChildren<Labels>) {
  const { id, label, error, hint, required, children } = props;
  return (
    <div class="field">
      <label for={id}>
        {label}
        {required === false && <span class="dim"> (optional)</span>}
      </label>
      {children}
      {error && (
        <span class="error" id={`${id}-error`}>
          {error}
        </span>
      )}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

/** Attributes of an input that has an error or a hint beside it. */
export function describedBy(id: string, error: string | null, hasHint = true) {
  const described = [error && `${id}-error`, hasHint && `${id}-hint`];
  return {
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": described.filter(Boolean).join(" ") || undefined,
  } as const;
}

/** Attributes of every input: its name, and what it is described by. */
function common(form: FormState, name: string, hint: string | undefined) {
  const id = idOf(name);
  return { id, name, ...describedBy(id, errorAt(form, name), hint !== undefined) };
}

/** Somebody's new password, typed twice. */
export function NewPasswordFields({ form }: { form: FormState }) {
  return (
    <>
      <PasswordField
        form={form}
        name="/password"
        label="New password"
        hint={PASSWORD_HINT}
        kind="new"
      />
      <PasswordField form={form} name="/again" label="Confirm" kind="new" />
    </>
  );
}

/** What is wrong with a form, with links to the fields. Nothing was changed. */
export function FormErrors({ form }: { form: FormState }) {
  const { errors } = form;
  if (errors.length === 0) return null;
  return (
    <Notice tone="bad" title={`Fix ${inCounted(errors.length, "error")}`}>
      <ul class="bare">
        {errors.map((error) => (
          <li>
            <ErrorLink error={error} isShown={form.values[error.pointer ?? ""] !== undefined} />
          </li>
        ))}
      </ul>
      <p>Nothing was changed; all that you typed is still here.</p>
    </Notice>
  );
}

function ErrorLink({ error, isShown }: { error: FieldError; isShown: boolean }) {
  const { pointer, detail } = error;
  if (pointer === null || !isShown) return <span>{detail}</span>;
  return <a href={`#${idOf(pointer)}`}>{detail}</a>;
}

/** What an input with this `list` offers while one types. */
export function Choices({ id, choices }: { id: string; choices: readonly Choice[] }) {
  return (
    <datalist id={id}>
      {choices.map(({ value, label }) => (
        <option value={value} label={label}></option>
      ))}
    </datalist>
  );
}
