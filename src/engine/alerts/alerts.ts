/**
 * Alerts: looks whether states opened or resolved, and delivers the messages about them to webhooks.
 *
 * Promises: a change of state and its message are written down together, so that a message is sent at least once, and
 * under one id; nothing here is waited for by the delivery to Outreach, and nothing that goes wrong here ends it.
 * @module
 */
import { DELAY_MS } from "./judge-rules.ts";
import { AlertLook } from "./check.ts";
import type { AlertSources } from "./check.ts";
import { AlertPosting } from "./posting.ts";
import { secretContext, urlContext } from "./secrets.ts";
import type { AlertSettings, AlertsStatus, AlertTest } from "../api.ts";
import type { Ports } from "../ports.ts";
import type { AlertStores } from "./check.ts";
import type { EngineEvent, Fold } from "../model/events.ts";

/** While much goes on, it is looked at no more often than this. */
const LOOK_EVERY_MS = 5_000;
const AFTER_FAULT_MS = 60_000;

/** Events that may change a state. */
const CHANGING: ReadonlySet<EngineEvent["kind"]> = new Set([
  "profiles_rejected",
  "field_error",
  "acknowledged",
  "requeued",
  "rejected",
  "resumed",
]);
const ARRIVAL: ReadonlySet<EngineEvent["kind"]> = new Set(["received"]);

export class Alerts implements Fold {
  readonly #ports: Ports;
  readonly #stores: AlertStores;
  readonly #look: AlertLook;
  readonly #posting: AlertPosting;
  #isWatching: boolean;
  #lookedAt = 0;
  /** When to look next; null: when something happens. */
  #lookAt: number | null;
  /** When the next message may leave; null: none waits. */
  #sendAt: number | null;

  /** @param onEnded a try has ended, and the alarm may have to be set anew */
  constructor(ports: Ports, stores: AlertStores, sources: AlertSources, onEnded: () => void) {
    this.#ports = ports;
    this.#stores = stores;
    this.#look = new AlertLook(ports, stores, sources);
    this.#posting = new AlertPosting(ports, stores, (now) => {
      this.#sendAt = now;
      this.tick();
      onEnded();
    });
    this.#isWatching = !stores.alerts.isEmpty();
    this.#lookAt = this.#isWatching ? 0 : null;
    this.#sendAt = this.#isWatching ? 0 : null;
  }

  set(destinationId: string, settings: AlertSettings | null): void {
    const { alerts } = this.#stores;
    const now = this.#ports.now();
    this.#stores.outbox.transaction(() => {
      if (settings === null) return alerts.unset(destinationId);
      const { vault } = this.#ports;
      const { revision, about, rules, url, signingSecret } = settings;
      const sealedUrl = vault.seal(url, urlContext(destinationId));
      const sealedSecret =
        signingSecret === null ? null : vault.seal(signingSecret, secretContext(destinationId));
      const sealed = { sealedUrl, sealedSecret };
      alerts.set({ destinationId, revision, heardAt: now, about, rules, ...sealed });
    });
    this.changed(now);
  }

  rename(name: string): void {
    const { alerts } = this.#stores;
    for (const { destinationId, about } of alerts.settings()) {
      const outreachUser = { ...about.outreachUser, name };
      alerts.setAbout(destinationId, { ...about, outreachUser });
    }
  }

  status(destinationId: string): AlertsStatus {
    const { alerts } = this.#stores;
    const open = [...alerts.open(destinationId)].map(([kind, openedAt]) => ({ kind, openedAt }));
    return { open, deliveries: alerts.list(destinationId) };
  }

  /** Settings changed or went: everything is looked at. */
  changed(now: number): void {
    this.#isWatching = !this.#stores.alerts.isEmpty();
    this.#lookAt = this.#isWatching ? now : null;
    this.#sendAt = this.#isWatching ? now : null;
  }

  apply(events: readonly EngineEvent[], now: number): void {
    if (!this.#isWatching) return;
    const has = (kinds: ReadonlySet<EngineEvent["kind"]>) =>
      events.some(({ kind }) => kinds.has(kind));
    // An update may have nothing pending any more, without a call.
    if (has(CHANGING) || (has(ARRIVAL) && this.#stores.alerts.isAnyOpen())) this.noted(now);
    // It may be late some day although nothing happens until then.
    if (has(ARRIVAL)) this.#lookBy(now + DELAY_MS);
  }

  /** Something happened that may have changed a state. */
  noted(now: number): void {
    if (this.#isWatching) this.#lookBy(Math.max(now, this.#lookedAt + LOOK_EVERY_MS));
  }

  /** When `tick` has something to do; null where only something that happens brings it. */
  wakeAt(): number | null {
    if (this.#lookAt === null || this.#sendAt === null) return this.#lookAt ?? this.#sendAt;
    return Math.min(this.#lookAt, this.#sendAt);
  }

  /** Looks at the states and lets messages leave, where it is time for it. Waits for nothing. */
  tick(): void {
    const now = this.#ports.now();
    const wakeAt = this.wakeAt();
    if (wakeAt === null || now < wakeAt) return;
    try {
      if (this.#lookAt !== null && now >= this.#lookAt) {
        this.#lookedAt = now;
        this.#lookAt = this.#look.look(now);
      }
      this.#sendAt = this.#posting.send(now);
    } catch {
      // A bug here must not keep anything from Outreach. What was not written down is looked at again.
      this.#ports.log("alerts_failed");
      this.#lookAt = this.#sendAt = now + AFTER_FAULT_MS;
    }
  }

  /** Posts a message at once, and lists what became of it. */
  test(destinationId: string): Promise<AlertTest> {
    return this.#posting.test(destinationId);
  }

  #lookBy(at: number): void {
    this.#lookAt = this.#lookAt === null ? at : Math.min(this.#lookAt, at);
  }
}
