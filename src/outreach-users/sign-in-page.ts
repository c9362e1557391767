/**
 * The page that a person sees after signing in to Outreach.
 * @module
 */
import { html } from "hono/html";
import type { Html } from "../http/page.ts";
import type { ConnectionStatus } from "../engine/api.ts";

export interface SignedIn {
  /** The name that the Outreach user has in the connector. */
  readonly userName: string;
  readonly connection: ConnectionStatus;
  /** Numbers of custom fields that destinations write and that have no label at Outreach. */
  readonly fieldsWithoutLabel: readonly number[];
}

export function signedInPage({ userName, connection, fieldsWithoutLabel }: SignedIn): Html {
  return html`
    <p>
      <strong>${userName}</strong> is connected${asWhom(connection)}. Updates that waited are on
      their way; you can close this page.
    </p>
    ${missingScopes(connection)} ${withoutLabel(fieldsWithoutLabel)}
  `;
}

function asWhom({ identity }: ConnectionStatus): string {
  const whom = [identity?.name, identity?.email && `(${identity.email})`].filter(Boolean).join(" ");
  return whom ? ` to Outreach as ${whom}` : " to Outreach";
}

function missingScopes({ missingScopes: missing }: ConnectionStatus): Html | "" {
  if (missing.length === 0) return "";
  return html`
    <h2>Access that is missing</h2>
    <ul>
      ${missing.map(({ scope, neededFor }) => html`<li><code>${scope}</code>: ${neededFor}</li>`)}
    </ul>
    <p>
      Outreach did not grant these scopes. Ask your administrator to add them to the application in
      Outreach and to <code>OUTREACH_SCOPES</code>, then connect again.
    </p>
  `;
}

function withoutLabel(fields: readonly number[]): Html | "" {
  if (fields.length === 0) return "";
  return html`
    <h2>Custom fields without a label</h2>
    <p>
      Destinations write these custom fields, but nobody at Outreach has given them a label, so
      salespeople do not see them: ${fields.map((field) => `custom${field}`).join(", ")}. An
      Outreach administrator can label them.
    </p>
  `;
}
