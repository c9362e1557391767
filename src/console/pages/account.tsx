/**
 * The account of whoever is signed in.
 * @module
 */
import type { FieldError } from "../../http/problem.ts";
import { PERMISSION_WORDS } from "../../people/permissions.ts";
import type { Person } from "../../people/store.ts";
import type { Viewer } from "../../people/viewer.ts";
import { FormErrors, NewPasswordFields, PasswordField } from "../components/fields.tsx";
import { Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { Layout } from "../layout.tsx";

interface AccountProps {
  readonly viewer: Viewer;
  readonly errors: readonly FieldError[];
  /** Whether the password was changed just now. */
  readonly isChanged: boolean;
  readonly now: number;
}

export function AccountPage({ viewer, errors, isChanged, now }: AccountProps) {
  return (
    <Layout title="My account" section="account">
      <h1>My account</h1>
      {isChanged && (
        <Notice tone="good" title="Your password is changed">
          <p>Wherever else you were signed in, you are signed out.</p>
        </Notice>
      )}
      {viewer.kind === "admin" ? (
        <section class="card">
          <p>
            You are signed in with the admin token, which opens everything. It is no person's
            account: for work day by day, <a href="/console/people">invite yourself</a> and sign in
            with a password.
          </p>
          <p class="dim">
            To sign out everywhere, give the Worker another <code>ADMIN_TOKEN</code>. That ends
            everybody's sessions.
          </p>
        </section>
      ) : (
        <PersonAccount person={viewer.person} errors={errors} now={now} />
      )}
    </Layout>
  );
}

function PersonAccount({
  person,
  errors,
  now,
}: Pick<AccountProps, "errors" | "now"> & { readonly person: Person }) {
  const form = { values: { "/present": "", "/password": "", "/again": "" }, errors };
  const { name, allows } = PERMISSION_WORDS[person.permission];
  return (
    <>
      <FormErrors form={form} />
      <div class="halves">
        <PostForm class="card" action="/console/account/password">
          <h2>Change password</h2>
          <input type="hidden" name="username" autocomplete="username" value={person.email} />
          <PasswordField form={form} name="/present" label="Present password" kind="present" />
          <NewPasswordFields form={form} />
          <div>
            <button class="primary">Change password</button>
          </div>
        </PostForm>
        <section class="card" aria-labelledby="who">
          <h2 id="who">{person.name}</h2>
          <dl class="facts">
            <dt>E-mail</dt>
            <dd>{person.email}</dd>
            <dt>Permission</dt>
            <dd>
              {name}. {allows}
            </dd>
            {person.signedInAt !== null && (
              <>
                <dt>Signed in</dt>
                <dd>
                  <Moment at={person.signedInAt} now={now} />
                </dd>
              </>
            )}
          </dl>
          <PostForm action="/console/account/sign-out">
            <button>Sign out everywhere</button>
          </PostForm>
        </section>
      </div>
    </>
  );
}
