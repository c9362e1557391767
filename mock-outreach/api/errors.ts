/**
 * Outreach's errors, word for word where the words are known. Each says where it is known from: documented
 * (developers.outreach.io, "Making requests" and "Getting started"), seen (recorded by third parties), or assumed.
 * @module
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";

export interface ApiError {
  readonly status: ContentfulStatusCode;
  /** Outreach puts an error code here, the same on every occurrence. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** JSON pointer (RFC 6901) into the request's body. */
  readonly pointer?: string;
  /** The documentation spells this one's `detail` as `details`. */
  readonly documentedAsDetails?: true;
}

export const JSON_API = "application/vnd.api+json";

/** The body of an answer with these errors. */
export function errorDocument(errors: readonly ApiError[], everywhereDetails: boolean) {
  return {
    errors: errors.map(({ id, title, detail, pointer, documentedAsDetails }) => ({
      id,
      title,
      ...(everywhereDetails || documentedAsDetails ? { details: detail } : { detail }),
      ...(pointer !== undefined && { source: { pointer } }),
    })),
  };
}

/** Documented. */
export const unsupportedMediaType: ApiError = {
  status: 415,
  id: "unsupportedMediaType",
  title: "Unsupported Media Type",
  detail: `Expected Content-Type header to be '${JSON_API}'.`,
  documentedAsDetails: true,
};

/** Documented. */
export function unauthorizedOauthScope(scope: string): ApiError {
  return {
    status: 403,
    id: "unauthorizedOauthScope",
    title: "Unauthorized OAuth Scope",
    detail: `Your authorization does not include the required scope '${scope}'.`,
  };
}

/** Documented: the token has the scope, and the user's own permissions forbid the action. */
export const unauthorizedRequest: ApiError = {
  status: 403,
  id: "unauthorizedRequest",
  title: "Unauthorized Request",
  detail: "You are not authorized to perform that request.",
};

/** Documented. @param id as it stood in the URL, or in a reference */
export function resourceNotFound(type: string, id: string | number): ApiError {
  return {
    status: 404,
    id: "resourceNotFound",
    title: "Resource Not Found",
    detail: `Could not find '${type}' with ID '${String(id).slice(0, 100)}'.`,
  };
}

/** The id was seen; the words are assumed. */
export function routeNotFound(method: string, path: string): ApiError {
  return {
    status: 404,
    id: "routeNotFound",
    title: "Route Not Found",
    detail: `Could not find a route for '${method} ${path.slice(0, 200)}'.`,
  };
}

/** Documented that an action answers 400 to parameters that it does not accept; id and words are assumed. */
export function badRequest(detail: string): ApiError {
  return { status: 400, id: "badRequest", title: "Bad Request", detail };
}

/** Assumed: nothing is published about a largest body. */
export function payloadTooLarge(bytesMax: number): ApiError {
  return tooMuch(`The request's body is larger than ${grouped(bytesMax)} bytes.`);
}

/** Assumed: of bulk modifies only the number is reported, of bulk upserts not even that. */
export function tooManyRecords(given: number, max: number): ApiError {
  return tooMuch(`The call is about ${grouped(given)} records; ${grouped(max)} are the most.`);
}

function tooMuch(detail: string): ApiError {
  return { status: 413, id: "payloadTooLarge", title: "Payload Too Large", detail };
}

const grouped = (count: number): string => count.toLocaleString("en-US");

/** Id, title and pointer are documented. */
export function validationError(pointer: string, detail: string): ApiError {
  return { status: 422, id: "validationError", title: "Validation Error", detail, pointer };
}

/** Seen, without a pointer. */
export const dataTooLong: ApiError = {
  status: 422,
  id: "validationDataTooLongError",
  title: "Validation Data Too Long Error",
  detail: "Data provided is too long.",
};

/** Seen: another prospect has the address. */
export const emailTaken = validationError("/data", "Contacts email hash has already been taken.");

/** Seen: the organisation excludes the address. */
export const emailExcluded = validationError(
  "/data",
  "Contacts contact is using an excluded email address.",
);

/** Seen: a write with e-mail addresses that changes nothing. */
export const duplicateValue: ApiError = {
  status: 422,
  id: "validationDuplicateValueError",
  title: "Validation Duplicate Value Error",
  detail: "A Contact with this email_hash already exists.",
};

/**
 * Documented, with its example 10,000 and 2017-01-01T00:00:00: a thousands separator, and a time without a zone, which
 * is UTC. @param resetsAt epoch milliseconds
 */
export function rateLimitExceeded(limit: number, resetsAt: number): ApiError {
  return {
    status: 429,
    id: "rateLimitExceeded",
    title: "Rate Limit Exceeded",
    detail: `You have exceeded your permitted rate limit of ${limit.toLocaleString("en-US")}; please try again at ${zonelessTime(resetsAt)}.`,
  };
}

/** Documented. @param endsAt epoch milliseconds */
export function scheduledServerMaintenance(endsAt: number): ApiError {
  return {
    status: 503,
    id: "scheduledServerMaintenance",
    title: "Scheduled Server Maintenance",
    detail: `Scheduled server maintenance is under way; please try again at ${zonelessTime(endsAt)}.`,
  };
}

/** Whole seconds in UTC, rounded up so that the time told is never too early. */
function zonelessTime(at: number): string {
  return new Date(Math.ceil(at / 1_000) * 1_000).toISOString().slice(0, 19);
}
