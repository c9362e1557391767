/**
 * Many Outreach users, a row each.
 * @module
 */
import type { Glance } from "../../engine/api.ts";
import { conditionOf, countStates, failuresOf } from "../overview-order.ts";
import type { ListedUser } from "../overview-store.ts";
import { fromNow, inCount, inCounted, inPercent } from "../wording.ts";
import { Badge } from "./parts.tsx";
import { Table } from "./table.tsx";

export interface ShownUser extends ListedUser {
  /** Null where its object did not answer. */
  readonly glance: Glance | null;
}

interface UserTableProps {
  /** All that were looked at. */
  readonly users: readonly ShownUser[];
  /** Those of this page. */
  readonly shown: readonly ShownUser[];
  /** What names have to hold. */
  readonly filter: string;
  readonly page: number;
  readonly pages: number;
  readonly now: number;
}

export function UserTable({ users, shown, filter, page, pages, now }: UserTableProps) {
  const { act, look, waits, fine } = countStates(users);
  return (
    <section class="card">
      <p>
        <strong>{inCounted(users.length, "Outreach user")}</strong>, the worst first. Need somebody:{" "}
        {inCount(act)}. To be checked: {inCount(look)}. Delivering or pending: {inCount(waits)}. Up
        to date: {inCount(fine)}.
      </p>
      <Table
        rows={shown}
        columns={[
          [
            "Name",
            ({ id, name, glance }) => (
              <a href={`/console/outreach-users/${id}${glance ? "/live" : ""}`}>{name}</a>
            ),
          ],
          ["State", ({ glance }) => <Condition glance={glance} />],
          [
            "Pending prospects",
            ({ glance }) =>
              orDash(glance, ({ status: { backlog } }) =>
                inCount(backlog.pending + backlog.inFlight),
              ),
            "number",
          ],
          [
            "Estimated completion",
            ({ glance }) =>
              orDash(glance, ({ status: { backlog } }) =>
                backlog.drainsAt === null ? "–" : fromNow(backlog.drainsAt, now),
              ),
          ],
          [
            "Failures",
            ({ glance }) => orDash(glance, (known) => inCount(failuresOf(known))),
            "number",
          ],
          [
            "Window used",
            ({ glance }) =>
              orDash(glance, ({ status: { budget } }) =>
                inPercent(budget.limit - budget.remaining, budget.limit),
              ),
            "number",
          ],
        ]}
      />
      {pages > 1 && <Pages filter={filter} page={page} pages={pages} />}
    </section>
  );
}

function Condition({ glance }: Pick<ShownUser, "glance">) {
  const { tone, text } = conditionOf(glance);
  return <Badge tone={tone}>{text}</Badge>;
}

/** What of a glance is told; a dash where the object did not answer. */
function orDash(glance: Glance | null, tell: (glance: Glance) => string): string {
  return glance === null ? "–" : tell(glance);
}

function Pages({ filter, page, pages }: Pick<UserTableProps, "filter" | "page" | "pages">) {
  const hrefOf = (number: number) => {
    const query = new URLSearchParams({ ...(filter && { name: filter }), page: String(number) });
    return `/console?${query.toString()}`;
  };
  return (
    <nav class="row" aria-label="Pages">
      {page > 1 && <a href={hrefOf(page - 1)}>Back</a>}
      <span class="dim">
        Page {page} of {pages}
      </span>
      {page < pages && <a href={hrefOf(page + 1)}>Next</a>}
    </nav>
  );
}
