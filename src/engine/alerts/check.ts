/**
 * Looks whether alerts opened or resolved. A change of state and its message are written down together.
 * @module
 */
import { hourBefore, hourOf, judge, type Hour } from "./judge-rules.ts";
import { alertMessage, type Facts } from "./message.ts";
import { ALERT_KINDS } from "./alert-rules.ts";
import type { StoredAlertSettings } from "./store.ts";
import type { ConnectionStatus, Pause } from "../api.ts";
import type { Ports } from "../ports.ts";
import type { RunStore } from "../activity/runs.ts";
import type { FailureStore } from "../failures/failures.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";
import type { Backlog } from "../outbox/queue-sizes.ts";
import type { AlertStore } from "./store.ts";

/** The tables that alerts go by, and their own. */
export interface AlertStores {
  readonly outbox: Outbox;
  readonly alerts: AlertStore;
  readonly backlog: Backlog;
  readonly prospects: ProspectStore;
  readonly failures: FailureStore;
  readonly runs: RunStore;
}

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

export class AlertLook {
  readonly #ports: Ports;
  readonly #stores: AlertStores;
  readonly #sources: AlertSources;

  constructor(ports: Ports, stores: AlertStores, sources: AlertSources) {
    this.#ports = ports;
    this.#stores = stores;
    this.#sources = sources;
  }

  /** Writes down what changed, with the messages about it; when to look again although nothing happens, null: never. */
  look(now: number): number | null {
    const shared = this.#shared(now);
    let lookAt: number | null = null;
    this.#stores.outbox.transaction(() => {
      for (const settings of this.#stores.alerts.settings()) {
        const next = this.#lookAtDestination(settings, shared);
        if (next !== null) lookAt = Math.min(lookAt ?? next, next);
      }
    });
    return lookAt;
  }

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
      this.#ports.log("alert", { destinationId, kind, state });
    }
    return lookAts.length === 0 ? null : Math.min(...lookAts);
  }

  #shared(now: number): Shared {
    // Asked first: it may find out that the connection is lost.
    const pause = this.#sources.pause(now);
    const { status, connectedAt, detail } = this.#sources.connection();
    const { pending, inFlight } = this.#stores.backlog.size();
    return {
      now,
      oldestAcceptedAt: this.#stores.prospects.oldestAcceptedAt(),
      // A sign-in that is not renewed for hours delivers nothing, though it may heal by itself.
      connection: {
        status: pause?.reason === "token_refresh_failing" ? "reconnect_required" : status,
        connectedAt,
      },
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
}

const QUIET = { received: 0, rejected: 0, failed: 0, rejectedByCode: {} };
