/**
 * Which audience's status goes into which custom field.
 * @module
 */
import type { Destination } from "../../destinations/store.ts";
import { MAPPING_ID_MAX } from "../../mapping/settings.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Choices, FormErrors, TextField } from "../components/fields.tsx";
import { Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { SettingsRow } from "../components/settings-row.tsx";
import type { FormState } from "../forms.ts";
import type { Choice } from "../targets.ts";
import { inCounted } from "../wording.ts";

const MAPPING_IDS = "mapping-ids";

export interface AudiencesProps {
  readonly destination: Destination;
  readonly form: FormState;
  /** Rows that are shown, empty ones included. */
  readonly rows: number;
  readonly mappingIds: readonly Choice[];
  /** Custom fields that are written already, and for what. */
  readonly taken: ReadonlyMap<number, string>;
  readonly notice: string | null;
}

export function AudiencesPage(props: AudiencesProps) {
  const { destination, form, rows, mappingIds, taken, notice } = props;
  return (
    <DestinationFrame destination={destination} tab="audiences">
      {notice && <Notice tone="good" title={notice} />}
      <FormErrors form={form} what="Not saved" />
      <PostForm class="split" action={`/console/destinations/${destination.id}/audiences`}>
        <section class="card" aria-labelledby="audiences">
          <h2 id="audiences">Audiences</h2>
          <p class="dim">
            Each audience's status is written into the custom field with the number of its Mapping
            ID, 1 to 150. Mapping IDs that come with a profile (route 2) win over these.
          </p>
          <input type="hidden" name="revision" value={String(destination.revision)} />
          <Choices id={MAPPING_IDS} choices={mappingIds} />
          <div id="rows" class="stack">
            {Array.from({ length: rows }, (_, index) => (
              <AudienceRow form={form} index={index} />
            ))}
          </div>
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
            <h2 id="words">Words that are written</h2>
            <TextField form={form} name="/statusValues/realized" label="Member of the audience" />
            <TextField form={form} name="/statusValues/exited" label="No longer a member" />
          </section>
          <section class="card" aria-labelledby="taken">
            <h2 id="taken">Taken Mapping IDs</h2>
            {taken.size === 0 ? (
              <p class="dim">None yet: all of 1 to 150 are free.</p>
            ) : (
              <Taken taken={taken} />
            )}
          </section>
        </div>
      </PostForm>
    </DestinationFrame>
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

function AudienceRow({ form, index }: { form: FormState; index: number }) {
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
    </SettingsRow>
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
