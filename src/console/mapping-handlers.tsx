/**
 * Mapping and audiences: showing, trying and saving them.
 * @module
 */
import type { Context } from "hono";
import { alertContext } from "../destinations/alert-settings.ts";
import { listAudiences, unmappedAudiences } from "../destinations/audiences.ts";
import { changeDestination, mergeSettings } from "../destinations/changes.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationChanges } from "../destinations/schemas.ts";
import {
  destinationsOf,
  findDestination,
  SENDERS_MAX,
  type Destination,
} from "../registry/destinations.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { fieldErrors } from "../http/validation.ts";
import {
  addAudienceRow,
  audienceValues,
  countRows,
  toAudiences,
  withoutRows,
  type Values,
} from "./audience-rows.ts";
import { PreviewResult } from "./components/preview.tsx";
import { CHANGED_MEANWHILE, errorsOf, isOutdated } from "./destination-handlers.tsx";
import { orUndefined, readForm, readRows, rowValues, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { AudiencesPage, type AudiencesProps } from "./pages/audiences.tsx";
import { MappingPage } from "./pages/mapping.tsx";
import { exampleProfile, previewSample, type Preview } from "./preview.ts";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { labelsOf, senderOf } from "./sender.ts";
import {
  mappingIdChoices,
  nextMappingId,
  takenMappingIds,
  targetChoices,
  type Sender,
} from "./targets.ts";
import { may } from "./viewer.ts";

export function mappingPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  /** Without script, what was typed is tried too. */
  async function tryOut(values: Values, destination: Destination): Promise<Preview> {
    const input = destinationChanges.safeParse(toMapping(values, destination).input);
    if (!input.success) return { kind: "invalid", errors: fieldErrors(input.error) };
    const settings = mergeSettings(destination.settings, input.data);
    return previewSample(values["sample"] ?? "", settings, now);
  }

  async function showMapping(
    c: Context<AppEnv>,
    destination: Destination,
    typed: FormState | null,
  ) {
    const form = typed ?? { values: mappingValues(destination), errors: [] };
    const sender = await senderOf(c.env, dependencies, destination);
    const page = (
      <MappingPage
        destination={destination}
        sender={sender}
        form={form}
        rows={countRows(form.values, "mappings")}
        targets={targetChoices(labelsOf(sender))}
        preview={await tryOut(form.values, destination)}
        notice={c.get("flash") === "saved" ? "Saved. The next profiles are mapped so." : null}
      />
    );
    return respond(page, form.errors.length > 0 ? 422 : 200);
  }

  /** Custom fields that destinations of the same Outreach user write, and whether all could be asked. */
  async function takenBy(env: Env, destination: Destination) {
    const { outreachUserId } = destination;
    const senders = await destinationsOf(env.SETTINGS, outreachUserId, SENDERS_MAX + 1);
    const siblings = senders.filter(({ id }) => id !== destination.id).slice(0, SENDERS_MAX);
    let isWhole = senders.length <= SENDERS_MAX;
    const withBrought = async (sender: Destination): Promise<Sender> => {
      const counts = await outreachUser(env, outreachUserId)
        .audiences(sender.id)
        .catch(nullWhenUnavailable);
      if (counts === null) isWhole = false;
      const listed = listAudiences(sender.settings.audiences, counts ?? []);
      return { ...sender, brought: listed.filter(({ configured }) => !configured) };
    };
    const [own, others] = await Promise.all([
      withBrought(destination),
      Promise.all(siblings.map(withBrought)),
    ]);
    return { taken: takenMappingIds(own, others), isWhole };
  }

  async function seenBy(env: Env, { id, outreachUserId, settings }: Destination) {
    const seen = await outreachUser(env, outreachUserId)
      .seenAudiences(id)
      .catch(nullWhenUnavailable);
    return seen && unmappedAudiences(settings.audiences, seen);
  }

  /** What was typed, with a row for an audience that was seen in the stream. */
  async function withRowFor(env: Env, destination: Destination, typed: Values, chosen: string) {
    const { values } = toAudiences(typed);
    const seen = await seenBy(env, destination);
    if (seen === null) return { values, notice: NOT_ASKED };
    const audience = seen.find(({ namespace, id }) => JSON.stringify([namespace, id]) === chosen);
    if (!audience) return { values, notice: NOT_SEEN };
    const [sender, { taken }] = await Promise.all([
      senderOf(env, dependencies, destination),
      takenBy(env, destination),
    ]);
    const added = addAudienceRow(values, audience, (typedIds) =>
      nextMappingId(labelsOf(sender), new Set([...taken.keys(), ...typedIds])),
    );
    return { values: added, notice: added === values ? HAS_ROW : ADDED };
  }

  async function showAudiences(
    c: Context<AppEnv>,
    destination: Destination,
    typed: FormState | null,
    notice: AudiencesProps["notice"] = null,
  ) {
    const [sender, { taken, isWhole }, seen] = await Promise.all([
      senderOf(c.env, dependencies, destination),
      takenBy(c.env, destination),
      seenBy(c.env, destination),
    ]);
    const form = typed ?? { values: audienceValues(destination), errors: [] };
    const page = (
      <AudiencesPage
        destination={destination}
        sender={sender}
        form={form}
        rows={countRows(form.values, "audiences")}
        mappingIds={mappingIdChoices(labelsOf(sender), taken)}
        taken={taken}
        takenIsWhole={isWhole}
        seen={seen}
        notice={notice}
        now={now()}
      />
    );
    return respond(page, form.errors.length > 0 ? 422 : 200);
  }

  /** Why what was typed was not saved; null where it was. */
  async function save(
    c: Context<AppEnv>,
    before: Destination,
    { values, input }: { readonly values: Values; readonly input: unknown },
  ): Promise<FormState["errors"] | null> {
    if (isOutdated(values, before)) return [CHANGED_MEANWHILE];
    const changes = destinationChanges.safeParse(input);
    if (!changes.success) return fieldErrors(changes.error);
    const saved = await changeDestination(
      c.env,
      dependencies,
      before,
      changes.data,
      alertContext(c),
    );
    return saved.ok ? null : errorsOf(saved);
  }

  return newConsoleRouter()
    .get("/console/destinations/:id/mapping", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? showMapping(c, destination, null) : notFound();
    })
    .post("/console/destinations/:id/mapping", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const typed = toMapping(await readForm(c), before);
      const errors = await save(c, before, typed);
      if (errors) return showMapping(c, before, { values: typed.values, errors });
      return redirectWithFlash(c, `/console/destinations/${before.id}/mapping`, "saved");
    })
    .post("/console/destinations/:id/mapping/preview", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const { values } = toMapping(tried(await readForm(c), destination), destination);
      return showMapping(c, destination, { values, errors: [] });
    })
    .post("/console/destinations/:id/preview", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const preview = await tryOut(tried(await readForm(c), destination), destination);
      return respond(<PreviewResult preview={preview} />);
    })
    .get("/console/destinations/:id/audiences", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? showAudiences(c, destination, null, savedNotice(c)) : notFound();
    })
    .post("/console/destinations/:id/audiences", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const form = await readForm(c);
      if (c.req.query("add") !== undefined) {
        const { values, notice } = await withRowFor(c.env, before, form, form["add"] ?? "");
        return showAudiences(c, before, { values, errors: [] }, notice);
      }
      const typed = toAudiences(form);
      const errors = await save(c, before, typed);
      if (errors) return showAudiences(c, before, { values: typed.values, errors });
      return redirectWithFlash(c, `/console/destinations/${before.id}/audiences`, "saved");
    });
}

/** What was typed, its rows numbered anew, and the same as the API takes it: with what the form does not show of a row. */
function toMapping(typed: Values, { settings }: Destination) {
  const rows = readRows(typed, "mappings", ["source", "target"]);
  const source = orUndefined(typed["/identity/source"]) ?? null;
  const mappings = rows.map((row) => ({
    ...settings.mappings.find(
      (one) => one.source === row["source"] && one.target === row["target"],
    ),
    ...row,
  }));
  return {
    values: { ...withoutRows(typed), ...rowValues("mappings", rows) },
    input: { identity: { source }, mappings },
  };
}

const ADDED = {
  tone: "good",
  title: "A row is added",
  detail: "Look it over, and save the audiences to keep it.",
} as const;
const HAS_ROW = {
  tone: "plain",
  title: "The audience has a row already",
  detail: "No other was added.",
} as const;
const NOT_SEEN = {
  tone: "warn",
  title: "No row was added",
  detail:
    "The audience is mapped already, or is not among those seen any more. What is seen now is listed below.",
} as const;
const NOT_ASKED = {
  tone: "warn",
  title: "No row was added",
  detail: "The Outreach user could not be asked just now. Try again in a few seconds.",
} as const;

function savedNotice(c: Context<AppEnv>): AudiencesProps["notice"] {
  if (c.get("flash") !== "saved") return null;
  const detail = "Updates that come from now on carry the status of an audience that is new here.";
  return { tone: "good", title: "Saved", detail };
}

function mappingValues({ settings }: Destination): Values {
  const { identity } = settings;
  const mappings = settings.mappings.map(({ source, target, whenRemoved }) => ({
    source,
    target,
    whenRemoved,
  }));
  return {
    "/identity/source": identity.source ?? "",
    sample: exampleProfile(settings),
    ...rowValues("mappings", mappings),
  };
}

/** What is tried: the form, or for those who may not change it, what is stored with their sample. */
function tried(form: Values, destination: Destination): Values {
  if (may("POST", `/console/destinations/${destination.id}/mapping`)) return form;
  return { ...mappingValues(destination), sample: form["sample"] ?? "" };
}
