/**
 * Leaves the parser of a query from wherever it finds a mistake; `parseQuery` turns it into its result.
 * @module
 */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** A parameter that a call does not take. @param name comes from outside, and may be of any length */
export function unknownParameter(name: string): QueryError {
  return new QueryError(`'${name.slice(0, 100)}' is not a parameter of this call.`);
}
