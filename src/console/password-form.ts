/**
 * The fields of a form that sets a password.
 * @module
 */
import type { FieldError } from "../http/problem.ts";
import { newPassword } from "../security/passwords.ts";

/** What was typed, and what is wrong with it. */
export function readNewPassword(
  form: Readonly<Record<string, string>>,
  email: string,
): { readonly password: string; readonly errors: readonly FieldError[] } {
  const password = form["/password"] ?? "";
  const read = newPassword.safeParse(password);
  const errors: FieldError[] = [];
  if (!read.success) {
    const [issue] = read.error.issues;
    errors.push(fault("/password", issue?.message ?? "Choose another password."));
  } else if (password.toLowerCase().includes(email)) {
    errors.push(fault("/password", "Must not hold your e-mail."));
  } else if (form["/again"] !== password) {
    errors.push(fault("/again", "The two are not the same."));
  }
  return { password, errors };
}

function fault(pointer: string, detail: string): FieldError {
  return { pointer, code: "invalid_value", detail };
}
