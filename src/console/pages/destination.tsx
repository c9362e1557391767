/**
 * A destination's settings and credentials.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { NewSecrets } from "../../registry/credentials.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { Warning } from "../../destinations/warnings.ts";
import { AepSettings, type Addresses } from "../components/aep-settings.tsx";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { FormErrors, SelectField, TextArea, TextField } from "../components/fields.tsx";
import { Copyable, Empty, Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import type { FormState } from "../forms.ts";
import { Layout } from "../layout.tsx";
import type { Sender } from "../sender.ts";

const OVERVIEW = { href: "/console", text: "Overview" };

interface NewDestinationProps {
  readonly form: FormState;
  readonly users: readonly OutreachUserRecord[];
  /** Whether there are more than these. */
  readonly hasMore: boolean;
}

export function NewDestinationPage({ form, users, hasMore }: NewDestinationProps) {
  return (
    <Layout title="New destination" section="overview" shape="narrow" crumbs={[OVERVIEW]}>
      <h1>New destination</h1>
      {users.length === 0 ? (
        <Empty title="Connect Outreach first">
          <p>A destination sends as an Outreach user, and there is none yet.</p>
          <a class="button primary" href="/console/outreach-users/new">
            Connect Outreach
          </a>
        </Empty>
      ) : (
        <>
          <FormErrors form={form} />
          <PostForm class="card" action="/console/destinations">
            <NameAndDescription form={form} />
            <SelectField
              form={form}
              name="/outreachUserId"
              label="Outreach user"
              hint="Prospects are updated as this user, within its rate limit. It cannot be changed later."
              options={users.map(({ id, name }) => [id, name])}
            />
            {hasMore && (
              <p class="hint">
                Not all Outreach users are listed. Find another on the{" "}
                <a href="/console">overview</a>, and begin from its page.
              </p>
            )}
            <div class="row">
              <button class="primary">Create destination</button>
              <a class="button quiet" href="/console">
                Cancel
              </a>
            </div>
          </PostForm>
        </>
      )}
    </Layout>
  );
}

function NameAndDescription({ form }: { form: FormState }) {
  return (
    <>
      <TextField
        form={form}
        name="/name"
        label="Name"
        placeholder="Prospects of the spring campaign"
        required
      />
      <TextArea form={form} name="/description" label="Description" required={false} />
    </>
  );
}

interface SecretsProps {
  readonly destination: Destination;
  readonly addresses: Addresses;
  readonly secrets: NewSecrets;
  /** Until when the ones before stay valid, epoch ms; null for a destination that is new. */
  readonly previousValidUntil: number | null;
  readonly now: number;
}

/** The one page that shows secrets. */
export function SecretsPage(props: SecretsProps) {
  const { destination, addresses, secrets, previousValidUntil, now } = props;
  const isNew = previousValidUntil === null;
  const title = isNew ? "Destination created" : "New credentials";
  const place = `/console/destinations/${destination.id}`;
  return (
    <Layout
      title={title}
      section="overview"
      crumbs={[OVERVIEW, { href: place, text: destination.name }]}
    >
      <h1>{title}</h1>
      <Notice tone="warn" title="Keep these now: they are shown this once">
        <p>Only their hashes are kept here. If one is lost, rotate the credentials.</p>
        {previousValidUntil !== null && (
          <p>
            {previousValidUntil > now ? (
              <>
                The ones before stay valid until <Moment at={previousValidUntil} now={now} />.
              </>
            ) : (
              "The ones before are not valid any more."
            )}
          </p>
        )}
      </Notice>
      <AepSettings addresses={addresses} secrets={secrets} />
      <div class="row">
        <a class="button primary" href={isNew ? `${place}/mapping` : place}>
          {isNew ? "Continue with the mapping" : "Done"}
        </a>
      </div>
    </Layout>
  );
}

interface DestinationProps {
  readonly destination: Destination;
  readonly sender: Sender;
  readonly warnings: readonly Warning[];
  readonly addresses: Addresses;
  readonly form: FormState;
  readonly notice: string | null;
}

export function DestinationPage(props: DestinationProps) {
  const { destination, sender, form, notice, warnings } = props;
  const place = `/console/destinations/${destination.id}`;
  return (
    <DestinationFrame destination={destination} sender={sender} tab="settings">
      {notice && <Notice tone="good" title={notice} />}
      <FormErrors form={form} />
      <Warnings warnings={warnings} place={place} />
      <div class="halves">
        <SettingsCard {...props} />
        <CredentialsCard {...props} />
      </div>
      <section class="card">
        <h2>Delete this destination</h2>
        <p>
          Deletes it with its credentials, counts and failures. Updates that were accepted are still
          delivered. AEP gets 404 from then on.
        </p>
        <PostForm action={`${place}/delete`}>
          <button
            class="danger"
            data-confirm={`Delete ${destination.name}? This cannot be undone.`}
          >
            Delete destination
          </button>
        </PostForm>
      </section>
    </DestinationFrame>
  );
}

/** What works, but perhaps not as it was meant. */
export function Warnings({ warnings, place }: { warnings: readonly Warning[]; place: string }) {
  if (warnings.length === 0) return null;
  return (
    <Notice tone="warn" title="Worth a look">
      <ul class="bare stack">
        {warnings.map(({ pointer, detail }) => (
          <li>
            {detail} {pointer && <PlaceOf pointer={pointer} place={place} />}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function PlaceOf({ pointer, place }: { pointer: string; place: string }) {
  const [, list, index] = /^\/(mappings|audiences)\/(\d+)\//.exec(pointer) ?? [];
  if (index === undefined) return null;
  const page = list === "mappings" ? "mapping" : "audiences";
  return (
    <a href={`${place}/${page}`}>
      {page}, row {Number(index) + 1}
    </a>
  );
}

function SettingsCard({ destination, sender, form }: DestinationProps) {
  const { id, revision } = destination;
  const isOn = form.values["/enabled"] === "on";
  return (
    <PostForm class="card" action={`/console/destinations/${id}`}>
      <h2>Settings</h2>
      <input type="hidden" name="revision" value={String(revision)} />
      <NameAndDescription form={form} />
      <label class="check">
        <input type="checkbox" name="/enabled" checked={isOn} />
        <span>
          Enabled
          <span class="hint"> (switched off, AEP gets 403; what was accepted is delivered)</span>
        </span>
      </label>
      <p>
        Outreach user: <a href={`/console/outreach-users/${sender.id}`}>{sender.name}</a>
      </p>
      <SelectField
        form={form}
        name="/delivery"
        label="Delivery"
        hint="Bulk takes the fewest calls where many prospects are pending. A single update tells the prospect's own error at once."
        options={[
          ["auto", "Automatic (bulk when volume is high)"],
          ["patch", "Always single updates"],
        ]}
      />
      <TextField
        form={form}
        name="/weight"
        label="Weight"
        hint="Where destinations share an Outreach user and calls are short: one of weight 3 has three times the calls of one of weight 1."
        inputmode="numeric"
        required
      />
      <div>
        <button class="primary">Save</button>
      </div>
    </PostForm>
  );
}

function CredentialsCard({ destination, addresses }: DestinationProps) {
  const { id, name } = destination;
  return (
    <section class="card" aria-labelledby="credentials">
      <h2 id="credentials">Ingest URL and credentials</h2>
      <Copyable id="ingest-url" label="Ingest URL" value={addresses.ingestUrl} />
      <Copyable id="client-id" label="Client ID" value={addresses.clientId} />
      <p class="dim">
        The ingest token and the client secret were shown when they were made. Rotating makes new
        ones; the ones before stay valid for a while, so that AEP's side can be changed without a
        gap.
      </p>
      <PostForm class="stack" action={`/console/destinations/${id}/credentials/rotate`}>
        <div class="field">
          <label for="which">Regenerate</label>
          <select id="which" name="which">
            <option value="both">ingest token and client secret</option>
            <option value="ingestToken">ingest token</option>
            <option value="clientSecret">client secret</option>
          </select>
        </div>
        <div class="field">
          <label for="keep">The one before stays valid</label>
          <select id="keep" name="keepPreviousHours">
            <option value="24">for 24 hours</option>
            <option value="168">for a week</option>
            <option
              value="0"
              data-confirm={`Rotate the credentials of ${name}, and refuse those before at once? AEP's profiles are rejected until it has the new ones.`}
            >
              Revoke now (compromised)
            </option>
          </select>
        </div>
        <div>
          <button data-confirm={`Rotate the credentials of ${name}?`}>Rotate</button>
        </div>
      </PostForm>
    </section>
  );
}

export function SetupPage({
  destination,
  sender,
  addresses,
}: Pick<DestinationProps, "destination" | "sender" | "addresses">) {
  return (
    <DestinationFrame destination={destination} sender={sender} tab="setup">
      <p>
        Two routes lead from Adobe Experience Platform to this destination; it may serve both. They
        follow Adobe's public documentation and were not tried against a live AEP.
      </p>
      <AepSettings addresses={addresses} secrets={{}} />
    </DestinationFrame>
  );
}
