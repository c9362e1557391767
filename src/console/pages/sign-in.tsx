/**
 * The page before the console: the admin token opens it.
 * @module
 */
import { Layout, Mark } from "../layout.tsx";
import { Notice } from "../components/parts.tsx";

export interface SignInProps {
  /** Where to go afterwards, below `/console`. */
  readonly next: string;
  /** What was wrong with the token. */
  readonly error: string | null;
  readonly signedOut: boolean;
}

export function SignInPage({ next, error, signedOut }: SignInProps) {
  return (
    <Layout title="Sign in" section={null} shape="door">
      <div class="row">
        <span class="brand">
          <Mark />
          Outreach Edge
        </span>
      </div>
      {signedOut && <Notice tone="good" title="You are signed out." />}
      <form class="card" method="post" action="/console/sign-in">
        <h1>Sign in</h1>
        <input type="hidden" name="next" value={next} />
        <div class="field">
          <label for="token">Admin token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            aria-invalid={error ? "true" : undefined}
            aria-describedby={error ? "token-error token-hint" : "token-hint"}
          />
          {error && (
            <span class="error" id="token-error">
              {error}
            </span>
          )}
          <span class="hint" id="token-hint">
            The secret <code>ADMIN_TOKEN</code> of the Worker. Whoever set it up has it.
          </span>
        </div>
        <button class="primary">Sign in</button>
      </form>
    </Layout>
  );
}
