/**
 * The two destinations of the sample: one for each of AEP's routes, as a customer would set them up.
 * @module
 */

/** Source XDM, as the HTTP API destination sends it. */
export const HTTP_API_DESTINATION = {
  name: "Web profiles (HTTP API destination)",
  identity: { source: "identityMap.OutreachId" },
  mappings: [
    { source: "person.name.firstName", target: "firstName" },
    { source: "person.name.lastName", target: "lastName" },
    { source: "_acme.crm.jobTitle", target: "title" },
    { source: "_acme.loyalty.points", target: "score" },
    { source: "mobilePhone.number", target: "mobilePhones" },
    { source: "_acme.lastVisit", target: "custom10" },
  ],
  audiences: [
    { id: "11111111-aaaa-4000-8000-000000000001", mappingId: 1, name: "Trial started" },
    { id: "11111111-aaaa-4000-8000-000000000002", mappingId: 2, name: "High intent" },
    { id: "11111111-aaaa-4000-8000-000000000003", mappingId: 3, name: "Churn risk" },
  ],
} as const;

/** Profiles named after Outreach's attributes, as a private destination made with Destination SDK sends them. */
export const SDK_DESTINATION = {
  name: "CRM profiles (Destination SDK)",
  identity: {},
  mappings: [],
  audiences: [],
} as const;

/** The Mapping IDs that travel with the second route's profiles. */
export const SDK_MAPPING_IDS = {
  ups: {
    "22222222-bbbb-4000-8000-000000000001": "21",
    "22222222-bbbb-4000-8000-000000000002": "22",
  },
} as const;
