/**
 * Delivers messages about alerts to webhooks, the oldest of each destination first, several destinations at once.
 * @module
 */
import { testMessage } from "./message.ts";
import { afterTry, webhookHeaders } from "./webhook.ts";
import type { StoredAlertSettings, StoredDelivery } from "./store.ts";
import { secretContext, urlContext } from "./secrets.ts";
import type { AlertTest } from "../api.ts";
import type { Ports } from "../ports.ts";
import type { AlertStores } from "./check.ts";
import type { WebhookAnswer } from "./post-webhook.ts";

/** Receivers that are waited for at once. */
const AT_ONCE = 4;
/** A try of which nothing was heard is taken for lost after this time. */
const LOST_AFTER_MS = 30_000;

export class AlertPosting {
  readonly #ports: Ports;
  readonly #stores: AlertStores;
  readonly #onEnded: (now: number) => void;
  /** Destinations whose receivers are being waited for, and when the try is taken for lost. */
  readonly #underWay = new Map<string, number>();

  /** @param onEnded a try has ended, and another may leave */
  constructor(ports: Ports, stores: AlertStores, onEnded: (now: number) => void) {
    this.#ports = ports;
    this.#stores = stores;
    this.#onEnded = onEnded;
  }

  /** Lets messages leave whose time has come, and gives when the next one may; null: none waits. */
  send(now: number): number | null {
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
    return times.length === 0 ? null : Math.min(...times);
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
    const moment = { since: listed.madeAt, now, random: this.#ports.random() };
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
    this.#onEnded(now);
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
    const step = afterTry(answer.status, 1, { since: madeAt, now: madeAt, random: 0 });
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
}

const NOT_SET = { ok: false, reason: "not_set" } as const;
const OUTCOMES = { delivered: "delivered", give_up: "given_up" } as const;
