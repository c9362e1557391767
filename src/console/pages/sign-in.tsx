/**
 * The page before the console: e-mail and password open it, and so does the admin token.
 * @module
 */
import { describedBy, Labelled } from "../components/fields.tsx";
import { Notice } from "../components/parts.tsx";
import type { KeptForm } from "../kept-form.ts";
import { Layout, Mark } from "../layout.tsx";

/** What was wrong, by the way that was taken. */
export interface SignInErrors {
  readonly password?: string;
  readonly token?: string;
}

export interface SignInProps {
  /** Where to go afterwards, below `/console`. */
  readonly next: string;
  readonly errors: SignInErrors;
  /** As it was typed. */
  readonly email: string;
  readonly signedOut: boolean;
  /** What somebody sent after the session had ended; null where nothing was. */
  readonly kept: KeptForm | null;
}

export function SignInPage({ next, errors, email, signedOut, kept }: SignInProps) {
  return (
    <Layout title="Sign in" section={null} shape="door">
      <Brand />
      {signedOut && <Notice tone="good" title="You are signed out." />}
      {kept && (
        <Notice tone="warn" title="Your session has ended">
          <p>What you typed was not sent yet. It is kept: sign in, and send it with one click.</p>
        </Notice>
      )}
      <form class="card" method="post" action="/console/sign-in">
        <h1>Sign in</h1>
        <Onward next={next} kept={kept} />
        <Labelled id="email" label="E-mail" error={null}>
          <input
            id="email"
            name="email"
            type="email"
            value={email}
            autocomplete="username"
            required
            autofocus={errors.token === undefined && email === ""}
          />
        </Labelled>
        <Labelled
          id="password"
          label="Password"
          error={errors.password ?? null}
          hint="You set it with the invitation link that you were given."
        >
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            {...describedBy("password", errors.password ?? null)}
          />
        </Labelled>
        <button class="primary">Sign in</button>
      </form>
      <form class="card" method="post" action="/console/sign-in">
        <h2>Administrator</h2>
        <Onward next={next} kept={kept} />
        <Labelled
          id="token"
          label="Admin token"
          error={errors.token ?? null}
          hint={
            <>
              The secret <code>ADMIN_TOKEN</code> of the Worker. Whoever set it up has it.
            </>
          }
        >
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="off"
            required
            {...describedBy("token", errors.token ?? null)}
          />
        </Labelled>
        <button>Use the admin token</button>
      </form>
    </Layout>
  );
}

function Onward({ next, kept }: Pick<SignInProps, "next" | "kept">) {
  return (
    <>
      <input type="hidden" name="next" value={next} />
      {kept && <input type="hidden" name="kept" value={JSON.stringify(kept)} />}
    </>
  );
}

export function Brand() {
  return (
    <div class="row">
      <span class="brand">
        <Mark />
        Outreach Edge
      </span>
    </div>
  );
}
