/**
 * Scopes: `<resources>.<level>`, space-separated, none contains another except `all` (documented).
 * @module
 */
const SCOPE = /^[a-zA-Z]{2,50}\.(read|write|delete|all)$/;
/** Outreach publishes 46 scopes for 40-odd resources; nobody asks for more than all of them. */
const SCOPES_MAX = 200;

/** The scopes of a `scope` parameter without repetitions; null where one has no such form, or there are too many. */
export function parseScopes(text: string): readonly string[] | null {
  const scopes = [...new Set(text.split(/\s+/).filter(Boolean))];
  return scopes.length <= SCOPES_MAX && scopes.every((scope) => SCOPE.test(scope)) ? scopes : null;
}

/** Whether `granted` allows what needs `required`. */
export function allows(granted: readonly string[], required: string): boolean {
  const resource = required.split(".")[0] ?? required;
  return granted.includes(required) || granted.includes(`${resource}.all`);
}

const LEVELS: Readonly<Record<string, string>> = {
  read: "See",
  write: "Create and change",
  delete: "Delete",
  all: "See, create, change and delete",
};

/** A scope in words, for the consent page. */
export function describeScope(scope: string): string {
  const [resource = "", level = ""] = scope.split(".");
  const words = resource.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${LEVELS[level] ?? level} ${words}`;
}
