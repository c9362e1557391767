/**
 * After the sign-in of somebody whose session had ended while they filled in a form: the form is still there.
 * @module
 */
import { Layout } from "../layout.tsx";
import { pageOfForm } from "../form-pages.ts";
import type { KeptForm } from "../kept-form.ts";

export function SendAgainPage({ kept: { action, fields } }: { kept: KeptForm }) {
  const [path = ""] = action.split("?", 1);
  return (
    <Layout title="Signed in" section={null} shape="narrow">
      <section class="card empty">
        <h1>You are signed in. What you typed is still here</h1>
        <p>Your session had ended before it arrived, so nothing was done yet.</p>
        <form class="row" method="post" action={action}>
          {Object.entries(fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button class="primary">Send it now</button>
          <a class="button quiet" href={pageOfForm(path) ?? path}>
            Leave it
          </a>
        </form>
      </section>
    </Layout>
  );
}
