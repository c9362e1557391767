/**
 * The answer to somebody who is signed in and may not do this: what is missing, and who can give it.
 * @module
 */
import { PERMISSION_WORDS, type Permission } from "../../people/permissions.ts";
import type { Person } from "../../people/store.ts";
import { Layout } from "../layout.tsx";

interface ForbiddenProps {
  readonly needed: Permission;
  /** Some of those who may give permissions. */
  readonly managers: readonly Person[];
}

export function ForbiddenPage({ needed, managers }: ForbiddenProps) {
  const title = "Your permission does not allow this";
  return (
    <Layout title={title} section="overview" shape="narrow">
      <section class="card">
        <h1>{title}</h1>
        <p>
          This needs the permission <strong>{PERMISSION_WORDS[needed].name}</strong>. Nothing was
          changed.
        </p>
        <p>
          {managers.length === 0
            ? "The administrator, who has the admin token, can give it."
            : "These people can give it, and so can the administrator:"}
        </p>
        {managers.length > 0 && (
          <ul>
            {managers.map(({ name, email }) => (
              <li>
                {name}, <a href={`mailto:${email}`}>{email}</a>
              </li>
            ))}
          </ul>
        )}
        <div class="row">
          <a class="button" href="/console">
            To the overview
          </a>
          <a class="button quiet" href="/console/account">
            My account
          </a>
        </div>
      </section>
    </Layout>
  );
}
