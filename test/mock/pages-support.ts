/**
 * A page as a reader sees it.
 * @module
 */
import type { TestMock } from "./support.ts";

export interface SeenPage {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What stands on it, without markup, spaces made one. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

export async function seePage(mock: TestMock, path: string): Promise<SeenPage> {
  const response = await mock.fetch(path);
  const html = await response.text();
  const bare = html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const text = bare.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? "");
  return { status: response.status, headers: response.headers, html, text };
}

/** The addresses of a page's links that begin with `prefix`, in their order. */
export function linksOf({ html }: SeenPage, prefix: string): readonly string[] {
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href);
  return links
    .map((href) => href.replaceAll("&amp;", "&"))
    .filter((href) => href.startsWith(prefix));
}
