/**
 * Alerts: showing, saving and trying them.
 * @module
 */
import type { Context } from "hono";
import { ALERT_KINDS, DEFAULT_RULES } from "../engine/alerts/alert-rules.ts";
import { canTellAlerts, testAlerts } from "../destinations/alert-object.ts";
import { alertContext } from "../destinations/alert-settings.ts";
import { isDelivered, wordsOfTest } from "../destinations/alert-states.ts";
import { changeDestination, renewSigningSecret } from "../destinations/changes.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { destinationChanges } from "../destinations/schemas.ts";
import { findDestination, type Destination } from "../registry/destinations.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { nullWhenUnavailable } from "../http/object-clients.ts";
import { fieldErrors } from "../http/validation.ts";
import { CHANGED_MEANWHILE, errorsOf, isOutdated } from "./destination-handlers.tsx";
import { readForm, toNumber, type FormState } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { AlertsPage, type AlertsNotice } from "./pages/alerts.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { senderOf } from "./sender.ts";

type Values = Readonly<Record<string, string>>;

interface Shown {
  readonly typed?: FormState;
  readonly notice?: AlertsNotice | null;
  readonly signingSecret?: string | null;
}

export function alertPages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  async function show(c: Context<AppEnv>, destination: Destination, shown: Shown = {}) {
    const { typed, notice = null, signingSecret = null } = shown;
    const object = outreachUser(c.env, destination.outreachUserId);
    const [sender, status] = await Promise.all([
      senderOf(c.env, dependencies, destination),
      object.alerts(destination.id).catch(nullWhenUnavailable),
    ]);
    const page = (
      <AlertsPage
        destination={destination}
        form={typed ?? { values: valuesOf(destination), errors: [] }}
        sender={sender}
        status={status}
        notice={notice}
        signingSecret={signingSecret}
        now={now()}
      />
    );
    return respond(page, typed ? 422 : 200);
  }

  return newConsoleRouter()
    .get("/console/destinations/:id/alerts", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      return show(c, destination, { notice: NOTICES[c.get("flash") ?? ""] ?? null });
    })
    .post("/console/destinations/:id/alerts", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      // Kinds are boxes of their own; what is wrong with them together has a place too.
      const values = { "/alerts/kinds": "", ...(await readForm(c)) };
      if (isOutdated(values, before)) {
        return show(c, before, { typed: { values, errors: [CHANGED_MEANWHILE] } });
      }
      const input = destinationChanges.safeParse({ alerts: toInput(values) });
      if (!input.success) {
        return show(c, before, { typed: { values, errors: fieldErrors(input.error) } });
      }
      const context = alertContext(c);
      const saved = await changeDestination(c.env, dependencies, before, input.data, context);
      if (!saved.ok) return show(c, before, { typed: { values, errors: errorsOf(saved) } });
      const { signingSecret } = saved.secrets;
      // A secret cannot be shown after a redirect.
      if (signingSecret !== undefined) {
        const notice = saved.warnings.length > 0 ? NOT_TOLD : SAVED;
        return show(c, saved.destination, { notice, signingSecret });
      }
      const done = saved.warnings.length > 0 ? "not-told" : "saved";
      return redirectWithFlash(c, `/console/destinations/${before.id}/alerts`, done);
    })
    .post("/console/destinations/:id/alerts/off", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before) return notFound();
      const context = alertContext(c);
      const off = { alerts: null };
      const saved = await changeDestination(c.env, dependencies, before, off, context);
      if (!saved.ok) return show(c, before, { notice: NOT_SAVED });
      const done = saved.warnings.length > 0 ? "not-told" : "off";
      return redirectWithFlash(c, `/console/destinations/${before.id}/alerts`, done);
    })
    .post("/console/destinations/:id/alerts/tell", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const isTold = await canTellAlerts(c.env, dependencies, destination, alertContext(c));
      const done = isTold ? "saved" : "not-told";
      return redirectWithFlash(c, `/console/destinations/${destination.id}/alerts`, done);
    })
    .post("/console/destinations/:id/alerts/signing-secret", async (c) => {
      const before = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!before?.alerts) return notFound();
      const renewed = await renewSigningSecret(c.env, dependencies, before, alertContext(c));
      const after = (await findDestination(c.env.SETTINGS, before.id)) ?? before;
      if (!renewed) return show(c, after, { notice: NOT_SAVED });
      const { signingSecret, warnings } = renewed;
      return show(c, after, { notice: warnings.length > 0 ? NOT_TOLD : null, signingSecret });
    })
    .post("/console/destinations/:id/alerts/test", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination?.alerts) return notFound();
      const tested = await testAlerts(c.env, dependencies, destination, alertContext(c));
      const notice: AlertsNotice = {
        ...(isDelivered(tested) ? TEST_DELIVERED : TEST_NOT_DELIVERED),
        detail: wordsOfTest(tested),
        ...(tested.ok && tested.excerpt !== "" && { quote: tested.excerpt }),
      };
      return show(c, destination, { notice });
    });
}

const SAVED: AlertsNotice = { tone: "good", title: "Saved" };
const NOT_SAVED: AlertsNotice = {
  tone: "bad",
  title: "Not saved",
  detail: "Somebody else changed this destination at the same moment. Try again.",
};
const NOT_TOLD: AlertsNotice = {
  tone: "warn",
  title: "Saved, but not in effect yet",
  detail:
    "The Outreach user's object, which sends alerts, did not answer. Until it is told, alerts go on as they were.",
  mayTell: true,
};
const TEST_DELIVERED: AlertsNotice = { tone: "good", title: "Test alert delivered" };
const TEST_NOT_DELIVERED: AlertsNotice = { tone: "bad", title: "Test alert not delivered" };
const NOTICES: Readonly<Record<string, AlertsNotice>> = {
  saved: SAVED,
  "not-told": NOT_TOLD,
  off: { tone: "good", title: "Alerts are switched off" },
};

/** What was typed, as the API takes it. */
function toInput(values: Values) {
  return {
    url: values["/alerts/url"] ?? "",
    kinds: ALERT_KINDS.filter((kind) => values[`/alerts/kinds/${kind}`] !== undefined),
    skipRatePercent: toNumber(values["/alerts/skipRatePercent"] ?? ""),
    skipRateMinimum: toNumber(values["/alerts/skipRateMinimum"] ?? ""),
    signed: values["/alerts/signed"] !== undefined,
  };
}

function valuesOf({ alerts }: Destination): Values {
  const { kinds, skipRatePercent, skipRateMinimum } = alerts ?? DEFAULT_RULES;
  return {
    "/alerts/url": alerts?.shownUrl ?? "",
    "/alerts/skipRatePercent": String(skipRatePercent),
    "/alerts/skipRateMinimum": String(skipRateMinimum),
    ...Object.fromEntries(kinds.map((kind) => [`/alerts/kinds/${kind}`, "on"])),
    ...(alerts?.sealedSecret && { "/alerts/signed": "on" }),
  };
}
