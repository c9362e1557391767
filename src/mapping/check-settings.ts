/**
 * Checks a destination's mapping when it is saved, against Outreach's attributes and against itself.
 * @module
 */
import {
  customField,
  nearestWritable,
  prospectAttribute,
} from "../outreach/prospect-attributes.ts";
import { isOptOutAttribute } from "../engine/model/opt-out-attributes.ts";
import { convert } from "./convert.ts";
import { shown } from "./rejection.ts";
import type { AttributeMapping, MappingSettings } from "./settings.ts";
import { parseSourcePath } from "./source-path.ts";

export interface SettingsFault {
  /** JSON pointer into the settings. */
  readonly pointer: string;
  readonly code:
    | "invalid_source"
    | "unknown_target"
    | "read_only_target"
    | "reserved_target"
    | "duplicate_target"
    | "not_an_opt_out"
    | "invalid_values"
    | "duplicate_mapping_id"
    | "duplicate_audience";
  /** What is wrong and what to do. */
  readonly detail: string;
}

/** All faults, in the order of the settings; empty where there is none. */
export function checkMappingSettings(settings: MappingSettings): readonly SettingsFault[] {
  return [...checkIdentity(settings), ...checkRows(settings), ...checkAudiences(settings)];
}

const SOURCE_SHAPE =
  "A source is a dotted XDM path (person.name.firstName, purchases[0].sku) or identityMap.<Namespace>.";

function checkIdentity({ identity }: MappingSettings): readonly SettingsFault[] {
  const fits = identity.source === undefined || parseSourcePath(identity.source);
  return fits
    ? []
    : [{ pointer: "/identity/source", code: "invalid_source", detail: SOURCE_SHAPE }];
}

function checkRows({ mappings, audiences }: MappingSettings): readonly SettingsFault[] {
  const reservedBy = new Map(
    audiences.map(({ id, name, mappingId }) => [customField(mappingId), name ?? id]),
  );
  const rowOf = new Map<string, number>();
  const faults: SettingsFault[] = [];
  for (const [index, row] of mappings.entries()) {
    const { source, target } = row;
    if (!parseSourcePath(source)) {
      faults.push({
        pointer: `/mappings/${index}/source`,
        code: "invalid_source",
        detail: SOURCE_SHAPE,
      });
    }
    const fault = checkTarget(target, reservedBy.get(target), rowOf.get(target));
    if (fault) faults.push({ pointer: `/mappings/${index}/target`, ...fault });
    if (!rowOf.has(target)) rowOf.set(target, index);
    if (!fault) faults.push(...checkReading(row, `/mappings/${index}`));
  }
  return faults;
}

/** How a row reads its values must suit its target. */
function checkReading(row: AttributeMapping, pointer: string): readonly SettingsFault[] {
  const { target, as, sticky, optIn, values, default: otherwise } = row;
  const attribute = prospectAttribute(target);
  if (!attribute) return [];
  const faults: SettingsFault[] = [];
  if (!isOptOutAttribute(target) && (as === "consent" || sticky || optIn)) {
    const detail = `${target} is no opt-out. A consent is mapped to optedOut, emailOptedOut, callOptedOut, emailsOptStatus or callsOptStatus.`;
    faults.push({
      pointer: as === "consent" ? `${pointer}/as` : pointer,
      code: "not_an_opt_out",
      detail,
    });
  }
  const written = [...Object.values(values ?? {}), ...(otherwise === undefined ? [] : [otherwise])];
  const misfit = written.map((one) => convert(one, attribute, pointer)).find(({ ok }) => !ok);
  if (misfit && !misfit.ok) {
    const detail = `What the table writes must suit the target. ${misfit.rejection.detail}`;
    faults.push({ pointer: `${pointer}/values`, code: "invalid_values", detail });
  }
  if (otherwise !== undefined && values === undefined) {
    const detail =
      "A default is for values that the table of translations does not have: add `values`.";
    faults.push({ pointer: `${pointer}/default`, code: "invalid_values", detail });
  }
  return faults;
}

function checkTarget(
  target: string,
  audience: string | undefined,
  row: number | undefined,
): Omit<SettingsFault, "pointer"> | null {
  const attribute = prospectAttribute(target);
  const nearest = () => nearestWritable(target, 3).join(", ");
  if (!attribute) {
    return {
      code: "unknown_target",
      detail: `Outreach's prospect has no attribute ${shown(target)}. Nearest: ${nearest()}.`,
    };
  }
  if (attribute.readOnly) {
    return {
      code: "read_only_target",
      detail: `Outreach lets nobody write ${target}. Nearest that can be written: ${nearest()}.`,
    };
  }
  if (audience !== undefined) {
    return {
      code: "reserved_target",
      detail: `${target} holds the status of audience ${shown(audience)}. Choose another custom field, or give the audience another Mapping ID.`,
    };
  }
  if (row !== undefined) {
    return {
      code: "duplicate_target",
      detail: `${target} is the target of row ${row + 1} already. Keep one of the two rows.`,
    };
  }
  return null;
}

function checkAudiences({ audiences }: MappingSettings): readonly SettingsFault[] {
  const byField = new Map<number, string>();
  const seen = new Set<string>();
  const faults: SettingsFault[] = [];
  for (const [index, { namespace, id, name, mappingId }] of audiences.entries()) {
    const other = byField.get(mappingId);
    if (other !== undefined) {
      faults.push({
        pointer: `/audiences/${index}/mappingId`,
        code: "duplicate_mapping_id",
        detail: `Mapping ID ${mappingId} belongs to audience ${shown(other)} already. Two audiences cannot share a custom field.`,
      });
    }
    const key = JSON.stringify([namespace.toLowerCase(), id]);
    if (seen.has(key)) {
      faults.push({
        pointer: `/audiences/${index}/id`,
        code: "duplicate_audience",
        detail: "This audience is mapped twice. Keep one of the two rows.",
      });
    }
    byField.set(mappingId, name ?? id);
    seen.add(key);
  }
  return faults;
}
