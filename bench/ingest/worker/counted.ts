/**
 * The connector as it is, with a count of the rows and statements of its objects' storage: `GET /__storage` answers
 * what was counted since the last question.
 * @module
 */
import worker, {
  OutreachUser as OutreachUserAsItIs,
  Overflow as OverflowAsItIs,
} from "../../../src/index.ts";

export { Webhooks } from "../../../src/index.ts";

/** Of both kinds of objects; `overflowed` counts the statements of overflow objects among them. */
const none = { statements: 0, rowsRead: 0, rowsWritten: 0, alarms: 0, overflowed: 0 };
let counted = { ...none };

export class OutreachUser extends OutreachUserAsItIs {
  constructor(ctx: DurableObjectState, env: Env) {
    count(ctx.storage);
    super(ctx, env);
  }
}

export class Overflow extends OverflowAsItIs {
  constructor(ctx: DurableObjectState, env: Env) {
    count(ctx.storage, () => (counted.overflowed += 1));
    super(ctx, env);
  }
}

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (new URL(request.url).pathname !== "/__storage") return worker.fetch(request, env, ctx);
    const answer = Response.json(counted);
    counted = { ...none };
    return answer;
  },
};

function count(storage: DurableObjectStorage, also = (): unknown => undefined): void {
  countStatements(storage.sql, also);
  countAlarms(storage);
}

function countStatements(sql: SqlStorage, also: () => unknown): void {
  const exec = sql.exec.bind(sql);
  sql.exec = <T extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): SqlStorageCursor<T> => {
    const cursor = exec<T>(query, ...bindings);
    const toArray = cursor.toArray.bind(cursor);
    // Its figures are whole once it was read to the end, as all statements of the connector are.
    cursor.toArray = () => {
      const rows = toArray();
      counted.statements += 1;
      also();
      counted.rowsRead += cursor.rowsRead;
      counted.rowsWritten += cursor.rowsWritten;
      return rows;
    };
    return cursor;
  };
}

/** Setting an alarm is billed as a row written. */
function countAlarms(storage: DurableObjectStorage): void {
  const set = storage.setAlarm.bind(storage);
  storage.setAlarm = (...args) => {
    counted.alarms += 1;
    return set(...args);
  };
}
