/**
 * Mapping and audiences: showing, trying and saving them.
 * @module
 */
import type { Context } from "hono";
import { alertContext } from "../destinations/alert-settings.ts";
import { changeDestination, mergeSettings } from "../destinations/changes.ts";
import { destinationChanges } from "../destinations/schemas.ts";
import { destinationsOf, findDestination, type Destination } from "../destinations/store.ts";
import type { AppEnv, Dependencies } from "../http/context.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { fieldErrors } from "../http/validation.ts";
import { PreviewResult } from "./components/preview.tsx";
import { CHANGED_MEANWHILE, errorsOf, isOutdated } from "./destination-handlers.tsx";
import { orUndefined, readForm, readRows, rowValues, toNumber, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { AudiencesPage } from "./pages/audiences.tsx";
import { MappingPage } from "./pages/mapping.tsx";
import { exampleProfile, previewSample, type Preview } from "./preview.ts";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { mappingIdChoices, takenMappingIds, targetChoices } from "./targets.ts";

/** Empty rows at the end, for those without script. */
const SPARE_ROWS = 2;
/** Settings of more destinations are not looked through for Mapping IDs. */
const SIBLINGS_MAX = 100;

type Values = Readonly<Record<string, string>>;

export function mappingPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  /** What Outreach calls its custom fields; nothing where it is not known now. */
  async function labelsOf(env: Env, { outreachUserId }: Destination) {
    const status = await outreachUser(env, outreachUserId).status().catch(nullWhenUnavailable);
    return status?.connection.identity?.customFieldLabels ?? {};
  }

  /** Without script, what was typed is tried too. */
  async function tryOut(values: Values, destination: Destination): Promise<Preview> {
    const input = destinationChanges.safeParse(toMapping(values).input);
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
    const page = (
      <MappingPage
        destination={destination}
        form={form}
        rows={countRows(form.values, "mappings") + SPARE_ROWS}
        targets={targetChoices(await labelsOf(c.env, destination))}
        preview={await tryOut(form.values, destination)}
        notice={c.req.query("done") === "saved" ? "Saved. The next profiles are mapped so." : null}
      />
    );
    return respond(page, form.errors.length > 0 ? 422 : 200);
  }

  async function showAudiences(
    c: Context<AppEnv>,
    destination: Destination,
    typed: FormState | null,
  ) {
    const form = typed ?? { values: audienceValues(destination), errors: [] };
    const [labels, senders] = await Promise.all([
      labelsOf(c.env, destination),
      destinationsOf(c.env.SETTINGS, destination.outreachUserId, SIBLINGS_MAX),
    ]);
    const siblings = senders.filter(({ id }) => id !== destination.id);
    const taken = takenMappingIds(destination, siblings);
    const page = (
      <AudiencesPage
        destination={destination}
        form={form}
        rows={countRows(form.values, "audiences") + SPARE_ROWS}
        mappingIds={mappingIdChoices(labels, taken)}
        taken={taken}
        notice={c.req.query("done") === "saved" ? "Saved" : null}
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
      const typed = toMapping(await readForm(c));
      if (c.req.query("preview") !== undefined)
        return showMapping(c, before, { values: typed.values, errors: [] });
      const errors = await save(c, before, typed);
      if (errors) return showMapping(c, before, { values: typed.values, errors });
      return c.redirect(`/console/destinations/${before.id}/mapping?done=saved`, 303);
    })
    .post("/console/destinations/:id/preview", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const preview = await tryOut(await readForm(c), destination);
      return respond(<PreviewResult preview={preview} />);
    })
    .get("/console/destinations/:id/audiences", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? showAudiences(c, destination, null) : notFound();
    })
    .post("/console/destinations/:id/audiences", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const typed = toAudiences(await readForm(c));
      const errors = await save(c, before, typed);
      if (errors) return showAudiences(c, before, { values: typed.values, errors });
      return c.redirect(`/console/destinations/${before.id}/audiences?done=saved`, 303);
    });
}

/** What was typed, its rows numbered anew, and the same as the API takes it. */
function toMapping(typed: Values) {
  const rows = readRows(typed, "mappings", ["source", "target"]);
  const source = orUndefined(typed["/identity/source"]);
  return {
    values: { ...withoutRows(typed), ...rowValues("mappings", rows) },
    input: { identity: source === undefined ? {} : { source }, mappings: rows },
  };
}

function toAudiences(typed: Values) {
  const rows = readRows(typed, "audiences", ["id", "name", "mappingId"]);
  const audiences = rows.map(({ id = "", name, namespace, mappingId = "" }) => ({
    id,
    mappingId: toNumber(mappingId),
    namespace: orUndefined(namespace),
    name: orUndefined(name),
  }));
  const statusValues = {
    realized: orUndefined(typed["/statusValues/realized"]),
    exited: orUndefined(typed["/statusValues/exited"]),
  };
  return {
    values: { ...withoutRows(typed), ...rowValues("audiences", rows) },
    input: { audiences, statusValues },
  };
}

function withoutRows(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/^\/\w+\/\d/.test(name)));
}

function countRows(values: Values, list: string): number {
  const rows = Object.keys(values).map((name) => name.split("/").slice(0, 3).join("/"));
  return new Set(rows.filter((row) => row.startsWith(`/${list}/`))).size;
}

function mappingValues({ settings }: Destination): Values {
  const { identity, mappings } = settings;
  return {
    "/identity/source": identity.source ?? "",
    sample: exampleProfile(settings),
    ...rowValues("mappings", mappings),
  };
}

function audienceValues({ settings: { audiences, statusValues } }: Destination): Values {
  return {
    "/statusValues/realized": statusValues.realized,
    "/statusValues/exited": statusValues.exited,
    ...rowValues("audiences", audiences),
  };
}
