/**
 * How far the work on many failures is. It goes on by script, or by a click.
 * @module
 */
import type { Destination } from "../../registry/destinations.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { HiddenFields } from "../components/parts.tsx";
import type { Sender } from "../sender.ts";
import { inCount, inCounted, inPercent } from "../wording.ts";

interface WorkProps {
  readonly destination: Destination;
  readonly sender: Sender;
  readonly kind: "replay" | "discard";
  readonly done: number;
  readonly left: number;
  /** What the next step is to know. */
  readonly fields: Readonly<Record<string, string>>;
}

export function WorkPage({ destination, sender, kind, done, left, fields }: WorkProps) {
  const place = `/console/destinations/${destination.id}/failures`;
  const all = done + left;
  return (
    <DestinationFrame destination={destination} sender={sender} tab="failures">
      <section class="card" aria-labelledby="work">
        <h2 id="work">{kind === "replay" ? "Replaying failures" : "Discarding failures"}</h2>
        <progress max={all} value={done} aria-labelledby="work"></progress>
        <p role="status">
          {inCount(done)} of {inCounted(all, "failure")}{" "}
          {kind === "replay" ? "put back" : "discarded"} ({inPercent(done, all)}).
        </p>
        <form class="row" method="post" action={`${place}/${kind}`} data-go-on>
          <HiddenFields fields={fields} />
          <button class="primary">Go on</button>
          <a class="button quiet" href={place}>
            Stop here
          </a>
        </form>
        <p class="dim small">Stopped, the rest stays listed as it is.</p>
      </section>
    </DestinationFrame>
  );
}
