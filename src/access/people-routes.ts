/**
 * People: inviting, reading, changing and removing them.
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { newRouter } from "../http/context.ts";
import { idParameter } from "../http/fields.ts";
import { problem } from "../http/problem.ts";
import { json, jsonBody, pageQuery, problems } from "../http/routing.ts";
import { findPerson, listPeople } from "../people/store.ts";
import { permitted } from "./bearer.ts";
import {
  addPerson,
  changePerson,
  inviteAgain,
  removePerson,
  signOutEverywhere,
} from "./people-changes.ts";
import {
  invitedPerson,
  newPerson,
  peopleList,
  personAnswer,
  personChanges,
  toPersonAnswer,
} from "./people-schemas.ts";

const tags = ["People"];
const params = z.object({ id: idParameter("id", "The person's id") });
const managed = { tags, ...permitted("managePeople") };

const add = createRoute({
  method: "post",
  path: "/v1/people",
  operationId: "invitePerson",
  summary: "Invite a person",
  description:
    "Adds somebody who signs in to the console with an e-mail and a password. The answer holds a link where the person sets the password: hand it over yourself, for nothing is mailed.",
  ...managed,
  request: { body: jsonBody(newPerson) },
  responses: {
    201: json("The person, and the invitation link", invitedPerson),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/people",
  operationId: "listPeople",
  summary: "List people",
  ...managed,
  request: { query: pageQuery(100, 1000) },
  responses: {
    200: json("People in the order in which they were invited", peopleList),
    ...problems(401, 403, 422, 429, 503),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/people/{id}",
  operationId: "readPerson",
  summary: "Read a person",
  ...managed,
  request: { params },
  responses: { 200: json("The person", personAnswer), ...problems(401, 403, 404, 429, 503) },
});

const change = createRoute({
  method: "patch",
  path: "/v1/people/{id}",
  operationId: "changePerson",
  summary: "Change a person",
  description:
    "Changes the fields that are present. Another permission ends the person's sessions. People do not change their own.",
  ...managed,
  request: { params, body: jsonBody(personChanges) },
  responses: {
    200: json("The person as it is now", personAnswer),
    ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/people/{id}",
  operationId: "removePerson",
  summary: "Remove a person",
  description: "Ends the person's sessions, and takes password and invitation away.",
  ...managed,
  request: { params },
  responses: { 204: { description: "Removed" }, ...problems(401, 403, 404, 409, 429, 503) },
});

const inviteAnew = createRoute({
  method: "post",
  path: "/v1/people/{id}/invitation",
  operationId: "invitePersonAgain",
  summary: "Make a new invitation link",
  description:
    "For somebody whose link has expired, or who forgot the password. The link before ends; a password stays valid until the new link is used.",
  ...managed,
  request: { params },
  responses: {
    200: json("The person, and the invitation link", invitedPerson),
    ...problems(401, 403, 404, 413, 429, 503),
  },
});

const signOut = createRoute({
  method: "post",
  path: "/v1/people/{id}/sign-out",
  operationId: "signPersonOut",
  summary: "Sign a person out everywhere",
  ...managed,
  request: { params },
  responses: {
    200: json("The person", personAnswer),
    ...problems(401, 403, 404, 413, 429, 503),
  },
});

export function peopleRoutes({ now }: { readonly now: () => number }) {
  return newRouter()
    .openapi(add, async (c) => {
      const added = await addPerson(c, c.req.valid("json"), now());
      if (!added) return problem(c, "email_taken");
      const { person, invitationUrl } = added;
      return c.json({ ...toPersonAnswer(person), invitationUrl }, 201);
    })
    .openapi(list, async (c) => {
      const { limit, after = null } = c.req.valid("query");
      const { entries, next } = await listPeople(c.env.SETTINGS, { limit, after });
      return c.json({ people: entries.map(toPersonAnswer), next }, 200);
    })
    .openapi(read, async (c) => {
      const person = await findPerson(c.env.SETTINGS, c.req.valid("param").id);
      return person ? c.json(toPersonAnswer(person), 200) : problem(c, "person_not_found");
    })
    .openapi(change, async (c) => {
      const changed = await changePerson(c, c.req.valid("param").id, c.req.valid("json"));
      if (changed === "own_account") return problem(c, "own_account");
      return changed ? c.json(toPersonAnswer(changed), 200) : problem(c, "person_not_found");
    })
    .openapi(remove, async (c) => {
      const removal = await removePerson(c, c.req.valid("param").id);
      if (removal === "own_account") return problem(c, "own_account");
      return removal === "removed" ? c.body(null, 204) : problem(c, "person_not_found");
    })
    .openapi(inviteAnew, async (c) => {
      const invited = await inviteAgain(c, c.req.valid("param").id, now());
      if (!invited) return problem(c, "person_not_found");
      const { person, invitationUrl } = invited;
      return c.json({ ...toPersonAnswer(person), invitationUrl }, 200);
    })
    .openapi(signOut, async (c) => {
      const person = await signOutEverywhere(c, c.req.valid("param").id);
      return person ? c.json(toPersonAnswer(person), 200) : problem(c, "person_not_found");
    });
}
