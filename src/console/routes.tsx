/**
 * The console: pages for people, below `/console`.
 *
 * Promises: a page asks and changes what the API asks and changes, by the same functions.
 * @module
 */
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { withSession } from "../access/session.ts";
import type { Dependencies } from "../destinations/dependencies.ts";
import { newRouter, type AppEnv } from "../http/context.ts";
import { answerError } from "../http/failures.ts";
import { withFlash } from "../http/flash.ts";
import { OutreachUserUnavailable } from "../http/object-clients.ts";
import { problemDocument } from "../http/problem.ts";
import { accountPages } from "./account-handlers.tsx";
import { activityPages } from "./activity-handlers.tsx";
import { alertPages } from "./alert-handlers.tsx";
import { callsPages } from "./calls-handlers.tsx";
import { destinationPages } from "./destination-handlers.tsx";
import { failurePages } from "./failure-handlers.tsx";
import { forecastPages } from "./forecast-handlers.tsx";
import { pageOfForm } from "./form-pages.ts";
import { mappingPages } from "./mapping-handlers.tsx";
import { notFound } from "./not-found.tsx";
import { overviewPages } from "./overview-handlers.tsx";
import { MessagePage } from "./pages/message.tsx";
import { peoplePages } from "./people-handlers.tsx";
import { prospectPages } from "./prospect-handlers.tsx";
import { respond } from "./respond.ts";
import { requireSignIn, signInPages } from "./sign-in-handlers.tsx";
import { userPages } from "./user-handlers.tsx";
import { asViewer } from "./viewer.ts";

/** A form with the largest settings, each of its names spelled out. */
const FORM_BYTES_MAX = 2_000_000;
/** Of a form of somebody who is not signed in: the sign-in's own, or a small one that is kept until then. */
const ANONYMOUS_FORM_BYTES_MAX = 16 * 1024;

export function consoleRoutes(dependencies: Dependencies) {
  const pages = newRouter();
  pages.onError(answerErrorPage);
  pages.use(
    "/console/*",
    methodNotAllowed({ app: pages, onMethodNotAllowed: answerMethodNotAllowed }),
  );
  pages.use("/console/*", withSession(dependencies.now), withFlash);
  pages.use("/console/*", limitForm);
  pages.route("/", signInPages(dependencies));
  pages.get("/console/*", leadToPage);
  pages.use("/console/*", requireSignIn);
  pages.route("/", overviewPages(dependencies));
  pages.route("/", userPages(dependencies));
  pages.route("/", callsPages(dependencies));
  pages.route("/", forecastPages(dependencies));
  pages.route("/", destinationPages(dependencies));
  pages.route("/", mappingPages(dependencies));
  pages.route("/", alertPages(dependencies));
  pages.route("/", activityPages(dependencies));
  pages.route("/", prospectPages(dependencies));
  pages.route("/", failurePages(dependencies));
  pages.route("/", peoplePages(dependencies));
  pages.route("/", accountPages(dependencies));
  pages.all("/console/*", notFound);
  return pages;
}

/** What the API answers with a problem, as a page. */
async function answerMethodNotAllowed(c: Context<AppEnv>, methods: readonly string[]) {
  const title = "Nothing can be sent to this address";
  const detail =
    "It is a page to be read, or its form has another address now. Nothing was changed.";
  const { pathname } = new URL(c.req.url);
  const again = methods.includes("GET") ? pathname : pageOfForm(pathname);
  const message = { title, detail, ...(again !== null && { again }) };
  const page = await answerMessage(c, message, 405);
  page.headers.set("Allow", methods.toSorted().join(", "));
  return page;
}

const limitAnonymous = bodyLimit({
  maxSize: ANONYMOUS_FORM_BYTES_MAX,
  onError: (c: Context<AppEnv>) => {
    const title = "Sign in first";
    const detail =
      "You are not signed in, or no longer, and this form is too large to be kept until you are. Sign in on another page of the browser, then go back and send it again. Nothing was changed.";
    return answerMessage(c, { title, detail }, 413);
  },
});
const limitSignedIn = bodyLimit({ maxSize: FORM_BYTES_MAX, onError: tooLarge });

/** How much is read depends on who sends it. */
const limitForm = createMiddleware<AppEnv>(async function hasLimit(c, next) {
  return (c.get("viewer") === null ? limitAnonymous : limitSignedIn)(c, next);
});

function tooLarge(c: Context<AppEnv>) {
  const title = "That is more than a form here can hold";
  const detail = "Send less at once: at most 2 MB. Nothing was changed.";
  return answerMessage(c, { title, detail }, 413);
}

/** A bookmark, or a page left behind in the history, may name where a form was sent. */
const leadToPage = createMiddleware<AppEnv>(async function leadToPage(c, next) {
  const { pathname, search } = new URL(c.req.url);
  const page = pageOfForm(pathname);
  if (page !== null) return c.redirect(page, 303);
  if (!pathname.endsWith("/")) return next();
  return c.redirect(pathname.replace(/\/+$/, "") + search, 303);
});

/** The same problems that the API answers with, as a page, in words for those who use pages. */
async function answerErrorPage(error: Error, c: Context<AppEnv>): Promise<Response> {
  const answer = answerError(error, c);
  const document = problemDocument.parse(await answer.json());
  const { pathname, search } = new URL(c.req.url);
  const isForm = c.req.method === "POST";
  const again = isForm ? (pageOfForm(pathname) ?? pathname) : pathname + search;
  const message =
    document.code === "unavailable"
      ? { ...unavailableWords(error, isForm), again }
      : document.code === "internal_error"
        ? { ...document, detail: `${INTERNAL} ${c.get("requestId")}.`, again }
        : document;
  const page = await answerMessage(c, message, answer.status);
  const wait = answer.headers.get("Retry-After");
  if (wait !== null) page.headers.set("Retry-After", wait);
  return page;
}

const INTERNAL =
  "It was logged. Where it happens again, give whoever runs the Worker the id of this request:";

function unavailableWords(error: Error, isForm: boolean) {
  const who = error instanceof OutreachUserUnavailable ? "This Outreach user" : "The database";
  const detail = isForm
    ? "Whether what you sent was done is not known. Look at the page, and send it again where it was not. Updates that were accepted are not lost."
    : "Nothing was lost. Try again in a few seconds.";
  return { title: `${who} does not answer just now`, detail };
}

/** Also before anybody asked who is signed in. */
function answerMessage(
  c: Context<AppEnv>,
  { title, detail, again }: Parameters<typeof MessagePage>[0],
  status: number,
): Promise<Response> {
  const page = (
    <MessagePage title={title} detail={detail} {...(again !== undefined && { again })} />
  );
  const viewer = c.get("viewer");
  return viewer === null ? respond(page, status) : asViewer(viewer, () => respond(page, status));
}
