/**
 * Which profile attribute goes into which prospect attribute, tried on a sample.
 * @module
 */
import type { Destination } from "../../registry/destinations.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { Choices, FormErrors, SelectField, TextArea, TextField } from "../components/fields.tsx";
import { Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { PreviewResult } from "../components/preview.tsx";
import { SettingsRow, SettingsRows } from "../components/settings-row.tsx";
import type { Sender } from "../sender.ts";
import type { FormState } from "../forms.ts";
import type { Preview } from "../preview.ts";
import type { Choice } from "../targets.ts";

const TARGETS = "targets";

export interface MappingProps {
  readonly destination: Destination;
  readonly sender: Sender;
  readonly form: FormState;
  /** Rows with something in them. */
  readonly rows: number;
  readonly targets: readonly Choice[];
  readonly preview: Preview;
  readonly notice: string | null;
}

export function MappingPage(props: MappingProps) {
  const { destination, sender, form, rows, targets, preview, notice } = props;
  const place = `/console/destinations/${destination.id}`;
  const labelOf = new Map(targets.map(({ value, label }) => [value, label]));
  return (
    <DestinationFrame destination={destination} sender={sender} tab="mapping">
      {notice && <Notice tone="good" title={notice} />}
      <FormErrors form={form} />
      <PostForm
        class="split"
        action={`${place}/mapping`}
        open={<TryOut place={place} form={form} preview={preview} />}
      >
        <section class="card" aria-labelledby="mapping">
          <h2 id="mapping">Mapping</h2>
          <p class="dim">
            For route 1, the HTTP API destination. Profiles of route 2 come named after Outreach's
            attributes and need no rows.
          </p>
          <input type="hidden" name="revision" value={String(destination.revision)} />
          <Choices id={TARGETS} choices={targets} />
          <fieldset class="maprow identity">
            <legend>Identity (required)</legend>
            <TextField
              form={form}
              name="/identity/source"
              label="Source of the prospect's Outreach id"
              hint="Left empty: identityMap.OutreachId, then identityMap.Oid"
              placeholder="identityMap.OutreachId"
            />
          </fieldset>
          <SettingsRows
            filled={rows}
            row={(index) => <MappingRow form={form} index={index} labelOf={labelOf} />}
          />
          <div class="row">
            <button class="primary">Save mapping</button>
            <button type="button" data-add="rows">
              Add row
            </button>
          </div>
        </section>
      </PostForm>
    </DestinationFrame>
  );
}

type TryOutProps = Pick<MappingProps, "form" | "preview"> & { readonly place: string };

/** Open to all: it changes nothing. Who may not change the mapping tries the one that is stored. */
function TryOut({ place, form, preview }: TryOutProps) {
  return (
    <section class="card" aria-labelledby="preview">
      <h2 id="preview">Try it on a profile</h2>
      <TextArea
        form={form}
        name="sample"
        label="Sample profile"
        hint="As AEP sends it. It is not kept, and nothing is sent to Outreach."
        rows={12}
        code
      />
      <div>
        <button formaction={`${place}/mapping/preview`}>Preview request</button>
      </div>
      <div class="stack" data-preview={`${place}/preview`} aria-live="polite">
        <PreviewResult preview={preview} />
      </div>
    </section>
  );
}

interface RowProps {
  readonly form: FormState;
  readonly index: number;
  readonly labelOf: ReadonlyMap<string, string>;
}

function MappingRow({ form, index, labelOf }: RowProps) {
  const at = `/mappings/${index}`;
  const target = form.values[`${at}/target`] ?? "";
  const hint = labelOf.get(target.trim());
  return (
    <SettingsRow at={at} index={index} class="maprow">
      <TextField
        form={form}
        name={`${at}/source`}
        label="Source (XDM path)"
        placeholder="person.name.firstName"
      />
      <TextField
        form={form}
        name={`${at}/target`}
        label="Target attribute"
        list={TARGETS}
        placeholder="firstName"
        {...(hint !== undefined && { hint })}
      />
      <SelectField
        form={form}
        name={`${at}/whenRemoved`}
        label="When removed"
        options={[
          ["clear", "clear it"],
          ["ignore", "leave it"],
        ]}
      />
    </SettingsRow>
  );
}
