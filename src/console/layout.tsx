/**
 * The frame of every page: head, navigation, main, foot.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import { ASSETS } from "./asset-paths.ts";
import { currentViewer, may } from "./viewer.ts";

export type Section = "overview" | "catalog" | "prospects" | "people" | "account";

const SECTIONS: readonly (readonly [Section, href: string, text: string])[] = [
  ["overview", "/console", "Overview"],
  ["catalog", "/console/catalog", "Catalog"],
  ["prospects", "/console/prospects", "Prospect look-up"],
  ["people", "/console/people", "People"],
];

export interface Crumb {
  readonly href: string;
  readonly text: string;
}

type LayoutProps = PropsWithChildren<{
  readonly title: string;
  /** The section that the page belongs to; null for a page before the sign-in. */
  readonly section: Section | null;
  readonly crumbs?: readonly Crumb[];
  readonly shape?: "wide" | "narrow" | "door";
  readonly hasChart?: boolean;
}>;

export function Layout(props: LayoutProps) {
  const { title, section, crumbs = [], shape = "wide", hasChart = false, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Outreach Edge</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={ASSETS.style} />
        {hasChart && <link rel="stylesheet" href={ASSETS.uPlotStyle} />}
        <script src={ASSETS.script} defer></script>
        {hasChart && <script src={ASSETS.uPlotScript} defer></script>}
        {hasChart && <script src={ASSETS.chart} defer></script>}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        {section && currentViewer() && <Top section={section} />}
        <main id="main" class={shape}>
          {crumbs.length > 0 && <Crumbs crumbs={crumbs} />}
          {children}
        </main>
        <footer class="foot">
          <span>Outreach Edge</span>
          <a href="/docs">API reference</a>
        </footer>
      </body>
    </html>
  );
}

function Top({ section }: { section: Section }) {
  return (
    <header class="top">
      <div>
        <a class="brand" href="/console">
          <Mark />
          Outreach Edge
        </a>
        <nav aria-label="Console">
          {SECTIONS.filter(([, href]) => may("GET", href)).map(([id, href, text]) => (
            <a href={href} aria-current={id === section ? "page" : undefined}>
              {text}
            </a>
          ))}
        </nav>
        <div class="row who">
          <a
            class="button quiet slim"
            href="/console/account"
            aria-current={section === "account" ? "page" : undefined}
          >
            {viewerName()}
          </a>
          <form method="post" action="/console/sign-out">
            <button class="quiet slim">Sign out</button>
          </form>
        </div>
      </div>
    </header>
  );
}

function viewerName(): string {
  const viewer = currentViewer();
  return viewer?.kind === "person" ? viewer.person.name : "Administrator";
}

function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Where you are">
      <ol class="crumbs">
        {crumbs.map(({ href, text }) => (
          <li>
            <a href={href}>{text}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Two streams that become one. */
export function Mark() {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2.5"
    >
      <path d="M2 5h4c5 0 5 7 10 7h6M2 19h4c5 0 5-7 10-7" stroke-linecap="round" />
      <path d="m18 8 4 4-4 4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
