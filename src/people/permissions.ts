/**
 * What people may do: the permissions of Adobe's destinations, each including the ones before it.
 * @module
 */
import { z } from "@hono/zod-openapi";

/** From the least to the most. */
const PERMISSIONS = ["view", "activate", "manage"] as const;

export const permission = z.enum(PERMISSIONS).openapi({
  description:
    "`view`: read everything. `activate`: also change mappings and audiences, replay and discard failures, pause and resume delivery. `manage`: everything, people included",
});
export type Permission = z.infer<typeof permission>;

export const HIGHEST: Permission = "manage";

/**
 * What people do here, and the permission that each takes: the one place that says so. Routes of the API, its
 * description and the console's pages and forms name the task.
 */
const TASKS = {
  /** Also trying a mapping out, which changes nothing. */
  read: "view",
  changeOwnAccount: "view",
  /** Mappings and audiences. */
  activateAudiences: "activate",
  replayOrDiscardFailures: "activate",
  pauseDelivery: "activate",
  /** Having one prospect tried again, or sent anew. */
  resendProspect: "activate",
  manageOutreachUsers: "manage",
  /** Also their credentials and alerts. */
  manageDestinations: "manage",
  managePeople: "manage",
} as const satisfies Readonly<Record<string, Permission>>;
export type Task = keyof typeof TASKS;

export function permissionFor(task: Task): Permission {
  return TASKS[task];
}

/** As Adobe Experience Platform names them, and what they allow here. */
export const PERMISSION_WORDS: Readonly<
  Record<Permission, { readonly name: string; readonly allows: string }>
> = {
  view: { name: "View destinations", allows: "Read everything, change nothing." },
  activate: {
    name: "Activate destinations",
    allows: "Also mappings, audiences, failures, pausing and resuming delivery.",
  },
  manage: {
    name: "Manage destinations",
    allows: "Everything: Outreach users, destinations, their credentials, and people.",
  },
};

/** Names and values for a choice, the least first. */
export const PERMISSION_CHOICES = PERMISSIONS.map(
  (value) => [value, PERMISSION_WORDS[value].name] as const,
);

/** Whether somebody who holds one permission may do what needs another. */
export function covers(held: Permission, needed: Permission): boolean {
  return PERMISSIONS.indexOf(held) >= PERMISSIONS.indexOf(needed);
}

/** What is missing, and who can give it. */
export function lackWords(needed: Permission): string {
  return `This needs the permission ${PERMISSION_WORDS[needed].name}. Whoever holds Manage destinations can give it, or the administrator.`;
}
