/**
 * A destination's alerts: where they go, which are open, and what was delivered.
 * @module
 */
import { placeOf } from "../../engine/alerts/message.ts";
import { ALERT_KINDS, ALERT_NAMES, type AlertKind } from "../../engine/alerts/alert-rules.ts";
import { statesOf, type StateOfKind } from "../../destinations/alert-states.ts";
import type { Destination } from "../../registry/destinations.ts";
import type { AlertDelivery, AlertsStatus } from "../../engine/api.ts";
import { DestinationFrame } from "../components/destination-frame.tsx";
import { FormErrors, TextField } from "../components/fields.tsx";
import { Action, Badge, Copyable, Moment, Notice } from "../components/parts.tsx";
import { PostForm } from "../components/post-form.tsx";
import { Table } from "../components/table.tsx";
import { errorAt, idOf, type FormState } from "../forms.ts";
import type { Sender } from "../sender.ts";
import { inCounted, inMoment, type Tone } from "../wording.ts";

export interface AlertsNotice {
  readonly tone: Tone;
  readonly title: string;
  readonly detail?: string;
  /** What the receiver said, as it said it. */
  readonly quote?: string;
  /** Whether the object is to be told by a button. */
  readonly mayTell?: boolean;
}

interface AlertsProps {
  readonly destination: Destination;
  readonly sender: Sender;
  readonly form: FormState;
  /** Null where the Outreach user's object did not answer. */
  readonly status: AlertsStatus | null;
  readonly notice: AlertsNotice | null;
  /** In the clear, the one time that it is shown. */
  readonly signingSecret: string | null;
  readonly now: number;
}

export function AlertsPage(props: AlertsProps) {
  const { destination, sender, form, notice, signingSecret } = props;
  const isOn = destination.alerts !== null;
  return (
    <DestinationFrame destination={destination} sender={sender} tab="alerts">
      {notice && (
        <Notice tone={notice.tone} title={notice.title}>
          {notice.detail && <p>{notice.detail}</p>}
          {notice.quote && <p class="mono small">{notice.quote}</p>}
          {notice.mayTell && (
            <Action
              action={`/console/destinations/${destination.id}/alerts/tell`}
              text="Try again"
              kind="primary"
            />
          )}
        </Notice>
      )}
      {signingSecret !== null && <NewSecret secret={signingSecret} />}
      <FormErrors form={form} />
      <div class="halves">
        <SettingsCard {...props} />
        <div class="stack">
          {isOn ? <StateCard {...props} /> : <AboutCard />}
          {isOn && <WebhookCard destination={destination} />}
        </div>
      </div>
      <Deliveries {...props} />
    </DestinationFrame>
  );
}

function NewSecret({ secret }: { secret: string }) {
  return (
    <section class="card" aria-labelledby="secret">
      <h2 id="secret">Signing secret</h2>
      <Notice tone="warn" title="Keep it now: it is shown this once">
        <p>The receiver checks with it that an alert comes from here.</p>
      </Notice>
      <Copyable id="signing-secret" label="Signing secret" value={secret} />
    </section>
  );
}

const WHEN: Readonly<Record<AlertKind, string>> = {
  run_failure: "updates failed for good; over after an hour without",
  delay: "an update of the Outreach user has waited for 150 minutes",
  skip_rate_exceeded: "too many of an hour's profiles are rejected",
  connection_lost: "the Outreach user is no longer connected",
};

function SettingsCard({ destination, form }: AlertsProps) {
  const { id, revision, alerts } = destination;
  const kindsError = errorAt(form, "/alerts/kinds");
  return (
    <PostForm class="card" action={`/console/destinations/${id}/alerts`}>
      <h2>Webhook</h2>
      <input type="hidden" name="revision" value={String(revision)} />
      <TextField
        form={form}
        name="/alerts/url"
        label="Webhook URL"
        hint={
          alerts
            ? "Its path is not shown, since it may be a secret. Type over it to change it."
            : "Where alerts are posted to as JSON, with a text that Slack's incoming webhooks show."
        }
        placeholder="https://hooks.slack.com/services/…"
        required
      />
      <fieldset id={idOf("/alerts/kinds")} tabindex={-1}>
        <legend>Alerts</legend>
        {ALERT_KINDS.map((kind) => (
          <label class="check">
            <input
              type="checkbox"
              name={`/alerts/kinds/${kind}`}
              checked={form.values[`/alerts/kinds/${kind}`] === "on"}
              aria-invalid={kindsError ? "true" : undefined}
              aria-describedby={kindsError ? "kinds-error" : undefined}
            />
            <span>
              {ALERT_NAMES[kind]}
              <span class="hint"> ({WHEN[kind]})</span>
            </span>
          </label>
        ))}
        {kindsError && (
          <span class="error" id="kinds-error">
            {kindsError}
          </span>
        )}
      </fieldset>
      <TextField
        form={form}
        name="/alerts/skipRatePercent"
        label="Skip rate threshold, in percent"
        inputmode="numeric"
      />
      <TextField
        form={form}
        name="/alerts/skipRateMinimum"
        label="Profiles that an hour needs before its skip rate counts"
        inputmode="numeric"
      />
      <label class="check">
        <input
          type="checkbox"
          name="/alerts/signed"
          checked={form.values["/alerts/signed"] === "on"}
        />
        <span>
          Sign alerts
          <span class="hint"> (Standard Webhooks; the secret is shown once)</span>
        </span>
      </label>
      <div>
        <button class="primary">Save alerts</button>
      </div>
    </PostForm>
  );
}

function AboutCard() {
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">No alerts are sent yet</h2>
      <p>
        With a webhook, whoever looks after this destination hears when something needs a person:
        once when it begins and once when it is over, never once for each failure.
      </p>
    </section>
  );
}

function StateCard({ destination, status, now }: AlertsProps) {
  return (
    <section class="card" aria-labelledby="states">
      <h2 id="states">Now</h2>
      {status === null ? (
        <p class="dim">The Outreach user's object does not answer. Try again in a moment.</p>
      ) : (
        <ul class="bare stack">
          {statesOf(destination.alerts, status).map((each) => (
            <li>
              <span class="dim">{ALERT_NAMES[each.kind]}:</span> <State {...each} now={now} />{" "}
              {each.state === "open" && (
                <a href={placeOf(each.kind, destination.id, destination.outreachUserId)}>
                  {each.kind === "run_failure" ? "See failures" : "See why"}
                  <span class="unseen"> {ALERT_NAMES[each.kind]}</span>
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function State({ state, openedAt, now }: StateOfKind & { now: number }) {
  if (state === "not_watched") return <Badge tone="plain">Not watched</Badge>;
  if (openedAt === null) return <Badge tone="good">All is well</Badge>;
  return (
    <>
      <Badge tone="bad">Open</Badge> since <Moment at={openedAt} now={now} />
    </>
  );
}

function WebhookCard({ destination: { id, name, alerts } }: { destination: Destination }) {
  const place = `/console/destinations/${id}/alerts`;
  const isSigned = alerts?.sealedSecret !== null;
  return (
    <section class="card" aria-labelledby="try">
      <h2 id="try">Webhook actions</h2>
      <div class="row">
        <Action action={`${place}/test`} text="Send a test alert" />
        {isSigned && (
          <Action
            action={`${place}/signing-secret`}
            text="New signing secret"
            confirm={`Regenerate the signing secret for ${name}? Alerts are no longer signed with the one before.`}
          />
        )}
        <PostForm action={`${place}/off`}>
          <button class="danger" data-confirm={`Send no more alerts of ${name}?`}>
            Switch alerts off
          </button>
        </PostForm>
      </div>
    </section>
  );
}

function Deliveries({ status, now }: AlertsProps) {
  if (!status || status.deliveries.length === 0) return null;
  return (
    <section class="card" aria-labelledby="deliveries">
      <h2 id="deliveries">Last alerts</h2>
      <div class="scroll" tabindex={0} role="region" aria-label="Table of alerts">
        <Table
          rows={status.deliveries}
          columns={[
            [
              "Time",
              ({ madeAt }) => (
                <time datetime={new Date(madeAt).toISOString()}>{inMoment(madeAt)}</time>
              ),
            ],
            ["Alert", ({ kind }) => (kind === "test" ? "Test" : ALERT_NAMES[kind])],
            ["State", ({ state }) => state ?? "–"],
            [
              "Receiver's answer",
              (delivery) => delivery.status ?? (delivery.tries > 0 ? "none" : "–"),
              "number",
            ],
            ["Outcome", (delivery) => <Outcome delivery={delivery} now={now} />],
          ]}
        />
      </div>
    </section>
  );
}

function Outcome({ delivery, now }: { delivery: AlertDelivery; now: number }) {
  switch (delivery.outcome) {
    case "delivered":
      return <Badge tone="good">Delivered</Badge>;
    case "given_up":
      return <Badge tone="bad">{delivery.kind === "test" ? "Not delivered" : "Given up"}</Badge>;
    case "unreadable":
      return <Badge tone="bad">Address unreadable</Badge>;
    case "waiting":
      return delivery.nextAt === null || delivery.tries === 0 ? (
        <Badge tone="plain">Waits</Badge>
      ) : (
        <>
          <Badge tone="warn">{inCounted(delivery.tries, "try", "tries")}</Badge> again at{" "}
          <Moment at={delivery.nextAt} now={now} />
        </>
      );
  }
}
