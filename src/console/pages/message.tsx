/**
 * A page that says what went wrong, and where to go on.
 * @module
 */
import { Layout, type Section } from "../layout.tsx";

interface MessageProps {
  readonly title: string;
  readonly detail: string;
  /** Null for those who are not signed in. */
  readonly section?: Section | null;
}

export function MessagePage({ title, detail, section = "overview" }: MessageProps) {
  return (
    <Layout title={title} section={section} shape="narrow">
      <section class="card empty">
        <h1>{title}</h1>
        <p>{detail}</p>
        <a class="button" href="/console">
          {section === null ? "To the sign-in" : "To the overview"}
        </a>
      </section>
    </Layout>
  );
}
