/**
 * The console: pages for people, below `/console`.
 *
 * Promises: a page asks and changes what the API asks and changes, by the same functions.
 * @module
 */
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { newRouter, type AppEnv, type Dependencies } from "../http/context.ts";
import { answerError } from "../http/failures.ts";
import { problemDocument } from "../http/problem.ts";
import { PROBLEM_TYPES } from "../http/problem-types.ts";
import { activityPages } from "./activity-handlers.tsx";
import { alertPages } from "./alert-handlers.tsx";
import { callsPages } from "./calls-handlers.tsx";
import { destinationPages } from "./destination-handlers.tsx";
import { failurePages } from "./failure-handlers.tsx";
import { forecastPages } from "./forecast-handlers.tsx";
import { mappingPages } from "./mapping-handlers.tsx";
import { notFound } from "./not-found.tsx";
import { overviewPages } from "./overview-handlers.tsx";
import { MessagePage } from "./pages/message.tsx";
import { prospectPages } from "./prospect-handlers.tsx";
import { respond } from "./respond.ts";
import { accountPages } from "./account-handlers.tsx";
import { peoplePages } from "./people-handlers.tsx";
import { requireSignIn, signInPages } from "./sign-in-handlers.tsx";
import { userPages } from "./user-handlers.tsx";

/** A form with the largest settings, each of its names spelled out. */
const FORM_BYTES_MAX = 2_000_000;

export function consoleRoutes(dependencies: Dependencies) {
  const pages = newRouter();
  pages.onError(answerErrorPage);
  pages.use("/console/*", bodyLimit({ maxSize: FORM_BYTES_MAX, onError: tooLarge }));
  pages.route("/", signInPages(dependencies));
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

function tooLarge() {
  const { title, meaning } = PROBLEM_TYPES.body_too_large;
  return respond(<MessagePage title={title} detail={meaning} />, 413);
}

/** The same problems that the API answers with, as a page. */
async function answerErrorPage(error: Error, c: Context<AppEnv>): Promise<Response> {
  const answer = answerError(error, c);
  const { title, detail } = problemDocument.parse(await answer.json());
  return respond(<MessagePage title={title} detail={detail} />, answer.status);
}
