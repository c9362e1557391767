/**
 * Who may sign in, and what they may do.
 * @module
 */
import type { Invited } from "../../access/people-changes.ts";
import { PERMISSION_CHOICES, PERMISSION_WORDS } from "../../people/permissions.ts";
import type { Person } from "../../people/store.ts";
import { FormErrors, SelectField, TextField } from "../components/fields.tsx";
import { Action, Badge, Copyable, Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { Table } from "../components/table.tsx";
import type { FormState } from "../forms.ts";
import { Layout } from "../layout.tsx";

const PEOPLE = { href: "/console/people", text: "People" };

interface PeopleProps {
  readonly people: readonly Person[];
  /** The cursor of the next page. */
  readonly next: string | null;
  readonly form: FormState;
  readonly notice: string | null;
  readonly now: number;
}

export function PeoplePage({ people, next, form, notice, now }: PeopleProps) {
  return (
    <Layout title="People" section="people">
      <h1>People</h1>
      {notice && <Notice tone="good" title={notice} />}
      <FormErrors form={form} />
      <section class="card">
        {people.length === 0 ? (
          <p class="dim">
            Nobody yet: only the admin token opens the console. Invite those who work here, so that
            each signs in with a password of their own.
          </p>
        ) : (
          <PeopleTable people={people} now={now} />
        )}
        {next && (
          <p>
            <a href={`/console/people?${new URLSearchParams({ after: next }).toString()}`}>
              More people
            </a>
          </p>
        )}
      </section>
      <div class="halves">
        <PostForm class="card" action="/console/people">
          <h2>Invite a person</h2>
          <TextField form={form} name="/name" label="Name" required maxlength={200} />
          <TextField form={form} name="/email" label="E-mail" required maxlength={254} />
          <PermissionField form={form} />
          <p class="dim small">
            You get a link to hand over: nothing is mailed. The person sets a password there.
          </p>
          <div>
            <button class="primary">Make an invitation link</button>
          </div>
        </PostForm>
        <section class="card" aria-labelledby="permissions">
          <h2 id="permissions">Permissions</h2>
          <dl class="stack">
            {PERMISSION_CHOICES.map(([id, name]) => (
              <div>
                <dt>
                  <strong>{name}</strong>
                </dt>
                <dd class="dim plain">{PERMISSION_WORDS[id].allows}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Layout>
  );
}

function PeopleTable({ people, now }: Pick<PeopleProps, "people" | "now">) {
  return (
    <Table
      rows={people}
      columns={[
        ["Name", ({ id, name }) => <a href={`/console/people/${id}`}>{name}</a>],
        ["E-mail", ({ email }) => email],
        ["Permission", ({ permission }) => PERMISSION_WORDS[permission].name],
        [
          "Last sign-in",
          ({ signedInAt }) =>
            signedInAt === null ? (
              <span class="dim">never</span>
            ) : (
              <Moment at={signedInAt} now={now} />
            ),
        ],
        ["State", (person) => <State person={person} now={now} />],
      ]}
    />
  );
}

function State({ person, now }: { person: Person; now: number }) {
  if (person.passwordHash !== null) return <Badge tone="good">Can sign in</Badge>;
  const isOpen = person.invitedUntil !== null && now < person.invitedUntil;
  return isOpen ? (
    <Badge tone="plain">Invited</Badge>
  ) : (
    <Badge tone="warn">Invitation expired</Badge>
  );
}

function PermissionField({ form }: { form: FormState }) {
  return (
    <SelectField form={form} name="/permission" label="Permission" options={PERMISSION_CHOICES} />
  );
}

interface PersonProps {
  readonly person: Person;
  /** Whether it is the one who looks. */
  readonly isOwn: boolean;
  readonly form: FormState;
  readonly notice: string | null;
  readonly now: number;
}

export function PersonPage(props: PersonProps) {
  const { person, isOwn, form, notice, now } = props;
  const place = `/console/people/${person.id}`;
  return (
    <Layout title={person.name} section="people" crumbs={[PEOPLE]}>
      <div class="title">
        <h1>{person.name}</h1>
        <State person={person} now={now} />
      </div>
      {notice && <Notice tone="good" title={notice} />}
      <FormErrors form={form} />
      <div class="halves">
        <PostForm class="card" action={place}>
          <h2>Name and permission</h2>
          <TextField form={form} name="/name" label="Name" required maxlength={200} />
          {isOwn ? (
            <p class="dim small">
              You hold {PERMISSION_WORDS[person.permission].name}. Nobody changes their own
              permission: ask somebody else who may, or the administrator.
            </p>
          ) : (
            <>
              <PermissionField form={form} />
              <p class="dim small">Another permission ends this person's sessions.</p>
            </>
          )}
          <div>
            <button class="primary">Save</button>
          </div>
        </PostForm>
        <section class="card" aria-labelledby="sign-in">
          <h2 id="sign-in">Sign-in</h2>
          <SignInFacts {...props} />
          <div class="row">
            <Action
              action={`${place}/invitation`}
              text={
                person.passwordHash === null ? "New invitation link" : "Link for a new password"
              }
            />
            <Action
              action={`${place}/sign-out`}
              text="Sign out everywhere"
              confirm={`End all sessions of ${person.name}?`}
            />
          </div>
        </section>
      </div>
      {!isOwn && (
        <section class="card">
          <h2>Remove this person</h2>
          <p>Ends all sessions at once. What the person set up stays.</p>
          <PostForm action={`${place}/delete`}>
            <button class="danger" data-confirm={`Remove ${person.name}? This cannot be undone.`}>
              Remove
            </button>
          </PostForm>
        </section>
      )}
    </Layout>
  );
}

function SignInFacts({ person, now }: PersonProps) {
  const { email, signedInAt, invitedUntil } = person;
  const isOpen = invitedUntil !== null && now < invitedUntil;
  return (
    <dl class="facts">
      <dt>E-mail</dt>
      <dd>{email}</dd>
      <dt>Last sign-in</dt>
      <dd>{signedInAt === null ? "never" : <Moment at={signedInAt} now={now} />}</dd>
      <dt>Open link</dt>
      <dd>
        {isOpen ? (
          <>
            until <Moment at={invitedUntil} now={now} />
          </>
        ) : (
          "none"
        )}
      </dd>
    </dl>
  );
}

export function InvitationMadePage({ person, invitationUrl, now }: Invited & { now: number }) {
  const title = `Invitation for ${person.name}`;
  return (
    <Layout title={title} section="people" crumbs={[PEOPLE]} shape="narrow">
      <h1>{title}</h1>
      <Notice tone="warn" title="Copy the invite link: it is shown this once">
        <p>
          Nothing is mailed. Whoever opens it sets the password of {person.email}, so send it over a
          way that only this person reads.
        </p>
      </Notice>
      <section class="card">
        <Copyable id="invitation" label="Invitation link" value={invitationUrl} />
        {person.invitedUntil !== null && (
          <p class="dim">
            Good once, until <Moment at={person.invitedUntil} now={now} />.
          </p>
        )}
        <div class="row">
          <a class="button primary" href="/console/people">
            Done
          </a>
        </div>
      </section>
    </Layout>
  );
}
