/**
 * A page that says what went wrong, and where to go on.
 * @module
 */
import { Layout } from "../layout.tsx";

export function MessagePage({ title, detail }: { title: string; detail: string }) {
  return (
    <Layout title={title} section="overview" shape="narrow">
      <section class="card empty">
        <h1>{title}</h1>
        <p>{detail}</p>
        <a class="button" href="/console">
          To the overview
        </a>
      </section>
    </Layout>
  );
}
