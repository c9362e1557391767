/**
 * Fields of forms: label, input, hint, and the error at the field.
 * @module
 */
import type { FieldError } from "../../http/problem.ts";
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

function Field({
  form,
  name,
  label,
  hint,
  required,
  children,
}: FieldProps & { readonly children?: unknown }) {
  const error = errorAt(form, name);
  return (
    <div class="field">
      <label for={idOf(name)}>
        {label}
        {required === false && <span class="dim"> (optional)</span>}
      </label>
      {children}
      {error && (
        <span class="error" id={`${idOf(name)}-error`}>
          {error}
        </span>
      )}
      {hint && (
        <span class="hint" id={`${idOf(name)}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

/** Attributes of every input: its name, and what it is described by. */
function common(form: FormState, name: string, hint: string | undefined) {
  const error = errorAt(form, name);
  const described = [error && `${idOf(name)}-error`, hint && `${idOf(name)}-hint`];
  return {
    id: idOf(name),
    name,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": described.filter(Boolean).join(" ") || undefined,
  };
}

/** What is wrong with a form, with links to the fields. Nothing was changed. */
export function FormErrors({ form, what }: { form: FormState; what: string }) {
  const { errors } = form;
  if (errors.length === 0) return null;
  return (
    <Notice tone="bad" title={`${what}: ${inCounted(errors.length, "thing")} to mend`}>
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
