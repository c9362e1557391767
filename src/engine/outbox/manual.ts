/**
 * Prospects as people look at them, and what a person does to one of them.
 * @module
 */
import { forgetTold, hurry } from "../model/manual.ts";
import type { Prospect } from "../model/prospect.ts";
import type { StoryEvent } from "../model/history.ts";
import type { ProspectDetail, ProspectStatus } from "../api.ts";
import type { Ports } from "../ports.ts";
import { describeProspect, withStory } from "./prospect-view.ts";
import type { Stores } from "../stores.ts";

/** Failures that are shown of one prospect. */
const FAILURES_SHOWN = 20;

export class ByHand {
  readonly #ports: Ports;
  readonly #stores: Stores;

  constructor(ports: Ports, stores: Stores) {
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
    const now = this.#ports.now();
    return this.#change(prospectId, (before) => {
      const after = hurry(before, now);
      const until = after.pending?.dueAt ?? now;
      return after === before ? null : { after, event: { kind: "hurried", at: now, until } };
    });
  }

  /** What Outreach was told of it counts as unknown, so that its next update is sent even if it changes nothing. */
  forgetTold(prospectId: number): ProspectDetail | null {
    const event = { kind: "forgotten", at: this.#ports.now() } as const;
    return this.#change(prospectId, (before) => ({ after: forgetTold(before), event }));
  }

  /** Changes a prospect as a person wants it. @param change null where there is nothing to change */
  #change(
    prospectId: number,
    change: (before: Prospect) => { after: Prospect; event: StoryEvent } | null,
  ): ProspectDetail | null {
    this.#stores.transaction(() => {
      const before = this.#stores.prospects.find(prospectId);
      const changed = before && change(before);
      if (!changed) return;
      const { after, event } = changed;
      this.#stores.saveProspects([{ before, after, events: [event] }], event.at);
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
