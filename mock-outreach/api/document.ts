/**
 * Builds the JSON:API documents that reads answer.
 * @module
 */
import type { ResourceKind } from "../model/kinds/kind.ts";
import type { ResourceRecord } from "../model/records.ts";
import type { Collection, Directory } from "./query/collection.ts";
import { collectIncluded } from "./query/include.ts";
import type { View } from "./query/parse.ts";
import { resourceObject } from "./resource.ts";

/** What decides how records are told. */
export interface Telling {
  readonly view: View;
  readonly directory: Directory;
  /** Where the API is: `https://api.outreach.io/api/v2` */
  readonly base: string;
  /** What the caller may do with records of a kind. */
  readonly permissions: (kind: ResourceKind) => object;
}

/** The document of one record. */
export function recordDocument(
  collection: Collection,
  record: ResourceRecord,
  telling: Telling,
): object {
  const shown = withoutUnnamedAccount(record, telling);
  return { data: tell(collection, shown, telling), ...includedBy([shown], telling) };
}

/** `data` and, where it is asked for, `included` of a list. */
export function recordsDocument(
  collection: Collection,
  records: readonly ResourceRecord[],
  telling: Telling,
): object {
  const shown = records.map((record) => withoutUnnamedAccount(record, telling));
  return {
    data: shown.map((record) => tell(collection, record, telling)),
    ...includedBy(shown, telling),
  };
}

function includedBy(records: readonly ResourceRecord[], telling: Telling): object {
  const { view, directory } = telling;
  if (view.include.length === 0) return {};
  const included = collectIncluded(records, view.include, directory);
  return { included: included.map(({ collection, record }) => tell(collection, record, telling)) };
}

function tell({ kind }: Collection, record: ResourceRecord, telling: Telling): object {
  const { view, base, permissions } = telling;
  const meta = {
    ...(view.authorizationMeta && permissions(kind)),
    // The mock is connected to no other system.
    ...(view.dataConnections && { dataConnections: [] }),
  };
  const fields = view.fields.get(kind.type) ?? null;
  const asked = view.authorizationMeta || view.dataConnections;
  return resourceObject(kind, record, base, fields, asked ? meta : null);
}

/** Documented at a prospect's account: `actionParams[withUnnamedAccount]=false` makes one that is not `named` null. */
function withoutUnnamedAccount(
  record: ResourceRecord,
  { view, directory }: Telling,
): ResourceRecord {
  const { account, ...others } = record.references;
  if (view.unnamedAccounts || account === undefined) return record;
  const named = directory("account")?.get(account)?.attributes["named"];
  return named === true ? record : { ...record, references: others };
}
