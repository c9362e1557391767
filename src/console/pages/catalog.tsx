/**
 * What can be connected.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import { permissionFor } from "../../people/permissions.ts";
import { Lack } from "../components/lack.tsx";
import { Layout, Mark } from "../layout.tsx";
import { may } from "../viewer.ts";
import { inCount } from "../wording.ts";

interface CatalogProps {
  readonly users: readonly OutreachUserRecord[];
  /** Whether there are more than these. */
  readonly hasMore: boolean;
}

export function CatalogPage({ users, hasMore }: CatalogProps) {
  return (
    <Layout title="Catalog" section="catalog">
      <h1>Catalog</h1>
      <div class="cards">
        <section class="card" aria-labelledby="outreach">
          <div class="row">
            <span class="brand">
              <Mark />
            </span>
            <h2 id="outreach">Outreach</h2>
          </div>
          <p>
            Brings prospects up to date with the profiles that Adobe Experience Platform streams:
            their attributes, and each audience's status in a custom field.
          </p>
          <div class="row catalog">
            {may("GET", "/console/outreach-users/new") ? (
              <a
                class={`button ${users.length === 0 ? "primary" : ""}`}
                href="/console/outreach-users/new"
              >
                {users.length === 0 ? "Connect" : "Connect another Outreach user"}
              </a>
            ) : (
              <Lack needed={permissionFor("manageOutreachUsers")} what="Connecting Outreach" />
            )}
            {users.length > 0 && may("GET", "/console/destinations/new") && (
              <a class="button primary" href="/console/destinations/new">
                New destination
              </a>
            )}
          </div>
          {users.length > 0 && (
            <div class="stack">
              <h3>Outreach users</h3>
              <ul class="bare stack">
                {users.map(({ id, name }) => (
                  <li>
                    <a href={`/console/outreach-users/${id}`}>{name}</a>
                  </li>
                ))}
              </ul>
              {hasMore && (
                <p class="dim small">
                  These are the first {inCount(users.length)}. Find others on the{" "}
                  <a href="/console">overview</a>.
                </p>
              )}
            </div>
          )}
        </section>
      </div>
    </Layout>
  );
}
