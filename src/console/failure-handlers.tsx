/**
 * Failures: by kind, one by one, and the ways on from there.
 * @module
 */
import type { Context } from "hono";
import type { Dependencies } from "../destinations/dependencies.ts";
import { findDestination, type Destination } from "../registry/destinations.ts";
import type { AppEnv } from "../http/context.ts";
import { redirectWithFlash } from "../http/flash.ts";
import { logEvent } from "../log.ts";
import {
  FAILURE_ID,
  type FailureSelection,
  type FailureStep,
  type OutreachUserApi,
} from "../engine/api.ts";
import { readForm } from "./forms.ts";
import { notFound } from "./not-found.tsx";
import { WorkPage } from "./pages/failure-work.tsx";
import { FailureGroupPage, FailuresPage } from "./pages/failures.tsx";
import { respond } from "./respond.ts";
import { newConsoleRouter } from "./router.ts";
import { labelsOf, senderOf } from "./sender.ts";
import { inCounted } from "./wording.ts";

/** Kinds of failures on one page. */
const GROUPS_MAX = 50;
/** Failures of a kind on one page. */
const LISTED_MAX = 50;
/** Failures that one request works on: about a second. Then the page tells how far it is, and goes on. */
export const STEP = 20_000;

type Work = "replay" | "discard";
type Form = Readonly<Record<string, string>>;

export function failurePages(dependencies: Dependencies) {
  const { outreachUser, now } = dependencies;

  async function work(c: Context<AppEnv>, destination: Destination, kind: Work) {
    const form = await readForm(c);
    const object = outreachUser(c.env, destination.outreachUserId);
    const { count, rest } = await workOn(object, destination, kind, form);
    const before = Number(form["done"] ?? 0);
    const done = (Number.isSafeInteger(before) && before > 0 ? before : 0) + count;
    logEvent(kind === "replay" ? "failures_replayed" : "failures_discarded", {
      destinationId: destination.id,
      count,
    });
    if (rest) {
      const { ids = "", group } = form;
      const fields = {
        ids,
        ...(group !== undefined && { group }),
        upTo: rest.upTo,
        done: String(done),
      };
      return respond(
        <WorkPage
          destination={destination}
          sender={await senderOf(c.env, dependencies, destination)}
          kind={kind}
          done={done}
          left={rest.left}
          fields={fields}
        />,
      );
    }
    return redirectWithFlash(
      c,
      `/console/destinations/${destination.id}/failures`,
      `${kind}.${done}`,
    );
  }

  return newConsoleRouter()
    .get("/console/destinations/:id/failures", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      if (!destination) return notFound();
      const object = outreachUser(c.env, destination.outreachUserId);
      const around = senderOf(c.env, dependencies, destination).then((sender) => {
        return { destination, sender, labels: labelsOf(sender), now: now() };
      });
      const { group, after = null } = c.req.query();
      if (group !== undefined && FAILURE_ID.test(group)) {
        const asked = { limit: LISTED_MAX, after, group };
        const [page, shown] = await Promise.all([object.failures(destination.id, asked), around]);
        return respond(<FailureGroupPage {...shown} group={group} page={page} />);
      }
      const [found, both] = await Promise.all([
        object.failureGroups(destination.id, GROUPS_MAX),
        around,
      ]);
      const shown = { ...both, found, notice: noticeOf(c) };
      return respond(<FailuresPage {...shown} />);
    })
    .post("/console/destinations/:id/failures/replay", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? work(c, destination, "replay") : notFound();
    })
    .post("/console/destinations/:id/failures/discard", async (c) => {
      const destination = await findDestination(c.env.SETTINGS, c.req.param("id"));
      return destination ? work(c, destination, "discard") : notFound();
    });
}

/** What work came to. */
function noticeOf(c: Context<AppEnv>): string | null {
  const [, kind, count] = /^(replay|discard)\.(\d{1,15})$/.exec(c.get("flash") ?? "") ?? [];
  if (count === undefined) return null;
  const failures = inCounted(Number(count), "failure");
  return kind === "replay"
    ? `${failures} put back among the pending updates.`
    : `${failures} discarded.`;
}

async function workOn(
  object: Pick<OutreachUserApi, "replay" | "discardFailures">,
  destination: Destination,
  kind: Work,
  form: Form,
) {
  const which = chosen(form);
  const upTo = FAILURE_ID.test(form["upTo"] ?? "") ? (form["upTo"] ?? null) : null;
  const step: FailureStep = { limit: STEP, upTo };
  if (kind === "replay") {
    const { replayed, rest } = await object.replay(destination.id, which, step);
    return { count: replayed, rest };
  }
  const { discarded, rest } = await object.discardFailures(destination.id, which, step);
  return { count: discarded, rest };
}

/** The failures that a form names. Where it names none, none. */
function chosen({ ids = "", group }: Form): FailureSelection {
  if (group !== undefined) return { group };
  return ids === "all" ? null : ids.split(",");
}
