/**
 * The user: a person who works with Outreach, and whose budget calls are counted against.
 * @module
 */
import { attributeTable, customFields } from "../attributes.ts";
import { toMany, toOne } from "../relationships.ts";
import { defineKind } from "./kind.ts";

const attributes = attributeTable(
  [
    {
      kind: "string",
      maxLength: 255,
      names: `
        bridgePhone bridgePhoneExtension controlledTabDefault firstName inboundBridgePhone inboundBridgePhoneExtension
        inboundCallBehavior inboundPhoneType inboundVoicemailMessageTextVoice inboundVoicemailPromptType jobRoleByName
        lastName oceGmailTrackingState phoneType preferredVoiceRegion scimExternalId scimSource title username`,
    },
    { kind: "string", maxLength: 1_024, names: "inboundVoicemailCustomMessageText" },
    // As published: 30 fewer than other texts have.
    { kind: "string", maxLength: 225, names: customFields(5) },
    { kind: "string", maxLength: 2, names: "phoneCountryCode" },
    { kind: "string", names: "name phoneNumber userGuid" },
    { kind: "email", maxLength: 255, names: "email" },
    {
      kind: "boolean",
      names: `
        activityNotificationsDisabled bounceWarningEmailEnabled dailyDigestEmailEnabled enableVoiceRecordings
        engagementEmailsEnabled keepBridgePhoneConnected locked mailboxErrorEmailEnabled
        meetingEngagementNotificationEnabled notificationsEnabled oceClickToDialEverywhere oceGmailToolbar
        oceSalesforceEmailDecorating oceSalesforcePhoneDecorating oceUniversalTaskFlow oceWindowMode
        pluginAlertNotificationEnabled prefersLocalPresence senderNotificationsExcluded textingEmailNotifications
        unknownReplyEmailEnabled voicemailNotificationEnabled weeklyDigestEmailEnabled`,
    },
    {
      kind: "integer",
      names: `
        accountsViewId callsViewId defaultRulesetId kaiaRecordingsViewId opportunitiesViewId prospectsViewId
        reportsTeamPerfViewId reportsViewId tasksViewId teamsViewId usersViewId`,
    },
    {
      kind: "dateTime",
      names: "createdAt currentSignInAt lastSignInAt passwordExpiresAt updatedAt",
    },
    { kind: "object", names: "duties" },
  ],
  {
    readOnly: "createdAt currentSignInAt lastSignInAt name passwordExpiresAt updatedAt userGuid",
    sortable: "createdAt currentSignInAt email firstName lastName locked updatedAt username",
  },
);

export const USER = defineKind({
  type: "user",
  plural: "users",
  attributes,
  relationships: [
    toMany("batches"),
    toOne("calendar", "calendar", "writable"),
    toMany("contentCategories"),
    toMany("contentCategoryOwnerships"),
    toOne("creator", "user", "read_only"),
    toMany("directAssignedTeams", { plural: "teams" }),
    toMany("favorites"),
    toOne("jobRole", "jobRole", "writable"),
    toOne("mailbox", "mailbox", "writable"),
    toMany("mailboxes"),
    toMany("outboundVoicemails"),
    toOne("phone", "phone", "writable"),
    toMany("phones"),
    toOne("profile", "profile", "writable", ["id"]),
    toMany("recipients"),
    toOne("role", "role", "writable", ["id"]),
    toMany("roleAssignedTeams", { plural: "teams" }),
    toOne("smsPhone", "phone", "writable"),
    toMany("teams", { filterableBy: ["id"] }),
    toOne("updater", "user", "read_only"),
    toMany("voicemailPrompts"),
  ],
  linkedFrom: ["prospect", "account"],
  searched: ["firstName", "lastName", "name", "email"],
});
