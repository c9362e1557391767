/**
 * Many Outreach users, a row each.
 * @module
 */
import type { Glance } from "../../outreach-user/api.ts";
import { conditionOf, countStates, failuresOf } from "../overview-order.ts";
import type { ListedUser } from "../overview-store.ts";
import { fromNow, inCount, inCounted, inPercent } from "../wording.ts";
import { Badge } from "./parts.tsx";

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
        {inCount(act)}. Worth a look: {inCount(look)}. Deliver or wait: {inCount(waits)}. Up to
        date: {inCount(fine)}.
      </p>
      <table class="folds">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Prospects that wait
            </th>
            <th scope="col">Empty by</th>
            <th scope="col" class="number">
              Failures
            </th>
            <th scope="col" class="number">
              Window used
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((user) => (
            <UserRow user={user} now={now} />
          ))}
        </tbody>
      </table>
      {pages > 1 && <Pages filter={filter} page={page} pages={pages} />}
    </section>
  );
}

function UserRow({ user, now }: { user: ShownUser; now: number }) {
  const { id, name, glance } = user;
  const { tone, text } = conditionOf(glance);
  const status = glance?.status;
  const drainsAt = status?.backlog.drainsAt ?? null;
  return (
    <tr>
      <th scope="row">
        <a href={`/console/outreach-users/${id}${status ? "/live" : ""}`}>{name}</a>
      </th>
      <td data-label="State">
        <Badge tone={tone}>{text}</Badge>
      </td>
      <td class="number" data-label="Prospects that wait">
        {status ? inCount(status.backlog.pending + status.backlog.inFlight) : "–"}
      </td>
      <td data-label="Empty by">{drainsAt === null ? "–" : fromNow(drainsAt, now)}</td>
      <td class="number" data-label="Failures">
        {glance ? inCount(failuresOf(glance)) : "–"}
      </td>
      <td class="number" data-label="Window used">
        {status
          ? inPercent(status.budget.limit - status.budget.remaining, status.budget.limit)
          : "–"}
      </td>
    </tr>
  );
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
