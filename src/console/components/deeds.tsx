/**
 * What a person may have done to one prospect, each with what it does.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { ProspectDetail } from "../../engine/api.ts";
import { inCounted } from "../wording.ts";
import { Action } from "./parts.tsx";

interface DeedsProps {
  readonly user: OutreachUserRecord;
  readonly prospect: ProspectDetail;
  readonly now: number;
}

export function Deeds({ user, prospect, now }: DeedsProps) {
  const { prospectId, failures, attempts, nextAttemptAt } = prospect;
  const place = `/console/outreach-users/${user.id}/prospects/${prospectId}`;
  const isPausing = attempts > 0 && nextAttemptAt !== null && nextAttemptAt > now;
  return (
    <section class="card" aria-label="What you can do">
      <h2>What you can do</h2>
      <div class="deeds">
        {failures.length > 0 && (
          <>
            <Action
              action={`${place}/replay`}
              text={`Replay ${inCounted(failures.length, "failure")}`}
              kind="primary"
            />
            <p>
              Puts back what Outreach refused of this prospect, with the values it had. What a later
              value has overtaken is not sent. Mend the reason first, or it is refused again.
            </p>
          </>
        )}
        {isPausing && (
          <>
            <Action action={`${place}/send`} text="Send now" kind="primary" />
            <p>
              Ends this prospect's pause after failed attempts: it is tried again within 20 seconds,
              because a call before may still be running at Outreach. The budget of calls is kept.
            </p>
          </>
        )}
        <Action action={`${place}/forget`} text="Send again with the next update" />
        <p>
          Forgets what Outreach was told, so that the next update from AEP is sent even if it
          changes nothing: for when somebody changed the prospect at Outreach. Nothing is sent
          before: values are not kept once they are delivered.
        </p>
      </div>
    </section>
  );
}
