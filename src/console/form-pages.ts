/**
 * Which page a form stands on: where somebody goes who opens the form's own address, or whose form was not taken.
 * @module
 */

/** Addresses that take a form and are no page themselves. The first that fits counts. */
const FORMS: readonly (readonly [RegExp, page: string])[] = [
  [
    /^\/console\/destinations\/([^/]+)\/(?:credentials\/rotate|delete)$/,
    "/console/destinations/$1",
  ],
  [
    /^\/console\/destinations\/([^/]+)\/failures\/(?:replay|discard)$/,
    "/console/destinations/$1/failures",
  ],
  [
    /^\/console\/destinations\/([^/]+)\/alerts\/(?:off|signing-secret|test)$/,
    "/console/destinations/$1/alerts",
  ],
  [/^\/console\/destinations\/([^/]+)\/(?:mapping\/)?preview$/, "/console/destinations/$1/mapping"],
  [/^\/console\/outreach-users\/([^/]+)\/(?:pause|resume)$/, "/console/outreach-users/$1/live"],
  [/^\/console\/outreach-users\/([^/]+)\/(?:delete|disconnect)$/, "/console/outreach-users/$1"],
  [
    /^\/console\/outreach-users\/([^/]+)\/prospects\/([^/]+)\/(?:replay|send|forget)$/,
    "/console/prospects?id=$2&user=$1",
  ],
  [/^\/console\/people\/([^/]+)\/(?:invitation|sign-out|delete)$/, "/console/people/$1"],
  [/^\/console\/account\/(?:password|sign-out)$/, "/console/account"],
  [/^\/console\/(destinations|outreach-users)$/, "/console/$1/new"],
  [/^\/console\/sign-out$/, "/console"],
];

/** The page of an address that takes forms and is no page; null for every other address. */
export function pageOfForm(path: string): string | null {
  const form = FORMS.find(([pattern]) => pattern.test(path));
  return form ? path.replace(...form) : null;
}

const ANY_ORIGIN = "https://console.invalid";

/** The path, with its query, where a text is one of the console; otherwise null. */
export function consolePath(text: unknown): string | null {
  if (typeof text !== "string" || !URL.canParse(text, ANY_ORIGIN)) return null;
  const { origin, pathname, search } = new URL(text, ANY_ORIGIN);
  const isConsole = pathname === "/console" || pathname.startsWith("/console/");
  return origin === ANY_ORIGIN && isConsole ? pathname + search : null;
}
