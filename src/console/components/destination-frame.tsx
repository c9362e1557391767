/**
 * The frame of a destination's pages: its name, its state, its tabs.
 * @module
 */
import type { PropsWithChildren } from "hono/jsx";
import type { Destination } from "../../registry/destinations.ts";
import { Layout } from "../layout.tsx";
import type { Sender } from "../sender.ts";
import { OnOrOff } from "./on-or-off.tsx";
import { Tabs } from "./tabs.tsx";

const TABS = [
  ["settings", "", "Settings"],
  ["setup", "/setup", "AEP setup"],
  ["mapping", "/mapping", "Mapping"],
  ["audiences", "/audiences", "Audiences"],
  ["runs", "/runs", "Dataflow runs"],
  ["failures", "/failures", "Failures"],
  ["alerts", "/alerts", "Alerts"],
] as const;

type DestinationFrameProps = PropsWithChildren<{
  destination: Destination;
  sender: Sender;
  tab: (typeof TABS)[number][0];
}>;

export function DestinationFrame({ destination, sender, tab, children }: DestinationFrameProps) {
  const { id, name, enabled } = destination;
  const title = TABS.find(([other]) => other === tab)?.[2] ?? "";
  return (
    <Layout
      title={`${title} · ${name}`}
      section="overview"
      crumbs={[
        { href: "/console", text: "Overview" },
        { href: `/console/outreach-users/${sender.id}`, text: sender.name },
      ]}
    >
      <div class="title">
        <h1>{name}</h1>
        <OnOrOff enabled={enabled} senderId={sender.id} paused={sender.status?.paused ?? null} />
      </div>
      <Tabs label="Destination" base={`/console/destinations/${id}`} tabs={TABS} tab={tab} />
      {children}
    </Layout>
  );
}
