/**
 * A page that says what went wrong, and where to go on.
 * @module
 */
import { Layout } from "../layout.tsx";
import { currentViewer } from "../viewer.ts";

interface MessageProps {
  readonly title: string;
  readonly detail: string;
  /** The page to try once more. */
  readonly again?: string;
}

export function MessagePage({ title, detail, again }: MessageProps) {
  const isSignedIn = currentViewer() !== null;
  return (
    <Layout title={title} section={isSignedIn ? "overview" : null} shape="narrow">
      <section class="card empty">
        <h1>{title}</h1>
        <p>{detail}</p>
        <div class="row">
          {again !== undefined && (
            <a class="button primary" href={again}>
              Open the page again
            </a>
          )}
          <a class="button" href="/console">
            {isSignedIn ? "To the overview" : "To the sign-in"}
          </a>
        </div>
      </section>
    </Layout>
  );
}
