/**
 * Forms: their fields are named by JSON pointer, as the API's errors name them, so that an error finds its field.
 * @module
 */
import type { Context } from "hono";
import type { AppEnv } from "../http/context.ts";
import type { FieldError } from "../http/problem.ts";

/** What a form shows: what was typed, and what is wrong with it. */
export interface FormState {
  /** By the names of the fields. */
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
}

export const EMPTY_FORM: FormState = { values: {}, errors: [] };

/** What was typed, by the names of the fields; nothing where the body is no form. */
export async function readForm(c: Context<AppEnv>): Promise<Record<string, string>> {
  const form = await c.req.formData().catch(() => new FormData());
  const values: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === "string") values[name] = value;
  return values;
}

/** A number where the text is one; otherwise the text itself, which the schema then refuses in plain words. */
export function toNumber(text: string): number | string {
  return /^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : text.trim();
}

/** A count, with commas between thousands or without; nothing where nothing was typed. */
export function toCount(text: string | undefined): number | string | undefined {
  const typed = orUndefined(text);
  return typed === undefined ? undefined : toNumber(typed.replaceAll(",", ""));
}

/** Nothing where nothing was typed. */
export function orUndefined(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** The id of a field's input. */
export function idOf(name: string): string {
  return `field${name.replaceAll(/[^\w]/g, "-")}`;
}

export function errorAt({ errors }: FormState, name: string): string | null {
  return errors.find(({ pointer }) => pointer === name)?.detail ?? null;
}

/** The rows of a list, by the names of their columns; rows in which every one of `columns` is empty are left out. */
export function readRows(
  values: Readonly<Record<string, string>>,
  list: string,
  columns: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  const rows = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(values)) {
    const [, before, index, column] = /^\/(\w+)\/(\d{1,4})\/(\w+)$/.exec(name) ?? [];
    if (before !== list || index === undefined || column === undefined) continue;
    const row = rows.get(Number(index)) ?? {};
    rows.set(Number(index), { ...row, [column]: value });
  }
  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([, row]) => row)
    .filter((row) => columns.some((column) => (row[column] ?? "").trim() !== ""));
}

/** The names and values of rows, numbered from 0 as they come. */
export function rowValues(
  list: string,
  rows: readonly Readonly<Record<string, string | number | undefined>>[],
): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap((row, index) =>
      Object.entries(row).map(([column, value]) => [
        `/${list}/${index}/${column}`,
        String(value ?? ""),
      ]),
    ),
  );
}
