/**
 * The console's forms: what each one does, and which page it stands on.
 * @module
 */

const USER = "/console/outreach-users/:id";
const DESTINATION = "/console/destinations/:id";
const PROSPECT = `${USER}/prospects/:id`;
const PERSON = "/console/people/:id";

/** Addresses that take a form, what that does, and the page that it stands on where its address is no page itself. */
const FORMS: readonly (readonly [address: string, deed: string, page?: string])[] = [
  ["/console/outreach-users", "Add an Outreach user", "/console/outreach-users/new"],
  [USER, "Change an Outreach user"],
  [`${USER}/pause`, "Pause delivery", "/console/outreach-users/$1/live"],
  [`${USER}/resume`, "Resume delivery", "/console/outreach-users/$1/live"],
  [`${USER}/disconnect`, "Disconnect an Outreach user", "/console/outreach-users/$1"],
  [`${USER}/delete`, "Delete an Outreach user", "/console/outreach-users/$1"],
  [`${PROSPECT}/replay`, "Replay a prospect's failures", "/console/prospects?id=$2&user=$1"],
  [`${PROSPECT}/send`, "Send a prospect's values now", "/console/prospects?id=$2&user=$1"],
  [
    `${PROSPECT}/forget`,
    "Send a prospect again with its next update",
    "/console/prospects?id=$2&user=$1",
  ],
  ["/console/destinations", "Add a destination", "/console/destinations/new"],
  [DESTINATION, "Change a destination"],
  [`${DESTINATION}/delete`, "Delete a destination", "/console/destinations/$1"],
  [
    `${DESTINATION}/credentials/rotate`,
    "Give a destination new credentials",
    "/console/destinations/$1",
  ],
  [`${DESTINATION}/mapping`, "Change a destination's mapping"],
  [
    `${DESTINATION}/mapping/preview`,
    "Try a mapping out, which changes nothing",
    "/console/destinations/$1/mapping",
  ],
  [
    `${DESTINATION}/preview`,
    "Try a mapping out, which changes nothing",
    "/console/destinations/$1/mapping",
  ],
  [`${DESTINATION}/audiences`, "Change a destination's audiences"],
  [`${DESTINATION}/failures/replay`, "Replay failures", "/console/destinations/$1/failures"],
  [`${DESTINATION}/failures/discard`, "Discard failures", "/console/destinations/$1/failures"],
  [`${DESTINATION}/alerts`, "Change a destination's alerts"],
  [`${DESTINATION}/alerts/off`, "Switch alerts off", "/console/destinations/$1/alerts"],
  [
    `${DESTINATION}/alerts/tell`,
    "Bring saved alerts into effect",
    "/console/destinations/$1/alerts",
  ],
  [
    `${DESTINATION}/alerts/signing-secret`,
    "Regenerate the signing secret",
    "/console/destinations/$1/alerts",
  ],
  [`${DESTINATION}/alerts/test`, "Send a test alert", "/console/destinations/$1/alerts"],
  ["/console/people", "Invite somebody"],
  [PERSON, "Change a person's name or permission"],
  [`${PERSON}/invitation`, "Regenerate the invite link of a person", "/console/people/$1"],
  [`${PERSON}/sign-out`, "Sign a person out everywhere", "/console/people/$1"],
  [`${PERSON}/delete`, "Remove a person", "/console/people/$1"],
  ["/console/account/password", "Change your password", "/console/account"],
  ["/console/account/sign-out", "Sign out everywhere", "/console/account"],
  ["/console/sign-out", "Sign out", "/console"],
];

const COMPILED = FORMS.map(([address, deed, page]) => ({
  pattern: new RegExp(`^${address.replaceAll(":id", "([^/]+)")}$`),
  deed,
  page,
}));

/** The page of an address that takes forms and is no page; null for every other address. */
export function pageOfForm(path: string): string | null {
  const form = COMPILED.find(({ pattern }) => pattern.test(path));
  return form?.page === undefined ? null : path.replace(form.pattern, form.page);
}

/** What a form does that is sent to an address, as one would tell somebody to do it; null where no form is sent there. */
export function deedOfForm(path: string): string | null {
  return COMPILED.find(({ pattern }) => pattern.test(path))?.deed ?? null;
}

const ANY_ORIGIN = "https://console.invalid";

/** The path, with its query, where a text is one of the console; otherwise null. */
export function consolePath(text: unknown): string | null {
  if (typeof text !== "string" || !URL.canParse(text, ANY_ORIGIN)) return null;
  const { origin, pathname, search } = new URL(text, ANY_ORIGIN);
  const isConsole = pathname === "/console" || pathname.startsWith("/console/");
  return origin === ANY_ORIGIN && isConsole ? pathname + search : null;
}
