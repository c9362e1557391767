/**
 * What a destination's settings make likely to surprise: allowed, but worth a look before the first profile.
 * @module
 */
import type { ConnectionStatus } from "../engine/api.ts";
import type { Destination } from "../registry/destinations.ts";

export interface Warning {
  readonly pointer: string | null;
  readonly code: string;
  readonly detail: string;
}

/** What is saved and not in effect yet. */
export const ALERTS_NOT_TOLD: Warning = {
  pointer: "/alerts",
  code: "alerts_not_told",
  detail:
    "Saved, but the Outreach user's object did not answer, so alerts go on as they were. Send `alerts` again, or a test alert: either tells it.",
};

type Connection = Pick<ConnectionStatus, "status" | "detail" | "identity" | "missingScopes">;
type Sender = Pick<Destination, "id" | "name" | "settings">;

/**
 * Looks a destination over.
 * @param siblings other destinations of the same Outreach user
 * @param connection null where the Outreach user's object could not be asked
 */
export function destinationWarnings(
  destination: Sender,
  siblings: readonly Sender[],
  connection: Connection | null,
): Warning[] {
  return [
    ...connectionWarnings(connection),
    ...(connection ? labelWarnings(destination, connection) : []),
    ...sharingWarnings(destination, siblings),
  ];
}

/** Numbers of the custom fields that destinations write and that have no label; none while labels are not known. */
export function fieldsWithoutLabel(
  destinations: readonly Sender[],
  connection: Connection,
): number[] {
  const labels = connection.identity?.customFieldLabels;
  if (!labels) return [];
  const fields = new Set(destinations.flatMap(customFieldsOf).map(({ field }) => field));
  return [...fields].filter((field) => !Object.hasOwn(labels, field)).toSorted((a, b) => a - b);
}

/** A custom field that settings write, and for what. */
interface CustomField {
  readonly field: number;
  readonly pointer: string;
  /** Tells two uses apart that would overwrite each other. */
  readonly use: string;
}

function customFieldsOf({ settings }: Sender): CustomField[] {
  const ofAudiences = settings.audiences.map(({ namespace, id, mappingId }, index) => ({
    field: mappingId,
    pointer: `/audiences/${index}/mappingId`,
    use: `audience ${namespace.toLowerCase()}/${id}`,
  }));
  const ofMappings = settings.mappings.flatMap(({ source, target }, index) => {
    const number = /^custom(\d{1,3})$/.exec(target)?.[1];
    if (number === undefined) return [];
    return [
      { field: Number(number), pointer: `/mappings/${index}/target`, use: `source ${source}` },
    ];
  });
  return [...ofAudiences, ...ofMappings];
}

function connectionWarnings(connection: Connection | null): Warning[] {
  const pointer = "/outreachUserId";
  if (!connection) {
    const detail =
      "The Outreach user could not be asked just now, so its connection and labels were not checked.";
    return [{ pointer, code: "outreach_user_not_checked", detail }];
  }
  if (connection.status !== "connected") {
    const detail = `Updates are accepted and kept, but not delivered until the Outreach user is connected. ${connection.detail ?? ""}`;
    return [{ pointer, code: "outreach_user_not_connected", detail: detail.trim() }];
  }
  return connection.missingScopes.map(({ scope, neededFor }) => ({
    pointer,
    code: "scope_missing",
    detail: `Outreach did not grant the scope ${scope}, which is needed for ${neededFor}. Add it to the application in Outreach and to OUTREACH_SCOPES, then connect again.`,
  }));
}

function labelWarnings(destination: Sender, connection: Connection): Warning[] {
  const unlabelled = new Set(fieldsWithoutLabel([destination], connection));
  return customFieldsOf(destination)
    .filter(({ field }) => unlabelled.has(field))
    .map(({ field, pointer }) => ({
      pointer,
      code: "custom_field_without_label",
      detail: `custom${field} has no label at Outreach, so salespeople do not see it. Check the number, or give the field a label in Outreach.`,
    }));
}

function sharingWarnings(destination: Sender, siblings: readonly Sender[]): Warning[] {
  return customFieldsOf(destination).flatMap(({ field, pointer, use }) => {
    const sibling = siblings.find((other) =>
      customFieldsOf(other).some((theirs) => theirs.field === field && theirs.use !== use),
    );
    if (!sibling) return [];
    const detail = `The destination ${sibling.name} (${sibling.id}) writes something else into custom${field} for the same Outreach user; the two overwrite each other. Choose another custom field in one of them.`;
    return [{ pointer, code: "custom_field_shared", detail }];
  });
}
