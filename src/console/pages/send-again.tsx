/**
 * After the sign-in of somebody whose session had ended while they filled in a form: the form is still there. What it
 * does is said before it is sent, since it came out of the browser and not from here.
 * @module
 */
import { HiddenFields } from "../components/parts.tsx";
import { Layout } from "../layout.tsx";
import { pageOfForm } from "../form-pages.ts";
import { wordsOfKept, type KeptForm } from "../kept-form.ts";

export function SendAgainPage({ kept }: { kept: KeptForm }) {
  const { deed, path, fields } = wordsOfKept(kept);
  const page = pageOfForm(path) ?? path;
  return (
    <Layout title="Signed in" section={null} shape="narrow">
      <section class="card">
        <h1>You are signed in. What you typed is still here</h1>
        <p>
          Your session had ended before it arrived, so nothing was done yet. Send it only if this is
          what you meant:
        </p>
        <dl class="facts">
          <dt>It will</dt>
          <dd>
            <strong>{deed}</strong>
          </dd>
          <dt>On the page</dt>
          <dd>
            <code>{page}</code>
          </dd>
          {fields.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
        <form class="row" method="post" action={kept.action}>
          <HiddenFields fields={kept.fields} />
          <button class="primary">Send it now</button>
          <a class="button quiet" href={page}>
            Leave it
          </a>
        </form>
      </section>
    </Layout>
  );
}
