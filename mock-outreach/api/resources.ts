/**
 * The resources under `/api/v2`: prospects, and what they refer to.
 * @module
 */
import { Hono } from "hono";
import type { MockEnv } from "../context.ts";
import { ABSENT_KINDS } from "../model/kinds/absent.ts";
import { ACCOUNT } from "../model/kinds/account.ts";
import type { ResourceKind } from "../model/kinds/kind.ts";
import { PERSONA } from "../model/kinds/persona.ts";
import { PROSPECT } from "../model/kinds/prospect.ts";
import { STAGE } from "../model/kinds/stage.ts";
import { USER } from "../model/kinds/user.ts";
import type { Organisation } from "../model/organisation.ts";
import type { RecordSet } from "../model/record-set.ts";
import { checkProspectWrite } from "./prospect-write.ts";
import { resourceRoutes, type Writing } from "./resource-routes.ts";
import { checkWrite } from "./write-checks.ts";

export const resources = new Hono<MockEnv>();

resources.route(
  "/prospects",
  resourceRoutes(PROSPECT, { records: ({ prospects }) => prospects, check: checkProspectWrite }),
);
resources.route(
  "/accounts",
  resourceRoutes(
    ACCOUNT,
    writing(ACCOUNT, ({ accounts }) => accounts),
  ),
);
resources.route(
  "/personas",
  resourceRoutes(
    PERSONA,
    writing(PERSONA, ({ personas }) => personas),
  ),
);
resources.route(
  "/stages",
  resourceRoutes(
    STAGE,
    writing(STAGE, ({ stages }) => stages),
  ),
);
// Who can sign in is a setting; users are not written over the API.
resources.route("/users", resourceRoutes(USER, null));
for (const kind of ABSENT_KINDS) resources.route(`/${kind.plural}`, resourceRoutes(kind, null));

function writing(kind: ResourceKind, of: (organisation: Organisation) => RecordSet): Writing {
  return {
    records: ({ organisation }) => of(organisation),
    check: (world, data) => checkWrite(world, kind, data),
  };
}
