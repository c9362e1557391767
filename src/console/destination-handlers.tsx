/**
 * Destinations: creating, changing, rotating and deleting them.
 * @module
 */
import type { Context } from "hono";
import { findOutreachUser, FIRST_USERS, listOutreachUsers } from "../registry/outreach-users.ts";
import { alertContext } from "../destinations/alert-settings.ts";
import {
  addDestination,
  changeDestination,
  removeDestination,
  rotateCredentials,
  warningsOf,
} from "../destinations/changes.ts";
import { rotation, toRotation } from "../destinations/credential-routes.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationChanges, newDestination, toAnswer } from "../destinations/schemas.ts";
import { findDestination, type Destination } from "../registry/destinations.ts";
import { publicBaseUrl } from "../http/base-url.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import type { FieldError } from "../http/problem.ts";
import { fieldErrors } from "../http/validation.ts";
import { orUndefined, readForm, toNumber, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import {
  DestinationPage,
  NewDestinationPage,
  SecretsPage,
  SetupPage,
} from "./pages/destination.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { senderOf } from "./sender.ts";

/** Somebody else saved in the meantime: what was typed stays, on top of what is stored now. */
export const CHANGED_MEANWHILE: FieldError = {
  pointer: null,
  code: "destination_changed",
  detail:
    "Somebody else changed this destination since you opened this page. Look over what you typed, and save again to overrule that.",
};

export function destinationPages(dependencies: Dependencies) {
  const { now } = dependencies;

  async function show(c: Context<AppEnv>, destination: Destination, typed: FormState | null) {
    const [sender, warnings] = await Promise.all([
      senderOf(c.env, dependencies, destination),
      warningsOf(c.env, dependencies, destination),
    ]);
    const page = (
      <DestinationPage
        destination={destination}
        sender={sender}
        warnings={warnings}
        addresses={addressesOf(c, destination)}
        form={typed ?? { values: valuesOf(destination), errors: [] }}
        notice={c.get("flash") === "saved" ? "Saved" : null}
      />
    );
    return respond(page, typed ? 422 : 200);
  }

  return newConsoleRouter()
    .get("/console/destinations/new", (c) => {
      const values = { "/outreachUserId": c.req.query("outreach-user") ?? "" };
      return showNew(c, { values, errors: [] });
    })
    .post("/console/destinations", async (c) => {
      const values = await readForm(c);
      const input = newDestination.safeParse({
        name: values["/name"] ?? "",
        description: orUndefined(values["/description"]),
        outreachUserId: values["/outreachUserId"] ?? "",
      });
      if (!input.success) return showNew(c, { values, errors: fieldErrors(input.error) });
      const added = await addDestination(c.env, dependencies, input.data, alertContext(c));
      if (!added.ok) return showNew(c, { values, errors: added.errors });
      const { destination, secrets } = added;
      const page = (
        <SecretsPage
          destination={destination}
          addresses={addressesOf(c, destination)}
          secrets={secrets}
          previousValidUntil={null}
          now={now()}
        />
      );
      return respond(page, 201);
    })
    .get("/console/destinations/:id", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? show(c, destination, null) : notFound();
    })
    .post("/console/destinations/:id", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const values = await readForm(c);
      if (isOutdated(values, before))
        return show(c, before, { values, errors: [CHANGED_MEANWHILE] });
      const input = destinationChanges.safeParse({
        name: values["/name"] ?? "",
        description: orUndefined(values["/description"]) ?? null,
        enabled: values["/enabled"] !== undefined,
        delivery: values["/delivery"],
        weight: values["/weight"] === undefined ? undefined : toNumber(values["/weight"]),
      });
      if (!input.success) return show(c, before, { values, errors: fieldErrors(input.error) });
      const saved = await changeDestination(
        c.env,
        dependencies,
        before,
        input.data,
        alertContext(c),
      );
      if (!saved.ok) return show(c, before, { values, errors: errorsOf(saved) });
      const place = `/console/destinations/${before.id}`;
      return saved.warnings.length > 0
        ? redirectWithFlash(c, `${place}/alerts`, "not-told")
        : redirectWithFlash(c, place, "saved");
    })
    .get("/console/destinations/:id/setup", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const addresses = addressesOf(c, destination);
      const sender = await senderOf(c.env, dependencies, destination);
      return respond(<SetupPage destination={destination} sender={sender} addresses={addresses} />);
    })
    .post("/console/destinations/:id/credentials/rotate", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const { which, keepPreviousHours } = await readForm(c);
      const asked = rotation.safeParse({
        ...((which === "ingestToken" || which === "clientSecret") && { [which]: true }),
        keepPreviousHours: Number(keepPreviousHours ?? Number.NaN),
      });
      const stored = valuesOf(before);
      if (!asked.success)
        return show(c, before, { values: stored, errors: fieldErrors(asked.error) });
      const rotated = await rotateCredentials(c.env, dependencies, before, toRotation(asked.data));
      if (!rotated.ok) return show(c, before, { values: stored, errors: [CHANGED_MEANWHILE] });
      const page = (
        <SecretsPage
          destination={rotated.destination}
          addresses={addressesOf(c, before)}
          secrets={rotated.secrets}
          previousValidUntil={rotated.previousValidUntil}
          now={now()}
        />
      );
      return respond(page);
    })
    .post("/console/destinations/:id/delete", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      await removeDestination(c.env, dependencies, destination);
      return redirectWithFlash(c, "/console", "destination-deleted");
    });
}

async function showNew(c: Context<AppEnv>, form: FormState) {
  const { entries, next } = await listOutreachUsers(c.env.SETTINGS, FIRST_USERS);
  const named = form.values["/outreachUserId"] ?? "";
  const isListed = named === "" || entries.some(({ id }) => id === named);
  const other = isListed ? null : await findOutreachUser(c.env.SETTINGS, named);
  const users = other ? [other, ...entries] : entries;
  const page = <NewDestinationPage form={form} users={users} hasMore={next !== null} />;
  return respond(page, form.errors.length > 0 ? 422 : 200);
}

/** Whether a form shows settings that were changed since. */
export function isOutdated(
  values: Readonly<Record<string, string>>,
  { revision }: Destination,
): boolean {
  return values["revision"] !== String(revision);
}

type Refused = Extract<Awaited<ReturnType<typeof changeDestination>>, { ok: false }>;

export function errorsOf(refused: Refused): readonly FieldError[] {
  return refused.reason === "changed" ? [CHANGED_MEANWHILE] : refused.errors;
}

function addressesOf(c: Context<AppEnv>, destination: Destination) {
  const { ingestUrl, tokenUrl, clientId } = toAnswer(destination, publicBaseUrl(c));
  return { ingestUrl, tokenUrl, clientId };
}

function valuesOf(destination: Destination): Record<string, string> {
  const { name, description, enabled, settings } = destination;
  return {
    "/delivery": settings.delivery,
    "/weight": String(settings.weight),
    "/name": name,
    "/description": description ?? "",
    ...(enabled && { "/enabled": "on" }),
  };
}
