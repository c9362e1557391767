/**
 * The way to a control API, in the same process or behind a port, and what it answers.
 * @module
 */
import { z } from "zod";
import { problemAnswer } from "../control/answers.ts";

/** As a mock's `fetch` is, and the global one. */
export type Fetch = (request: Request) => Promise<Response>;

export interface FieldMistake {
  /** JSON pointer into what was sent, or the name of a query parameter. */
  readonly pointer: string;
  readonly detail: string;
}

/** The control API refused a call; the message says what is wrong and what to do. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;
  /** The problem document's `detail`. */
  readonly detail: string;
  readonly mistakes: readonly FieldMistake[];

  constructor(
    call: string,
    status: number,
    { title, detail, errors }: z.infer<typeof problemAnswer>,
  ) {
    const fields = errors.map((error) => `\n  ${error.pointer}: ${error.detail}`);
    super(`${call} got ${status}, ${title}. ${detail}${fields.join("")}`);
    this.status = status;
    this.detail = detail;
    this.mistakes = errors;
  }
}

/** Parts of a query string; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * A name as a step of a path.
 * @throws {TypeError} for one that a URL would take for a way up, or for no step at all
 */
export function step(name: string): string {
  if (name === "" || name === "." || name === "..") {
    throw new TypeError(`"${name}" is no name: nothing can be called that.`);
  }
  return encodeURIComponent(name);
}

export class Channel {
  readonly #fetch: Fetch;
  readonly #base: string;
  readonly #place: string;

  /**
   * @param base where the mock is, without a slash at the end
   * @param place how an error tells it
   */
  constructor(fetch: Fetch, base: string, place = "there") {
    this.#fetch = fetch;
    this.#base = base;
    this.#place = place;
  }

  /**
   * Sends a call and reads its answer with the schema.
   * @throws {ControlError} where the control API refuses it
   * @throws {TypeError} where nobody answers
   */
  async send<T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    { query = {}, body }: { readonly query?: Query; readonly body?: unknown } = {},
  ): Promise<T> {
    const call = `${method} /__mock${path}`;
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    const response = await this.#fetch(
      new Request(`${this.#base}/__mock${path}${search}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const answer = asJson(await response.text());
    if (!response.ok) throw new ControlError(call, response.status, asProblem(answer, this.#place));
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new TypeError(
      `${call} got an answer ${this.#place} that the client does not understand; are mock and client of one version?\n` +
        z.prettifyError(parsed.error),
    );
  }
}

/** What has no body, or is no JSON, is null. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function asProblem(answer: unknown, place: string): z.infer<typeof problemAnswer> {
  const parsed = problemAnswer.safeParse(answer);
  if (parsed.success) return parsed.data;
  const detail = `What answers ${place} is no mock-outreach; check the address.`;
  return { title: "no problem document", status: 0, detail, errors: [] };
}
