/**
 * Prospects as people look at them, and what a person does to one of them.
 * @module
 */
import { forgetTold, hurry } from "../model/manual.ts";
import type { Prospect } from "../model/prospect.ts";
import type { Step } from "../model/events.ts";
import type { ProspectDetail, ProspectStatus } from "../api.ts";
import type { Ports } from "../ports.ts";
import { describeProspect, withStory } from "../outbox/prospect-view.ts";
import type { FailureStore } from "../failures/failures.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ProspectStore } from "../outbox/prospects.ts";

/** Failures that are shown of one prospect. */
const FAILURES_SHOWN = 20;

/** The tables that tell of a prospect. */
interface ManualStores {
  readonly outbox: Outbox;
  readonly prospects: ProspectStore;
  readonly failures: FailureStore;
}

export class ByHand {
  readonly #ports: Ports;
  readonly #stores: ManualStores;

  constructor(ports: Ports, stores: ManualStores) {
    this.#ports = ports;
    this.#stores = stores;
  }

  /** All that is known of it; null where no update of it was ever accepted. */
  detail(prospectId: number): ProspectDetail | null {
    const { prospects, failures } = this.#stores;
    const prospect = prospects.find(prospectId);
    if (!prospect) return null;
    const listed = failures.ofProspect(prospectId, FAILURES_SHOWN);
    return withStory(prospect, prospects.storyOf(prospectId), listed);
  }

  /** Ends its pause after failed attempts. */
  hurry(prospectId: number): ProspectDetail | null {
    return this.#change(prospectId, hurry);
  }

  /** What Outreach was told of it counts as unknown, so that its next update is sent even if it changes nothing. */
  forgetTold(prospectId: number): ProspectDetail | null {
    return this.#change(prospectId, forgetTold);
  }

  /** Changes a prospect as a person wants it. */
  #change(
    prospectId: number,
    change: (before: Prospect, now: number) => Step,
  ): ProspectDetail | null {
    this.#stores.outbox.transaction(() => {
      const now = this.#ports.now();
      const before = this.#stores.prospects.find(prospectId);
      const step = before && change(before, now);
      if (step && step.prospect !== before) this.#stores.outbox.save([step], now);
    });
    return this.detail(prospectId);
  }

  /** Less of several; those never heard of are left out. */
  statuses(prospectIds: readonly number[]): readonly ProspectStatus[] {
    const { prospects, failures } = this.#stores;
    const failed = failures.amongThose(prospectIds);
    return prospects
      .findAll(prospectIds)
      .map((prospect) => describeProspect(prospect, failed.has(prospect.id)));
  }
}
