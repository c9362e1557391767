/**
 * The collections of a world.
 * @module
 */
import { ABSENT_KINDS } from "../model/kinds/absent.ts";
import { ACCOUNT } from "../model/kinds/account.ts";
import type { ResourceKind } from "../model/kinds/kind.ts";
import { PERSONA } from "../model/kinds/persona.ts";
import { PROSPECT } from "../model/kinds/prospect.ts";
import { STAGE } from "../model/kinds/stage.ts";
import { USER } from "../model/kinds/user.ts";
import type { Organisation } from "../model/organisation.ts";
import type { Prospects } from "../model/prospects.ts";
import type { World } from "../world.ts";
import { batchCollection, batchItemCollection, importCollection } from "./bulk/records.ts";
import type { Collection, Directory } from "./query/collection.ts";

const ABSENT: ReadonlyMap<string, Collection> = new Map(
  ABSENT_KINDS.map((kind) => [
    kind.type,
    withoutIndex(kind, { ids: () => [], get: () => undefined }),
  ]),
);

export function directoryOf({ organisation, prospects, jobs }: World): Directory {
  return (type) => {
    switch (type) {
      case "prospect":
        return prospectCollection(prospects);
      case "account":
        return withoutIndex(ACCOUNT, organisation.accounts);
      case "persona":
        return withoutIndex(PERSONA, organisation.personas);
      case "stage":
        return withoutIndex(STAGE, organisation.stages);
      case "user":
        return userCollection(organisation);
      case "batch":
        return batchCollection(jobs.batches);
      case "batchItem":
        return batchItemCollection(jobs.batches);
      case "import":
        return importCollection(jobs.imports);
      default:
        return ABSENT.get(type);
    }
  };
}

function prospectCollection(prospects: Prospects): Collection {
  return {
    kind: PROSPECT,
    ids: (from, to) => prospects.ids(from, to),
    get: (id) => prospects.get(id),
    lookUp(name, value) {
      if (name !== "emails") return null;
      const owner = prospects.ownerOf(value);
      return owner === undefined ? [] : [owner];
    },
    linkedTo: () => [],
  };
}

function userCollection(organisation: Organisation): Collection {
  return withoutIndex(USER, {
    *ids(from = 1, to = Number.POSITIVE_INFINITY) {
      for (const id of organisation.users.ids()) if (id >= from && id <= to) yield id;
    },
    get: (id) => organisation.userRecord(id),
  });
}

/** For records that are few enough to look at each. */
function withoutIndex(kind: ResourceKind, records: Pick<Collection, "ids" | "get">): Collection {
  return {
    kind,
    ids: (from, to) => records.ids(from, to),
    get: (id) => records.get(id),
    lookUp: () => null,
    // Nobody is assigned to a prospect or an account besides its owner.
    linkedTo: () => [],
  };
}
