/**
 * Answers with a page of the console.
 *
 * Promises: a page loads nothing but the Worker's own files, and its forms go nowhere else.
 * @module
 */
import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export async function respond(
  element: JSX.Element,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const text = await html`<!doctype html>${element}`;
  return new Response(text.toString(), {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      // Without it a form would be sent from the origin `null`, and be refused.
      "Referrer-Policy": "same-origin",
      "Cache-Control": "no-store",
      ...headers,
    },
  });
}
