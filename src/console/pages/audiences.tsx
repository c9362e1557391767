/**
 * Which audience's status goes into which custom field.
 * @module
 */
import type { Destination } from "../../registry/destinations.ts";
import { MAPPING_ID_MAX } from "../../mapping/settings.ts";
import type { ListedSeenAudience } from "../../engine/api.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Choices, FormErrors, TextField } from "../components/fields.tsx";
import { Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { SettingsRow, SettingsRows } from "../components/settings-row.tsx";
import { Table } from "../components/table.tsx";
import { likelierAudience, type Labels } from "../field-names.ts";
import type { FormState } from "../forms.ts";
import { labelsOf, type Sender } from "../sender.ts";
import type { Choice } from "../targets.ts";
import { may } from "../viewer.ts";
import { inCount, inCounted, type Tone } from "../wording.ts";

const MAPPING_IDS = "mapping-ids";
const FORM = "audiences-form";
/** Audiences seen in the stream that are offered; the API lists all. */
const SEEN_LISTED_MAX = 50;

export interface AudiencesProps {
  readonly destination: Destination;
  readonly sender: Sender;
  readonly form: FormState;
  /** Rows with something in them. */
  readonly rows: number;
  readonly mappingIds: readonly Choice[];
  /** Custom fields that are written already, and for what. */
  readonly taken: ReadonlyMap<number, string>;
  /** Whether all that write custom fields could be asked. */
  readonly takenIsWhole: boolean;
  /** Audiences that came in profiles and are not mapped; null where they could not be asked for. */
  readonly seen: readonly ListedSeenAudience[] | null;
  readonly notice: { readonly tone: Tone; readonly title: string; readonly detail: string } | null;
  readonly now: number;
}

export function AudiencesPage(props: AudiencesProps) {
  const { destination, sender, form, rows, mappingIds, taken, takenIsWhole, seen, notice, now } =
    props;
  return (
    <DestinationFrame destination={destination} sender={sender} tab="audiences">
      {notice && (
        <Notice tone={notice.tone} title={notice.title}>
          <p>{notice.detail}</p>
        </Notice>
      )}
      <FormErrors form={form} />
      <PostForm
        id={FORM}
        class="split"
        action={`/console/destinations/${destination.id}/audiences`}
      >
        <section class="card" aria-labelledby="audiences">
          <h2 id="audiences">Audiences</h2>
          <p class="dim">
            Each audience's status is written into the custom field with the number of its Mapping
            ID, 1 to 150. Mapping IDs that come with a profile (route 2) win over these.
          </p>
          <input type="hidden" name="revision" value={String(destination.revision)} />
          <Choices id={MAPPING_IDS} choices={mappingIds} />
          <SettingsRows
            filled={rows}
            row={(index) => <AudienceRow form={form} index={index} labels={labelsOf(sender)} />}
          />
          <div class="row">
            <button class="primary">Save audiences</button>
            <button type="button" data-add="rows">
              Add row
            </button>
            <a class="button quiet" href={forecastOf(destination)}>
              What will it cost?
            </a>
          </div>
        </section>
        <div class="stack">
          <section class="card" aria-labelledby="words">
            <h2 id="words">Status values</h2>
            <TextField form={form} name="/statusValues/realized" label="Member of the audience" />
            <TextField form={form} name="/statusValues/exited" label="No longer a member" />
          </section>
          <section class="card" aria-labelledby="taken">
            <h2 id="taken">Mapping IDs in use</h2>
            {!takenIsWhole && (
              <p class="dim">
                Not all could be asked just now: Mapping IDs that come with profiles may be missing
                here.
              </p>
            )}
            {taken.size === 0 && takenIsWhole ? (
              <p class="dim">None yet: all of 1 to 150 are free.</p>
            ) : (
              <Taken taken={taken} />
            )}
          </section>
        </div>
      </PostForm>
      <Seen destination={destination} seen={seen} now={now} />
    </DestinationFrame>
  );
}

function Seen({ destination, seen, now }: Pick<AudiencesProps, "destination" | "seen" | "now">) {
  const action = `/console/destinations/${destination.id}/audiences`;
  return (
    <section class="card" aria-labelledby="seen">
      <h2 id="seen">Unmapped audiences</h2>
      {seen === null ? (
        <p class="dim">
          The Outreach user could not be asked just now. Reload the page in a few seconds.
        </p>
      ) : seen.length === 0 ? (
        <p class="dim">
          None. Audiences that profiles bring and that have no Mapping ID here are offered in this
          place.
        </p>
      ) : (
        <>
          <p class="dim">
            Profiles came with these audiences, and nothing was written for them. Once mapped, only
            later updates carry the status: AEP sends a profile again when it changes.
          </p>
          <Table
            rows={seen.slice(0, SEEN_LISTED_MAX)}
            columns={[
              ["Name", ({ name }) => name ?? <span class="dim">no name sent</span>],
              ["Namespace", ({ namespace }) => namespace],
              ["Audience id", ({ id }) => id, "mono"],
              ["Profiles received", ({ profiles }) => inCount(profiles), "number"],
              ["Last seen", ({ lastSeenAt }) => <Moment at={lastSeenAt} now={now} />],
              ...(may("POST", action)
                ? [
                    [
                      "Map it",
                      (audience: ListedSeenAudience) => (
                        <AddRow audience={audience} action={action} />
                      ),
                      "deed",
                    ] as const,
                  ]
                : []),
            ]}
          />
          {seen.length > SEEN_LISTED_MAX && (
            <p class="dim small">
              and {inCount(seen.length - SEEN_LISTED_MAX)} more, which came with fewer profiles.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function AddRow({ audience, action }: { audience: ListedSeenAudience; action: string }) {
  const { namespace, id, name } = audience;
  return (
    <button
      class="slim"
      form={FORM}
      formaction={`${action}?add#audiences`}
      formnovalidate
      name="add"
      value={JSON.stringify([namespace, id])}
    >
      Add row<span class="unseen"> for {name ?? id}</span>
    </button>
  );
}

/** The forecast page, filled in with what is saved. */
function forecastOf({ outreachUserId, settings }: Destination): string {
  const query = new URLSearchParams({
    "/audiences": String(settings.audiences.length),
    "/attributes": String(settings.mappings.length),
  });
  return `/console/outreach-users/${outreachUserId}/forecast?${query.toString()}`;
}

interface AudienceRowProps {
  readonly form: FormState;
  readonly index: number;
  readonly labels: Labels;
}

function AudienceRow({ form, index, labels }: AudienceRowProps) {
  const at = `/audiences/${index}`;
  return (
    <SettingsRow at={at} index={index} class="maprow audience">
      <TextField
        form={form}
        name={`${at}/name`}
        label="Audience name"
        placeholder="Trial started"
      />
      <TextField form={form} name={`${at}/id`} label="Audience id" placeholder="from AEP" />
      <TextField
        form={form}
        name={`${at}/mappingId`}
        label="Mapping ID"
        list={MAPPING_IDS}
        inputmode="numeric"
      />
      <TextField form={form} name={`${at}/namespace`} label="Namespace" placeholder="ups" />
      <FieldLabel form={form} at={at} labels={labels} />
    </SettingsRow>
  );
}

/** What people at Outreach see the status under, and a warning where it reads like another audience's. */
function FieldLabel({
  form: { values },
  at,
  labels,
}: { at: string } & Omit<AudienceRowProps, "index">) {
  const mappingId = values[`${at}/mappingId`] ?? "";
  const label = labels[mappingId];
  if (label === undefined) return null;
  const own = values[`${at}/name`] ?? "";
  const others = Object.entries(values)
    .filter(([name]) => /^\/audiences\/\d+\/name$/.test(name) && name !== `${at}/name`)
    .map(([, name]) => name);
  const likelier = likelierAudience(own, label, others);
  return likelier !== null ? (
    <p class="whole warning small">
      Outreach shows custom{mappingId} as “{label}”, which reads like {likelier}. Is the Mapping ID
      right?
    </p>
  ) : (
    <p class="whole dim small">
      Outreach shows custom{mappingId} as “{label}”.
    </p>
  );
}

function Taken({ taken }: { taken: ReadonlyMap<number, string> }) {
  const entries = [...taken].toSorted(([a], [b]) => a - b);
  return (
    <>
      <p class="dim small">{inCounted(MAPPING_ID_MAX - entries.length, "Mapping ID")} are free.</p>
      <dl class="facts tight">
        {entries.map(([id, owner]) => (
          <>
            <dt>{id}</dt>
            <dd>{owner}</dd>
          </>
        ))}
      </dl>
    </>
  );
}
