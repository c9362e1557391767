/**
 * What the object's logic needs from outside: storage, clock, random, network, keys and the alarm. The Durable
 * Object passes the real ones, tests and simulations their own.
 * @module
 */
import type { LimiterSettings } from "./budget/limiter/limiter-rules.ts";
import type { HashValue } from "./model/prospect.ts";
import type { Network } from "../outreach/network.ts";
import type { OAuthApplication } from "../outreach/oauth.ts";
import type { Alarm } from "../durable/alarm.ts";
import type { Database } from "../durable/database.ts";
import type { PostWebhook } from "./alerts/post-webhook.ts";

/** Encrypts what is stored. A text opens only in the context that it was sealed in. */
export interface Vault {
  seal(text: string, context: string): string;
  /** Null where the key is another one or the text was tampered with. */
  open(sealed: string, context: string): string | null;
}

/** Structured, without secrets and personal data. */
export type Log = (event: string, facts?: Readonly<Record<string, string | number | null>>) => void;

export interface Ports {
  readonly db: Database;
  readonly now: () => number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Unguessable text for a sign-in's `state`. */
  readonly newState: () => string;
  readonly network: Network;
  /** The way to receivers of alerts. */
  readonly webhook: PostWebhook;
  readonly vault: Vault;
  readonly hash: HashValue;
  readonly alarm: Alarm;
  readonly log: Log;
  /** Runs `work` after so many milliseconds, unless this life of the object ends before. */
  readonly later: (ms: number, work: () => void) => void;
  /** Lets whatever else waits for the object have its turn. */
  readonly turn: () => Promise<void>;
  readonly application: OAuthApplication;
  readonly limiter: LimiterSettings;
  /** Bytes that the object's storage may take. */
  readonly storageBytes: number;
  /** Records that may be sent in bulk on a day (UTC). */
  readonly bulkItemsPerDay: number;
}
