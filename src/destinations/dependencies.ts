/**
 * What is handed to routes from outside.
 * @module
 */
import type { OutreachUserClient } from "../overflow/client.ts";
import type { DestinationCache } from "../registry/cache.ts";

/** The world outside, as far as routes touch it. */
export interface Dependencies {
  /** The objects of one Outreach user; creating the reference calls nothing. */
  readonly outreachUser: (env: Env, id: string) => OutreachUserClient;
  /** Epoch ms. */
  readonly now: () => number;
  /** Destinations as the data plane sees them. */
  readonly destinations: DestinationCache;
}
