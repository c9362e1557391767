/**
 * What an Outreach user's delivery did lately: minute by minute as charts and a table, and the newest events.
 * @module
 */
import type { OutreachUserRecord } from "../../registry/outreach-users.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { Activity } from "../../engine/api.ts";
import { inSteps, SPANS, type Span, type Step } from "../minutes.ts";
import { tailWords } from "../tail-words.ts";
import { inCount, inMoment } from "../wording.ts";
import { Chart } from "./chart.tsx";

interface MinutesProps {
  /** The page's path. */
  readonly place: string;
  readonly minutes: readonly Step[];
  readonly span: Span;
}

export function Minutes({ place, minutes, span }: MinutesProps) {
  const steps = inSteps(minutes, span.aStep);
  return (
    <section class="card" aria-labelledby="minutes">
      <div class="row between">
        <h2 id="minutes">Backlog and deliveries</h2>
        <nav class="row small" aria-label="How far back">
          {SPANS.map(({ name, text }) => (
            <a
              href={`${place}?span=${name}#minutes`}
              aria-current={name === span.name ? "true" : undefined}
            >
              {text}
            </a>
          ))}
        </nav>
      </div>
      {steps.some(isBusy) ? (
        <Charts steps={steps} span={span} />
      ) : (
        <p class="dim">
          Nothing came in, waited or was sent in this time. Charts show here once AEP posts
          profiles; reload the page then.
        </p>
      )}
    </section>
  );
}

function isBusy({ accepted, delivered, failed, calls, waiting }: Step): boolean {
  return accepted + delivered + failed + calls + waiting > 0;
}

function Charts({ steps, span }: { steps: readonly Step[]; span: Span }) {
  const times = steps.map(({ startedAt }) => startedAt);
  const valuesOf = (of: keyof Step) => steps.map((step) => step[of]);
  return (
    <>
      <h3>Pending prospects</h3>
      <Chart
        id="chart-waiting"
        times={times}
        series={[{ label: "Wait", tone: "accent", values: valuesOf("waiting") }]}
      />
      <h3>Updates and prospects each {span.step}</h3>
      <Chart
        id="chart-delivered"
        times={times}
        series={[
          { label: "Updates accepted", tone: "others", values: valuesOf("accepted") },
          { label: "Prospects delivered", tone: "good", values: valuesOf("delivered") },
        ]}
      />
      <h3>Calls and refusals each {span.step}</h3>
      <Chart
        id="chart-calls"
        times={times}
        series={[
          { label: "Calls", tone: "accent", values: valuesOf("calls") },
          { label: "Prospects refused", tone: "bad", values: valuesOf("failed") },
        ]}
      />
      <details>
        <summary>The same as a table</summary>
        <div class="scroll">
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">Accepted</th>
                <th scope="col">Delivered</th>
                <th scope="col">Refused</th>
                <th scope="col">Calls</th>
                <th scope="col">Wait at the end</th>
              </tr>
            </thead>
            <tbody id="minute-rows" data-fresh>
              {steps.toReversed().map((step) => (
                <tr>
                  <th scope="row">
                    <time datetime={toMinute(step.startedAt)}>{inMoment(step.startedAt)}</time>
                  </th>
                  {[step.accepted, step.delivered, step.failed, step.calls, step.waiting].map(
                    (count) => (
                      <td>{inCount(count)}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

/** As HTML takes it, without the seconds. */
function toMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

/** The page has to load quickly; the API tells more. */
const TAIL_SHOWN = 20;

interface TailProps {
  readonly user: OutreachUserRecord;
  readonly destinations: readonly Destination[];
  readonly activity: Activity;
}

export function Tail({ user, destinations, activity }: TailProps) {
  const names = new Map(destinations.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? "another destination";
  return (
    <section class="card" aria-labelledby="tail">
      <h2 id="tail">What happened just now</h2>
      <p class="dim small">
        The newest {TAIL_SHOWN} events, without values. A restart begins the list anew.
      </p>
      {activity.tail.length === 0 ? (
        <p>Nothing yet.</p>
      ) : (
        <ol class="timeline tight" tabindex={0} aria-labelledby="tail">
          {activity.tail.slice(0, TAIL_SHOWN).map((event) => {
            const { tone, text } = tailWords(event, nameOf);
            const { at, prospectId } = event;
            return (
              <li class={tone}>
                <time datetime={new Date(at).toISOString()} data-clock>
                  {new Date(at).toISOString().slice(11, 19)}
                </time>{" "}
                {prospectId === undefined ? (
                  text
                ) : (
                  <a href={`/console/prospects?id=${prospectId}&user=${user.id}`}>{text}</a>
                )}
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
