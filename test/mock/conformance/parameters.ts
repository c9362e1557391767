/**
 * The query parameters of an operation that are documented: in the OpenAPI document as badges and sentences, and in
 * "Making requests" for every list.
 * @module
 */
import type { Operation, Published } from "./published.ts";
import { hasBadge } from "./schema.ts";
import { conditionsFor } from "./values.ts";

export interface DocumentedParameter {
  /** What is counted: `filter[name]`, however many values it is tried with. */
  readonly name: string;
  /** Query strings that it has to accept. */
  readonly queries: readonly string[];
}

/** Of "Making requests": every list takes them. */
const OF_LISTS: readonly DocumentedParameter[] = [
  { name: "page[size]", queries: ["page[size]=1", "page[size]=1000"] },
  { name: "page[limit]", queries: ["page[limit]=1", "page[limit]=1000"] },
  { name: "page[offset]", queries: ["page[limit]=1&page[offset]=1", "page[offset]=10000"] },
  { name: "count", queries: ["count=true", "count=false"] },
  { name: "newFilterSyntax", queries: ["newFilterSyntax=true", "newFilterSyntax=false"] },
  { name: "filter[id]", queries: ["filter[id]=1,2", "filter[id]=1..2", "filter[id]=neginf..9"] },
];

/** @param records the types that the subject has records of */
export function parametersOf(
  operation: Operation,
  published: Published,
  records: ReadonlySet<string>,
): readonly DocumentedParameter[] {
  if (operation.method !== "GET") return actionParameters(operation);
  const ofReads = [
    ...fieldParameters(operation, published),
    ...includeParameters(operation, published, records),
    ...metaParameters(operation),
  ];
  if (operation.path.endsWith("{id}")) return ofReads;
  return [...OF_LISTS, ...ofReads, ...attributeParameters(operation, published)];
}

function actionParameters({ actionParams }: Operation): readonly DocumentedParameter[] {
  const values: Readonly<Record<string, string>> = {
    skipConfirmation: "actionParams[skipConfirmation]=true",
    filter: "actionParams[filter][id]=1,2",
    confirmedCount: "actionParams[confirmedCount]=2",
  };
  return actionParams.flatMap((name) => {
    const query = values[name];
    return query === undefined ? [] : [{ name: `actionParams[${name}]`, queries: [query] }];
  });
}

/** Sparse fieldsets: an attribute is a field, and so is a relationship. */
function fieldParameters(
  { resource }: Operation,
  published: Published,
): readonly DocumentedParameter[] {
  if (resource === null) return [];
  const names = [
    ...Object.keys(published.attributes(resource)),
    ...Object.keys(published.relationships(resource)),
  ];
  const queries = names.map((name) => `fields[${resource}]=${name}`);
  return [{ name: `fields[${resource}]`, queries: [...queries, `${queries[0]},${names.at(-1)}`] }];
}

/** Relationships to one record, of a type that the subject has records of. */
function includeParameters(
  { resource }: Operation,
  published: Published,
  records: ReadonlySet<string>,
): readonly DocumentedParameter[] {
  const related = Object.entries(published.relationships(resource ?? ""));
  const names = related.flatMap(([name, { properties }]) => {
    const type = properties?.["data"]?.properties?.["type"]?.enum?.[0];
    return type !== undefined && records.has(type) ? [name] : [];
  });
  if (names.length === 0) return [];
  return [{ name: "include", queries: [...names, names.join(",")].map((one) => `include=${one}`) }];
}

function metaParameters({ metadata, resource }: Operation): readonly DocumentedParameter[] {
  const names = new Set(metadata.map(({ parameter }) => parameter));
  const parameters = [...names].map((name) => ({ name, queries: [`${name}=true`] }));
  if (resource !== "prospect") return parameters;
  // Documented in the description of a prospect's account.
  const name = "actionParams[withUnnamedAccount]";
  return [...parameters, { name, queries: [`${name}=false`, `${name}=true`] }];
}

function attributeParameters(
  { resource }: Operation,
  published: Published,
): readonly DocumentedParameter[] {
  const attributes = Object.entries(published.attributes(resource ?? ""));
  const filters = attributes.flatMap(([name, schema]) => {
    if (!hasBadge(schema, "filterable")) return [];
    const queries = conditionsFor(schema).map((value) => `filter[${name}]=${value}`);
    return [{ name: `filter[${name}]`, queries }];
  });
  const sorts = attributes.flatMap(([name, schema]) => {
    if (!hasBadge(schema, "sortable")) return [];
    return [{ name: `sort=${name}`, queries: [`sort=${name}`, `sort=-${name}`] }];
  });
  const referred = Object.entries(published.relationships(resource ?? "")).flatMap(
    ([relationship, { description = "" }]) =>
      filterableBy(description).map((attribute) => {
        const name = `filter[${relationship}][${attribute}]`;
        return { name, queries: [`${name}=${VALUES[attribute] ?? "text"}`] };
      }),
  );
  return [...filters, ...sorts, ...referred];
}

/** Of what a record refers to, where not every text will do. */
const VALUES: Readonly<Record<string, string>> = {
  id: "1",
  named: "true",
  updatedAt: "2017-01-01..inf",
};

/** "You can use attributes id and name to filter …", "You can use only the attribute id to filter …". */
export function filterableBy(description: string): readonly string[] {
  const list = /You can use (?:only the attribute|attributes) (.*?) to filter/.exec(
    description,
  )?.[1];
  return list?.split(/, | and /) ?? [];
}
