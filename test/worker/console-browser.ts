/**
 * The console as a browser sees it: cookies are kept, forms are sent as the console's own page sends them.
 * @module
 */
import { ADMIN, ORIGIN, type Answer, type WorkerUnderTest } from "./worker-under-test.ts";

export type Fields = Readonly<Record<string, string>>;

/** @param address where it is on the internet; left out, Cloudflare tells none */
export function browserOf(
  { call }: WorkerUnderTest,
  cookies = new Map<string, string>(),
  address: string | null = null,
) {
  const cookieHeader = () => [...cookies].map((cookie) => cookie.join("=")).join("; ");

  async function send(path: string, method: string, headers: Fields, body?: string) {
    const sent = {
      ...headers,
      ...(cookies.size > 0 && { Cookie: cookieHeader() }),
      ...(address !== null && { "CF-Connecting-IP": address }),
    };
    const answer = await call(path, { method, token: null, headers: sent, body });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }

  /** @param origin of the page that the form is on; null: the browser names none */
  function post(path: string, fields?: Fields, origin: string | null = ORIGIN): Promise<Answer> {
    const headers = {
      ...(origin !== null && { Origin: origin }),
      ...(fields && { "Content-Type": "application/x-www-form-urlencoded" }),
    };
    const body = fields && new URLSearchParams({ ...fields }).toString();
    return send(path, "POST", headers, body);
  }

  return {
    cookies,
    cookieHeader,
    post,
    get: (path: string) => send(path, "GET", {}),
    signIn: () => post("/console/sign-in", { token: ADMIN }),
  };
}

/** What a page says, in one line. */
export function textOf({ text }: Answer): string {
  const body = text.replace(/^.*<main/s, "<main").replaceAll(/<[^>]+>/g, "");
  return body.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
