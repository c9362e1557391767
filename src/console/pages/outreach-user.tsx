/**
 * One Outreach user: its connection, its settings, and how to part from it.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { Destination } from "../../registry/destinations.ts";
import { permissionFor } from "../../people/permissions.ts";
import type { UserStatus } from "../../engine/api.ts";
import { BulkCard } from "../components/bulk-card.tsx";
import { FormErrors, TextField } from "../components/fields.tsx";
import { Lack } from "../components/lack.tsx";
import { Action, Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { UserFrame } from "../components/user-frame.tsx";
import type { FormState } from "../forms.ts";
import { Layout } from "../layout.tsx";
import type { Tone } from "../wording.ts";

const CATALOG = { href: "/console/catalog", text: "Catalog" };

export function NewOutreachUserPage({ form }: { form: FormState }) {
  return (
    <Layout title="Connect Outreach" section="catalog" shape="narrow" crumbs={[CATALOG]}>
      <h1>Connect Outreach</h1>
      <FormErrors form={form} />
      <PostForm class="card" action="/console/outreach-users">
        <p>
          Prospects are updated as a person or a service account at Outreach, whose rate limit, as a
          rule 10,000 calls an hour, is used. You sign in to Outreach in the next step.
        </p>
        <UserFields form={form} />
        <div class="row">
          <button class="primary">Continue</button>
          <a class="button quiet" href="/console/catalog">
            Cancel
          </a>
        </div>
      </PostForm>
    </Layout>
  );
}

function UserFields({ form }: { form: FormState }) {
  return (
    <>
      <TextField
        form={form}
        name="/name"
        label="Name"
        hint="What you call this Outreach user here. Outreach is not told."
        placeholder="Marketing operations"
        required
      />
      <TextField
        form={form}
        name="/yearlyAllowance"
        label="Yearly allowance of API calls"
        hint="What your Outreach plan includes, as a rule 250,000 to 1,000,000. Left empty, only the hourly limit is kept, and changes go out at up to one call each."
        inputmode="numeric"
        required={false}
      />
    </>
  );
}

export interface OutreachUserProps {
  readonly user: OutreachUserRecord;
  readonly status: UserStatus;
  /** Null for those who may not connect it. */
  readonly connectUrl: string | null;
  readonly notice: { readonly tone: Tone; readonly title: string; readonly detail?: string } | null;
  /** Custom fields that destinations write and that have no label at Outreach. */
  readonly fieldsWithoutLabel: readonly number[];
  /** Those that send to it. */
  readonly destinations: readonly Destination[];
  readonly form: FormState;
  readonly now: number;
}

export function OutreachUserPage(props: OutreachUserProps) {
  const { user, status, notice, form } = props;
  return (
    <UserFrame user={user} status={status} tab="connection">
      {notice && (
        <Notice tone={notice.tone} title={notice.title}>
          {notice.detail && <p>{notice.detail}</p>}
        </Notice>
      )}
      <FormErrors form={form} />
      <div class="halves">
        <ConnectionCard {...props} />
        <PostForm class="card" action={`/console/outreach-users/${user.id}`}>
          <h2>Settings</h2>
          <UserFields form={form} />
          <div>
            <button>Save</button>
          </div>
        </PostForm>
      </div>
      <BulkCard {...props} />
      <section class="card">
        <h2>Delete this Outreach user</h2>
        <p>
          Deletes its tokens, its counts and all updates that still wait. Its destinations have to
          be deleted before.
        </p>
        <PostForm action={`/console/outreach-users/${user.id}/delete`}>
          <button
            class="danger"
            data-confirm={`Delete ${user.name}, and all pending updates? This cannot be undone.`}
          >
            Delete Outreach user
          </button>
        </PostForm>
      </section>
    </UserFrame>
  );
}

function ConnectionCard(props: OutreachUserProps) {
  const { user, status, connectUrl, fieldsWithoutLabel, now } = props;
  const { connection } = status;
  const { identity } = connection;
  const isConnected = connection.status === "connected";
  return (
    <section class="card" aria-labelledby="connection">
      <h2 id="connection">Connection</h2>
      {connection.detail && (
        <Notice tone={isConnected ? "warn" : "bad"} title={titleOf(status)}>
          <p>{connection.detail}</p>
        </Notice>
      )}
      {identity && (
        <dl class="facts">
          <dt>Outreach user</dt>
          <dd>{identity.name ?? "not told"}</dd>
          <dt>E-mail</dt>
          <dd>{identity.email ?? "not told"}</dd>
          {isConnected && connection.connectedAt !== null && (
            <>
              <dt>Connected</dt>
              <dd>
                <Moment at={connection.connectedAt} now={now} />
              </dd>
            </>
          )}
          {isConnected && connection.accessTokenExpiresAt !== null && (
            <>
              <dt>Token ends</dt>
              <dd>
                <Moment at={connection.accessTokenExpiresAt} now={now} />, renewed by itself before
              </dd>
            </>
          )}
          <dt>Scopes</dt>
          <dd>{identity.scopes.join(", ") || "not told"}</dd>
        </dl>
      )}
      {connection.missingScopes.map(({ scope, neededFor }) => (
        <Notice tone="warn" title={`The scope ${scope} is missing`}>
          <p>
            It is needed for {neededFor}. Add it to the application in Outreach and to
            OUTREACH_SCOPES, then reconnect.
          </p>
        </Notice>
      ))}
      {fieldsWithoutLabel.length > 0 && (
        <Notice tone="warn" title="Custom fields without a label">
          <p>
            Destinations write {fieldsWithoutLabel.map((field) => `custom${field}`).join(", ")}, but
            nobody at Outreach has given them a label, so salespeople do not see them. An Outreach
            administrator can label them.
          </p>
        </Notice>
      )}
      <div class="row">
        {connectUrl === null ? (
          <Lack needed={permissionFor("manageOutreachUsers")} what="Signing in to Outreach" />
        ) : (
          <a class={`button ${isConnected ? "" : "primary"}`} href={connectUrl}>
            {connection.connectedAt === null ? "Sign in to Outreach" : "Reconnect"}
          </a>
        )}
        {isConnected && (
          <Action
            action={`/console/outreach-users/${user.id}/disconnect`}
            text="Disconnect"
            kind="danger"
            confirm={`Disconnect ${user.name}? Nothing is delivered until somebody signs in to Outreach again.`}
          />
        )}
      </div>
    </section>
  );
}

function titleOf({ connection }: UserStatus): string {
  switch (connection.status) {
    case "connected":
      return "The token was not renewed yet";
    case "disconnected":
      return "Not connected";
    case "reconnect_required":
      return "The connection is broken";
  }
}
