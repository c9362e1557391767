/**
 * Whether a destination takes profiles, and what stops its Outreach user from delivering them.
 * @module
 */
import type { UserStatus } from "../../engine/api.ts";
import { STOP_WORDS } from "../wording.ts";
import { Badge } from "./parts.tsx";

interface OnOrOffProps {
  readonly enabled: boolean;
  /** The Outreach user that the destination sends as. */
  readonly senderId: string;
  readonly paused: UserStatus["paused"];
}

export function OnOrOff({ enabled, senderId, paused }: OnOrOffProps) {
  const stop = paused && STOP_WORDS[paused.reason];
  const good = stop ? "plain" : "good";
  return (
    <span class="row">
      {enabled ? <Badge tone={good}>On</Badge> : <Badge tone="warn">Off</Badge>}
      {stop && (
        <a href={`/console/outreach-users/${senderId}/live`}>
          <Badge tone={stop.tone}>{stop.text}</Badge>
          <span class="unseen"> Nothing is being sent: see why</span>
        </a>
      )}
    </span>
  );
}
