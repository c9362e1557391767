/**
 * The frame of an Outreach user's pages: its name, its state, its tabs.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { UserStatus } from "../../engine/api.ts";
import { Layout } from "../layout.tsx";
import { userWords } from "../wording.ts";
import { Badge } from "./parts.tsx";
import { Tabs } from "./tabs.tsx";

const TABS = [
  ["connection", "", "Connection"],
  ["live", "/live", "Live"],
  ["calls", "/calls", "Calls"],
  ["forecast", "/forecast", "Forecast"],
] as const;

type UserFrameProps = PropsWithChildren<{
  user: OutreachUserRecord;
  status: UserStatus;
  tab: (typeof TABS)[number][0];
}>;

export function UserFrame({ user, status, tab, children }: UserFrameProps) {
  const { tone, text } = userWords(status);
  return (
    <Layout
      title={user.name}
      section="overview"
      crumbs={[{ href: "/console", text: "Overview" }]}
      hasChart={tab === "live" || tab === "calls"}
    >
      <div class="title">
        <h1>{user.name}</h1>
        <Badge tone={tone}>{text}</Badge>
      </div>
      <Tabs
        label="Outreach user"
        base={`/console/outreach-users/${user.id}`}
        tabs={TABS}
        tab={tab}
      />
      {children}
    </Layout>
  );
}
