/**
 * Every kind of error that the API answers with: one entry a `code`, which is also the end of the problem's `type`.
 * Codes are part of the API and do not change; `/problems/<code>` shows what is written here.
 * @module
 */

export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do about it, whoever is asking. */
  readonly meaning: string;
}

export const PROBLEM_TYPES = {
  // Requests
  invalid_json: {
    status: 400,
    title: "The body is not JSON",
    meaning: "The request's body could not be read as JSON. Check quotes, commas and brackets.",
  },
  invalid_utf8: {
    status: 400,
    title: "The body is not UTF-8",
    meaning: "JSON is exchanged in UTF-8 (RFC 8259). Encode the body anew.",
  },
  unauthorized: {
    status: 401,
    title: "Not authorized",
    meaning:
      "The request carries no token, or one that is not valid here. Send it as `Authorization: Bearer <token>`: the admin token for settings, the destination's ingest token or an access token for profiles.",
  },
  permission_missing: {
    status: 403,
    title: "Your permission does not allow this",
    meaning:
      "You are signed in, but this needs a permission that you do not hold; the detail names it. Whoever may manage people gives it on the console's page People, or the administrator does.",
  },
  too_many_tries: {
    status: 429,
    title: "Too many wrong tokens",
    meaning:
      "Wrong admin tokens came from your network, so that for a while none from there is looked at, not even the right one. Stop what sends the wrong ones, and try again after the time in `Retry-After`. Other networks are not concerned.",
  },
  not_found: {
    status: 404,
    title: "There is nothing at this address",
    meaning: "No endpoint has this path. `/docs` lists them all.",
  },
  method_not_allowed: {
    status: 405,
    title: "The method is not allowed here",
    meaning: "The endpoint exists, but not for this method. The `Allow` header lists its methods.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    meaning: "Send less at once. Nothing of the request was kept.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The content type is not supported",
    meaning: "Set the `Content-Type` header to one that the endpoint takes.",
  },
  unsupported_encoding: {
    status: 415,
    title: "The content encoding is not supported",
    meaning: "Send the body uncompressed, without a `Content-Encoding` header.",
  },
  invalid_request: {
    status: 422,
    title: "The request is not valid",
    meaning:
      "`errors` lists each field that is to blame: where it is (`pointer`), which rule it breaks (`code`) and what is expected (`detail`). Nothing was changed.",
  },
  profiles_faulty: {
    status: 422,
    title: "Something in the profiles is wrong",
    meaning:
      "`rejected` and `fieldErrors` list what breaks a rule. The sender asked for all or nothing (`Prefer: handling=strict`), so nothing was stored. Send the body without what is listed, or without that preference.",
  },

  // Outreach users and their sign-in
  outreach_user_not_found: {
    status: 404,
    title: "No such Outreach user",
    meaning: "There is no Outreach user of this id. `GET /v1/outreach-users` lists them.",
  },
  outreach_user_in_use: {
    status: 409,
    title: "The Outreach user is in use",
    meaning: "Destinations still send to this Outreach user. Delete them first.",
  },
  connect_link_invalid: {
    status: 403,
    title: "The connect link is not valid",
    meaning: "The link was not made here, or it was cut off when it was copied. Ask for a new one.",
  },
  connect_link_expired: {
    status: 410,
    title: "The connect link has expired",
    meaning: "A connect link is good for a week. Ask your administrator for a new one.",
  },
  sign_in_unknown: {
    status: 400,
    title: "This sign-in is not known",
    meaning: "It was completed before, or was begun too long ago. Open the connect link again.",
  },
  sign_in_denied: {
    status: 400,
    title: "Outreach did not grant access",
    meaning:
      "Access was declined on Outreach's page. Open the connect link again to try once more.",
  },
  sign_in_busy: {
    status: 409,
    title: "Outreach asks to wait a minute",
    meaning:
      "Outreach hands out one token a minute for a user. Wait, then open the connect link again.",
  },
  sign_in_failed: {
    status: 502,
    title: "Outreach did not complete the sign-in",
    meaning: "Outreach refused to hand out tokens, or did not answer. The detail has its words.",
  },

  // Destinations
  destination_not_found: {
    status: 404,
    title: "No such destination",
    meaning: "There is no destination of this id. `GET /v1/destinations` lists them.",
  },
  destination_disabled: {
    status: 403,
    title: "The destination is switched off",
    meaning:
      'An administrator has switched the destination off, so it takes no profiles. An administrator can switch it on with `PATCH /v1/destinations/{id}` and `{"enabled": true}`.',
  },
  destination_changed: {
    status: 409,
    title: "The destination was changed meanwhile",
    meaning: "Somebody else changed it at the same moment. Read it again and repeat the change.",
  },
  alerts_not_set: {
    status: 409,
    title: "No webhook is set",
    meaning:
      "The destination has no webhook that alerts could go to. Set `alerts` with `PATCH /v1/destinations/{id}`.",
  },
  failure_not_found: {
    status: 404,
    title: "No such failure",
    meaning: "It was replayed, discarded, or never existed. Read the list of failures again.",
  },
  prospect_not_found: {
    status: 404,
    title: "Nothing is known of this prospect",
    meaning:
      "No update for this prospect has been accepted. Check the id: it is Outreach's number.",
  },

  // People
  person_not_found: {
    status: 404,
    title: "No such person",
    meaning: "There is no person of this id. `GET /v1/people` lists them.",
  },
  email_taken: {
    status: 409,
    title: "Somebody has this e-mail already",
    meaning:
      "Each person has an e-mail of their own. To hand out a new invitation link, use `POST /v1/people/{id}/invitation`.",
  },
  own_account: {
    status: 409,
    title: "This is your own account",
    meaning:
      "Nobody removes themselves or changes their own permission, so that nobody is left out by a slip. Ask somebody else who may manage people, or the administrator.",
  },

  // Profiles
  too_many_profiles: {
    status: 413,
    title: "There are too many profiles in one body",
    meaning:
      "A JSON body takes 10,000 profiles. Split it, or send NDJSON, which may hold 100,000. Nothing of the request was kept.",
  },
  work_budget: {
    status: 413,
    title: "The request asks for too much work",
    meaning:
      "It holds more profiles, or more rejections in a row, than one request may. `received` and `accepted` count what was looked at and taken before; the rest was not read. Send it in several requests, and check the mapping where most was rejected.",
  },
  backlog_full: {
    status: 503,
    title: "Too many updates are waiting",
    meaning:
      "The Outreach user's backlog is full. Send the body again after the time in `Retry-After`; sending twice does no harm.",
  },

  // Access tokens; RFC 6749, 5.2 names the errors
  token_request_invalid: {
    status: 400,
    title: "The token request is not valid",
    meaning: "A parameter is missing, repeated or contradicts another one.",
  },
  grant_type_unsupported: {
    status: 400,
    title: "The grant type is not supported",
    meaning: "Only `grant_type=client_credentials` is offered.",
  },
  client_unknown: {
    status: 401,
    title: "Client id or client secret is wrong",
    meaning:
      "Use the client id and client secret that were shown when the destination was created or its credentials were rotated.",
  },

  // The Worker itself
  settings_invalid: {
    status: 500,
    title: "The Worker's settings are incomplete",
    meaning: "An administrator has to set what the detail names, then deploy again.",
  },
  database_not_ready: {
    status: 503,
    title: "The database has not been set up",
    meaning:
      "Run `npx wrangler d1 migrations apply outreach-edge --remote`, or with `--local` for local development.",
  },
  not_ready: {
    status: 503,
    title: "Something needs attention",
    meaning:
      "`errors` lists what is wrong with the Worker's settings, its database or its objects. Profiles may be taken all the same.",
  },
  internal_error: {
    status: 500,
    title: "Something went wrong here",
    meaning:
      "The error was logged under the request id in the `X-Request-Id` header. Give that id to whoever runs the Worker.",
  },
  unavailable: {
    status: 503,
    title: "Temporarily unavailable",
    meaning:
      "Storage did not answer. Send the request again after the time in `Retry-After`; sending twice does no harm.",
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_TYPES, text);
}
