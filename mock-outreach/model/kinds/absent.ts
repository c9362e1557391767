/**
 * Kinds of records that others link to and nobody has any of: their lists are empty. Nothing else of them is known here.
 * @module
 */
import { ACCOUNT } from "./account.ts";
import { defineKind, type ResourceKind } from "./kind.ts";
import { PROSPECT } from "./prospect.ts";
import { USER } from "./user.ts";

/** By their paths. */
const TYPES: Readonly<Record<string, string>> = {
  calls: "call",
  contentCategories: "contentCategory",
  contentCategoryOwnerships: "contentCategoryOwnership",
  favorites: "favorite",
  mailboxes: "mailbox",
  mailings: "mailing",
  opportunities: "opportunity",
  opportunityProspectRoles: "opportunityProspectRole",
  outboundVoicemails: "outboundVoicemail",
  phones: "phone",
  purchases: "purchase",
  recipients: "recipient",
  sequenceStates: "sequenceState",
  tasks: "task",
  teams: "team",
  voicemailPrompts: "voicemailPrompt",
};

export const ABSENT_KINDS: readonly ResourceKind[] = Object.entries(TYPES).map(([plural, type]) =>
  defineKind({
    type,
    plural,
    attributes: new Map(),
    relationships: [],
    linkedFrom: [PROSPECT, ACCOUNT, USER]
      .filter(({ relationships }) => relationships.some((one) => one.many && one.plural === plural))
      .map((kind) => kind.type),
    searched: [],
  }),
);
