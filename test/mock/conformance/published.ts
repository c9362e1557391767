/**
 * Outreach's OpenAPI document, as far as the conformance test asks it.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { type Schema, resourceNamed, zodOf } from "./schema.ts";

/** Where the document lies beside the checkout: it is Outreach's, and no part of this project. */
export const DOCUMENT = fileURLToPath(
  new URL("../../../../shared/outreach/openapi.json", import.meta.url),
);

const METHODS = ["get", "post", "patch", "delete"] as const;

interface Documented {
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly schema: Schema;
  }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
}

/** One method of one path. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  /** The first part of its path: `prospects`. */
  readonly plural: string;
  /** The type of the records that it answers: `prospect`; null where it answers none. */
  readonly resource: string | null;
  /** What its answers have to be, by status; null for an answer without a body. */
  readonly answers: ReadonlyMap<number, z.ZodType | null>;
  /** Names in `actionParams`. */
  readonly actionParams: readonly string[];
  /** By the parameter that asks for them, what a record's `meta` tells. */
  readonly metadata: readonly { readonly name: string; readonly parameter: string }[];
}

export interface Published {
  readonly operations: readonly Operation[];
  /** The attributes of a type by name; empty for types that are not in the document. */
  readonly attributes: (type: string) => Readonly<Record<string, Schema>>;
  readonly relationships: (type: string) => Readonly<Record<string, Schema>>;
  /** What a record of the type has to be; null for types that are not in the document. */
  readonly record: (type: string) => z.ZodType | null;
}

/** Null where the document is not there. */
export function readPublished(): Published | null {
  if (!existsSync(DOCUMENT)) return null;
  const document = JSON.parse(readFileSync(DOCUMENT, "utf8")) as OpenApi;
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const documented = methods[method];
      return documented ? [operationOf(document, method, path, documented)] : [];
    }),
  );
  const records = new Map<string, z.ZodType>();
  return {
    operations,
    record(type) {
      const schema = schemas[`${type}Response`];
      const known = records.get(type) ?? (schema ? zodOf(schema, schemas) : null);
      if (known) records.set(type, known);
      return known;
    },
    attributes: (type) => schemas[type]?.properties ?? {},
    relationships: (type) => schemas[`${type}Relationships`]?.properties ?? {},
  };
}

function operationOf(
  { components, tags }: OpenApi,
  method: string,
  path: string,
  documented: Documented,
): Operation {
  const answers = Object.entries(documented.responses).map(([status, { content }]) => {
    const schema = content["application/vnd.api+json"]?.schema;
    return { status: Number(status), schema };
  });
  const success = answers.find(({ status }) => status < 300)?.schema;
  const tag = tags.find(({ name }) => name === documented.tags[0]);
  const actionParams = documented.parameters?.find(({ name }) => name === "actionParams");
  return {
    method: method.toUpperCase(),
    path,
    plural: path.split("/")[1] ?? "",
    resource: success ? resourceNamed(success) : null,
    answers: new Map(
      answers.map(({ status, schema }) => [
        status,
        schema ? zodOf(schema, components.schemas) : null,
      ]),
    ),
    actionParams: Object.keys(actionParams?.schema.properties ?? {}),
    metadata: metadataOf(tag?.description ?? ""),
  };
}

/** Rows of the table `| canWrite | Whether … | provideAuthorizationMeta |`. */
function metadataOf(description: string): Operation["metadata"] {
  return [...description.matchAll(/^\|\s+(\w+)\s+\|[^|]+\|\s+(provide\w+)\s+\|$/gm)].map(
    ([, name = "", parameter = ""]) => ({ name, parameter }),
  );
}
