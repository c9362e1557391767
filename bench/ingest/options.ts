/**
 * What `npm run bench:ingest` was asked for.
 * @module
 */
import { parseArgs } from "node:util";
import { givenArgs, whole } from "../../cli/local/command-line.ts";
import { KINDS } from "./profiles.ts";
import type { Sent } from "./profiles.ts";

export const HELP = `npm run bench:ingest -- [options]

Profiles a second that the Worker and its Durable Object take, in workerd, beside a bare Durable Object that stores the
same rows and a Hono route that does nothing; rows and statements a profile; what a month of 30 million costs.

  --quick            one round of fewer cases
  --rows             rows and statements alone: no times
  --rates            times alone: no rows and statements
  --sizes <n,n>      profiles a request (1,10,100,1000)
  --connections <n,n>  connections at once (1,8,64)
  --sent <kind,kind> mix, repeat, merged, new (mix at every size and number of connections; the others at 8)
  --rounds <n>       rounds of each case (5)
  --help             this text
`;

export interface Case {
  readonly sent: Sent;
  readonly size: number;
  readonly connections: number;
}

export interface Options {
  readonly cases: readonly Case[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Whether rows and statements are counted, and whether times are taken. */
  readonly rows: boolean;
  readonly rates: boolean;
}

const SIZES = [1, 10, 100, 1_000];
const CONNECTIONS = [1, 8, 64];
/** Each kind alone is measured with so many. */
const CONNECTIONS_ALONE = 8;
const SENT: readonly Sent[] = ["mix", ...KINDS];

/** @throws {Error} that says which option is wrong */
export function readOptions(): Options {
  const { values } = parseArgs({
    args: givenArgs(),
    options: {
      quick: { type: "boolean", default: false },
      rows: { type: "boolean", default: false },
      rates: { type: "boolean", default: false },
      sizes: { type: "string" },
      connections: { type: "string" },
      sent: { type: "string" },
      rounds: { type: "string" },
    },
  });
  const { quick } = values;
  const sizes = numbers("--sizes", values.sizes, quick ? [1, 10, 100] : SIZES, 1_000);
  const given = numbers("--connections", values.connections, quick ? [8] : CONNECTIONS, 1_000);
  const alone = values.connections === undefined ? [CONNECTIONS_ALONE] : given;
  const cases = kinds(values.sent).flatMap((sent) =>
    sizes.flatMap((size) =>
      (sent === "mix" ? given : alone).map((connections) => ({ sent, size, connections })),
    ),
  );
  const rounds =
    values.rounds === undefined ? (quick ? 1 : 5) : whole("--rounds", values.rounds, 1, 100);
  return {
    cases,
    sizes,
    rounds,
    rows: values.rows || !values.rates,
    rates: values.rates || !values.rows,
  };
}

function numbers(
  option: string,
  text: string | undefined,
  usual: readonly number[],
  most: number,
): readonly number[] {
  if (text === undefined) return usual;
  return text.split(",").map((number) => whole(option, number, 1, most));
}

function kinds(text: string | undefined): readonly Sent[] {
  if (text === undefined) return SENT;
  return text.split(",").map((name) => {
    const kind = SENT.find((one) => one === name);
    if (kind === undefined) throw new Error(`--sent takes ${SENT.join(", ")}, not "${name}".`);
    return kind;
  });
}
