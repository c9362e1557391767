/**
 * Where somebody who was invited sets a password.
 * @module
 */
import type { FieldError } from "../../http/problem.ts";
import { PERMISSION_WORDS } from "../../people/permissions.ts";
import type { Person } from "../../people/store.ts";
import { FormErrors, NewPasswordFields } from "../components/fields.tsx";
import { Layout } from "../layout.tsx";
import { Brand } from "./sign-in.tsx";

interface InvitationProps {
  readonly token: string;
  readonly person: Person;
  readonly errors: readonly FieldError[];
}

export function InvitationPage({ token, person, errors }: InvitationProps) {
  const form = { values: { "/password": "", "/again": "" }, errors };
  const { name, email, permission } = person;
  return (
    <Layout title="Set your password" section={null} shape="door">
      <Brand />
      <form class="card" method="post" action="/console/invitation">
        <h1>Set your password</h1>
        <p>
          {name}, you sign in as <strong>{email}</strong> with the permission{" "}
          {PERMISSION_WORDS[permission].name}.
        </p>
        <FormErrors form={form} />
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="username" autocomplete="username" value={email} />
        <NewPasswordFields form={form} />
        <button class="primary">Set password and sign in</button>
      </form>
    </Layout>
  );
}
