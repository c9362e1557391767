/**
 * What to type into Adobe Experience Platform, for each of its two routes. `docs/aep.md` has the whole procedure.
 * @module
 */
import type { NewSecrets } from "../../registry/credentials.ts";
import { Copyable } from "./parts.tsx";

export interface Addresses {
  readonly ingestUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
}

interface AepSettingsProps {
  readonly addresses: Addresses;
  /** Shown right after they were made, and never again. */
  readonly secrets: NewSecrets;
}

export function AepSettings({ addresses, secrets }: AepSettingsProps) {
  return (
    <div class="halves">
      <HttpApi addresses={addresses} secrets={secrets} />
      <DestinationSdk addresses={addresses} secrets={secrets} />
    </div>
  );
}

function HttpApi({ addresses, secrets }: AepSettingsProps) {
  return (
    <section class="card" aria-labelledby="http-api">
      <h2 id="http-api">HTTP API destination</h2>
      <p>
        In AEP:{" "}
        <strong>Destinations → Catalog → Streaming → HTTP API → Configure new destination</strong>.
        Mapping and Mapping IDs are set here, under Mapping and Audiences.
      </p>
      <Copyable id="http-endpoint" label="HTTP API endpoint" value={addresses.ingestUrl} />
      <h3>Authentication type: Bearer token</h3>
      <Secret id="http-token" label="Bearer token" value={secrets.ingestToken} />
      <h3>Or: OAuth 2 Client credentials</h3>
      <Copyable id="http-token-url" label="Access token URL" value={addresses.tokenUrl} />
      <Copyable id="http-client-id" label="Client ID" value={addresses.clientId} />
      <Secret id="http-secret" label="Client secret" value={secrets.clientSecret} />
      <dl class="facts">
        <dt>Client credentials type</dt>
        <dd>Body form encoded</dd>
        <dt>Headers, query parameters</dt>
        <dd>none</dd>
        <dt>Include segment names, timestamps</dt>
        <dd>as you like; they are ignored</dd>
      </dl>
      <p>
        Then activate audiences. In AEP's mapping step add every source field that the mapping here
        names, plus the identity.
      </p>
    </section>
  );
}

function DestinationSdk({ addresses, secrets }: AepSettingsProps) {
  return (
    <section class="card" aria-labelledby="sdk">
      <h2 id="sdk">Destination SDK card</h2>
      <p>
        A developer makes the card once, with <code>docs/aep/destination-server.json</code> and{" "}
        <code>docs/aep/destination.json</code> of this project. Then, in AEP:{" "}
        <strong>Destinations → Catalog → your card → Configure</strong>.
      </p>
      <Secret id="sdk-token" label="Bearer token" value={secrets.ingestToken} />
      <Copyable id="sdk-url" label="Ingest URL" value={addresses.ingestUrl} />
      <dl class="facts">
        <dt>Identity mapping</dt>
        <dd>
          the identity with the prospect's id → <code>OutreachId</code>
        </dd>
        <dt>Attribute mapping</dt>
        <dd>in AEP's mapping step; no mapping is needed here</dd>
        <dt>Mapping ID</dt>
        <dd>typed when an audience is activated: the custom field's number, 1 to 150</dd>
      </dl>
    </section>
  );
}

/** A secret while it can be shown; afterwards where to get a new one. */
function Secret({ id, label, value }: { id: string; label: string; value: string | undefined }) {
  if (value !== undefined) return <Copyable id={id} label={label} value={value} />;
  return (
    <div class="field">
      <span class="label">{label}</span>
      <span class="hint">
        Was shown when it was made. If it is lost, rotate the credentials under Settings.
      </span>
    </div>
  );
}
