/**
 * Alerts: looks whether states opened or resolved, and delivers the messages about them to webhooks.
 *
 * Promises: a change of state and its message are written down together, so that a message is sent at least once, and
 * under one id; nothing here is waited for by the delivery to Outreach, and nothing that goes wrong here ends it.
 * @module
 */
import { DELAY_MS, hourBefore, hourOf, judge, type Hour } from "../alerts/judge.ts";
import { alertMessage, testMessage, type Facts } from "../alerts/message.ts";
import { ALERT_KINDS } from "../alerts/rules.ts";
import { afterTry, webhookHeaders } from "../alerts/webhook.ts";
import type { AlertSettings, AlertsStatus, AlertTest, ConnectionStatus, Pause } from "./api.ts";
import type { StoredAlertSettings, StoredDelivery } from "./alert-store.ts";
import type { Ports } from "./ports.ts";
import type { Stores } from "./stores.ts";
import type { WebhookAnswer } from "./webhook.ts";

/** While much goes on, it is looked at no more often than this. */
const LOOK_EVERY_MS = 5_000;
/** Receivers that are waited for at once. */
const AT_ONCE = 4;
/** A try of which nothing was heard is taken for lost after this time. */
const LOST_AFTER_MS = 30_000;
const AFTER_FAULT_MS = 60_000;

/** What alerts need to know that is in no table of theirs. */
export interface AlertSources {
  connection(): ConnectionStatus;
  pause(now: number): Pause | null;
}

/** What all destinations have in common. */
type Shared = Pick<
  Facts,
  "now" | "oldestAcceptedAt" | "connection" | "waiting" | "pausedBecause" | "connectionDetail"
>;

export class Alerts {
  readonly #ports: Ports;
  readonly #stores: Stores;
  readonly #sources: AlertSources;
  readonly #onEnded: () => void;
  /** Destinations whose receivers are being waited for, and when the try is taken for lost. */
  readonly #underWay = new Map<string, number>();
  #isWatching: boolean;
  #lookedAt = 0;
  /** When to look next; null: when something happens. */
  #lookAt: number | null;
  /** When the next message may leave; null: none waits. */
  #sendAt: number | null;

  /** @param onEnded a try has ended, and the alarm may have to be set anew */
  constructor(ports: Ports, stores: Stores, sources: AlertSources, onEnded: () => void) {
    this.#ports = ports;
    this.#stores = stores;
    this.#sources = sources;
    this.#onEnded = onEnded;
    this.#isWatching = !stores.alerts.isEmpty();
    this.#lookAt = this.#isWatching ? 0 : null;
    this.#sendAt = this.#isWatching ? 0 : null;
  }

  set(destinationId: string, settings: AlertSettings | null): void {
    const { alerts } = this.#stores;
    const now = this.#ports.now();
    this.#stores.transaction(() => {
      if (settings === null) return alerts.unset(destinationId);
      const { vault } = this.#ports;
      const { revision, about, rules, url, signingSecret } = settings;
      const sealedUrl = vault.seal(url, urlContext(destinationId));
      const sealedSecret =
        signingSecret === null ? null : vault.seal(signingSecret, secretContext(destinationId));
      alerts.set({ destinationId, revision, about, rules, sealedUrl, sealedSecret }, now);
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

  /** Whether what comes in may resolve something: an update may have nothing wait any more, without a call. */
  isAnyOpen(): boolean {
    return this.#isWatching && this.#stores.alerts.isAnyOpen();
  }

  /** Something happened that may have changed a state. */
  noted(now: number): void {
    if (this.#isWatching) this.#lookBy(Math.max(now, this.#lookedAt + LOOK_EVERY_MS));
  }

  /** Updates wait, and may be late some day although nothing happens until then. */
  waiting(now: number): void {
    if (this.#isWatching) this.#lookBy(now + DELAY_MS);
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
      if (this.#lookAt !== null && now >= this.#lookAt) this.#look(now);
      this.#send(now);
    } catch {
      // A bug here must not keep anything from Outreach. What was not written down is looked at again.
      this.#ports.log("alerts_failed");
      this.#lookAt = this.#sendAt = now + AFTER_FAULT_MS;
    }
  }

  /** Posts a message at once, and lists what became of it. */
  async test(destinationId: string): Promise<AlertTest> {
    const { alerts } = this.#stores;
    const settings = alerts.find(destinationId);
    if (!settings) return NOT_SET;
    const target = this.#targetOf(settings);
    if (!target) return { ok: false, reason: "unreadable" };
    const madeAt = this.#ports.now();
    const message = testMessage(settings.about, madeAt);
    const headers = webhookHeaders(message, target.secret, madeAt);
    const answer = await this.#ports.webhook({ url: target.url, headers, body: message.body });
    // Deleted or switched off meanwhile: nothing would ever take this off a list again.
    if (!alerts.find(destinationId)) return NOT_SET;
    const step = afterTry(answer.status, 1, { since: madeAt, now: madeAt, chance: 0 });
    alerts.add(
      destinationId,
      message,
      { kind: "test", state: null, madeAt },
      {
        nextAt: null,
        outcome: step.kind === "delivered" ? "delivered" : "given_up",
        status: answer.status,
      },
    );
    if (answer.status === null) return { ok: false, reason: answer.reason };
    return { ok: true, status: answer.status, excerpt: answer.excerpt };
  }

  #lookBy(at: number): void {
    this.#lookAt = this.#lookAt === null ? at : Math.min(this.#lookAt, at);
  }

  #look(now: number): void {
    this.#lookedAt = now;
    const shared = this.#shared(now);
    let lookAt: number | null = null;
    this.#stores.transaction(() => {
      for (const settings of this.#stores.alerts.settings()) {
        const next = this.#lookAtDestination(settings, shared);
        if (next !== null) lookAt = Math.min(lookAt ?? next, next);
      }
    });
    this.#lookAt = lookAt;
  }

  /** Writes down what changed, with the messages about it; when to look again. */
  #lookAtDestination(settings: StoredAlertSettings, shared: Shared): number | null {
    const { alerts } = this.#stores;
    const { destinationId, about, rules } = settings;
    const { now } = shared;
    const seen = { ...shared, ...this.#hours(destinationId, now) };
    const open = alerts.open(destinationId);
    const lookAts: number[] = [];
    for (const kind of ALERT_KINDS) {
      const openSince = open.get(kind);
      if (!rules.kinds.includes(kind)) {
        if (openSince !== undefined) alerts.setResolved(destinationId, kind);
        continue;
      }
      const { isOpen, lookAt } = judge(kind, openSince !== undefined, seen, rules);
      if (lookAt !== null) lookAts.push(lookAt);
      if (isOpen === (openSince !== undefined)) continue;
      if (isOpen) alerts.setOpen(destinationId, kind, now);
      else alerts.setResolved(destinationId, kind);
      const state = isOpen ? "opened" : "resolved";
      const failedByReason = this.#stores.failures.countByReason(
        destinationId,
        seen.lastHour.startedAt,
      );
      const change = { kind, state, at: now, openedAt: openSince ?? now } as const;
      const message = alertMessage(about, change, { ...seen, rules, failedByReason });
      const of = { kind, state, madeAt: now } as const;
      alerts.add(destinationId, message, of, { nextAt: now, outcome: "waiting", status: null });
      this.#sendAt = now;
      this.#ports.log("alert", { destinationId, kind, state });
    }
    return lookAts.length === 0 ? null : Math.min(...lookAts);
  }

  #shared(now: number): Shared {
    // Asked first: it may find out that the connection is lost.
    const pause = this.#sources.pause(now);
    const { status, connectedAt, detail } = this.#sources.connection();
    const { pending, inFlight } = this.#stores.backlog();
    return {
      now,
      oldestAcceptedAt: this.#stores.prospects.oldestAcceptedAt(),
      connection: { status, connectedAt },
      waiting: pending + inFlight,
      pausedBecause: pause?.reason ?? null,
      connectionDetail: detail,
    };
  }

  #hours(destinationId: string, now: number): { thisHour: Hour; lastHour: Hour } {
    const runs = this.#stores.runs.list(destinationId, 2);
    const hour = (startedAt: number): Hour =>
      runs.find((run) => run.startedAt === startedAt) ?? { ...QUIET, startedAt };
    return { thisHour: hour(hourOf(now)), lastHour: hour(hourBefore(now)) };
  }

  /** Lets messages leave whose time has come, and finds out when the next one may. */
  #send(now: number): void {
    for (const [destinationId, lostAt] of this.#underWay) {
      if (lostAt <= now) this.#underWay.delete(destinationId);
    }
    for (const delivery of this.#stores.alerts.heads()) {
      if (this.#isFull) break;
      const { nextAt } = delivery.listed;
      if (nextAt === null || nextAt > now || this.#underWay.has(delivery.destinationId)) continue;
      this.#try(delivery, now);
    }
    // A try under way has the next one follow when it ends, or here once it is lost, though its object died meanwhile.
    const times = [...this.#underWay.values()];
    if (!this.#isFull) {
      for (const { destinationId, listed } of this.#stores.alerts.heads()) {
        if (this.#underWay.has(destinationId) || listed.nextAt === null) continue;
        times.push(listed.nextAt);
      }
    }
    this.#sendAt = times.length === 0 ? null : Math.min(...times);
  }

  get #isFull(): boolean {
    return this.#underWay.size >= AT_ONCE;
  }

  #try(delivery: StoredDelivery, now: number): void {
    const { alerts } = this.#stores;
    const { seq, destinationId, message } = delivery;
    const settings = alerts.find(destinationId);
    const target = settings && this.#targetOf(settings);
    if (!target) {
      alerts.ended(seq, { status: null, outcome: "unreadable", nextAt: null });
      return;
    }
    // Written down before it leaves: an object that dies meanwhile tries again, under the same id.
    const lostAt = now + LOST_AFTER_MS;
    alerts.leaves(seq, now, lostAt);
    this.#underWay.set(destinationId, lostAt);
    const headers = webhookHeaders(message, target.secret, now);
    const post = this.#ports.webhook({ url: target.url, headers, body: message.body });
    void post.then((answer) => this.#ended(delivery, lostAt, answer));
  }

  #ended(delivery: StoredDelivery, lostAt: number, { status }: WebhookAnswer): void {
    const { seq, destinationId, listed } = delivery;
    // Taken for lost: another try has left since, or will.
    if (this.#underWay.get(destinationId) !== lostAt) return;
    this.#underWay.delete(destinationId);
    const now = this.#ports.now();
    const moment = { since: listed.madeAt, now, chance: this.#ports.chance() };
    const step = afterTry(status, listed.tries + 1, moment);
    try {
      const { alerts } = this.#stores;
      const nextAt = alerts.nextAt(seq);
      // Settings were saved meanwhile: what this receiver did not take goes to the new one at once.
      const isChanged = nextAt !== null && nextAt !== lostAt;
      if (step.kind === "retry" || (isChanged && step.kind === "give_up")) {
        const retryAt = step.kind === "retry" && !isChanged ? step.at : nextAt;
        alerts.ended(seq, { status, outcome: "waiting", nextAt: retryAt });
      } else {
        alerts.ended(seq, { status, outcome: OUTCOMES[step.kind], nextAt: null });
      }
    } catch {
      // The object is being forgotten.
      return;
    }
    this.#ports.log("alert_tried", { destinationId, kind: listed.kind, status });
    this.#sendAt = now;
    this.tick();
    this.#onEnded();
  }

  /** Null where it was sealed with another key. */
  #targetOf({ destinationId, sealedUrl, sealedSecret }: StoredAlertSettings) {
    const { vault } = this.#ports;
    const url = vault.open(sealedUrl, urlContext(destinationId));
    const secret =
      sealedSecret === null ? null : vault.open(sealedSecret, secretContext(destinationId));
    if (url === null || (secret === null && sealedSecret !== null)) return null;
    return { url, secret };
  }
}

const NOT_SET = { ok: false, reason: "not_set" } as const;
const QUIET = { received: 0, rejected: 0, failed: 0, rejectedByCode: {} };
const OUTCOMES = { delivered: "delivered", give_up: "given_up" } as const;

function urlContext(destinationId: string): string {
  return `alerts/${destinationId}/url`;
}

function secretContext(destinationId: string): string {
  return `alerts/${destinationId}/signing_secret`;
}
