/**
 * mock-outreach against the OpenAPI document that Outreach publishes. Operations are found by asking the mock, so one
 * that it learns to serve is tested from then on.
 */
import { afterAll, describe, it } from "vitest";
import type { MockOutreachOptions } from "../../mock-outreach/index.ts";
import { validBody, writableAttributes, writesRecord } from "./conformance/bodies.ts";
import { provokeErrors, recordIn, write } from "./conformance/calls.ts";
import { parametersOf } from "./conformance/parameters.ts";
import {
  DOCUMENT,
  type Operation,
  type Published,
  readPublished,
} from "./conformance/published.ts";
import { hasBadge } from "./conformance/schema.ts";
import { createSubject } from "./conformance/subject.ts";
import { Tally } from "./conformance/tally.ts";
import { longestTexts, valueFor } from "./conformance/values.ts";

const published = readPublished();
const tally = new Tally();

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

/** Passing tests' console is silent; this is not. */
afterAll(() => {
  process.stdout.write(published ? tally.summary(published.operations.length) : `${notThere}\n`);
});

const notThere = `mock-outreach was not checked against Outreach's OpenAPI document: there is none at ${DOCUMENT}.`;

if (!published) {
  it("mock-outreach answers as Outreach's OpenAPI document says", ({ skip }) => skip(notThere));
}

if (published) {
  const served = await servedOf(published);
  const records = new Set(served.flatMap(({ resource }) => resource ?? []));
  const reads = served.filter(({ method }) => method === "GET");
  const writes = served.filter(writesRecord);
  const parametersIn = (operation: Operation) => parametersOf(operation, published, records);
  const titled = (operations: readonly Operation[]) =>
    operations.map((operation) => ({ name: nameOf(operation), operation }));

  describe("what mock-outreach serves", () => {
    it("is at least what a prospect refers to, but for users to write too, and bulk jobs", ({
      expect,
    }) => {
      const expected = ["prospects", "accounts", "stages", "personas"].flatMap((plural) => [
        `GET /${plural}`,
        `POST /${plural}`,
        `GET /${plural}/{id}`,
        `PATCH /${plural}/{id}`,
        `DELETE /${plural}/{id}`,
      ]);
      const jobs = [
        "POST /batches/actions/prospectsBulkModify",
        "GET /batches",
        "GET /batches/{id}",
        "POST /batches/{id}/actions/confirm",
        "POST /batches/{id}/actions/cancel",
        "GET /batchItems",
        "GET /batchItems/{id}",
        "POST /imports/actions/bulkUpsert",
        "GET /imports/{id}",
      ];
      expect(served.map(nameOf)).toEqual(
        expect.arrayContaining([...expected, ...jobs, "GET /users", "GET /users/{id}"]),
      );
    });
  });

  describe("an answer", () => {
    it.for(titled(served))("of $name is as published", async ({ operation }, { expect }) => {
      const { subject, id } = await prepare(operation);
      const body = validBody(operation, published, id);
      const answer = await subject.call(operation, { id, body });
      expect(answer.status).toBeLessThan(300);
      tally.operations.add(nameOf(operation));
    });

    it.for(titled(reads))("of $name tells every attribute", async ({ operation }, { expect }) => {
      const { subject, id } = await prepare(operation);
      const { body } = await subject.call(operation, { id });
      const all = Object.keys(published.attributes(operation.resource ?? ""));
      const told = all.filter((name) => name !== "contactHistogram");
      const [record] = [body?.data ?? []].flat();
      expect(Object.keys(record?.attributes ?? {}).toSorted()).toEqual(told.toSorted());
      for (const name of told) tally.told.add(`${operation.resource}.${name}`);
    });

    it.for(titled(served))(
      "of $name to a call that is refused is as published",
      async ({ operation }, { expect }) => {
        const { subject, id } = await prepare(operation);
        const statuses = await provokeErrors(subject, operation, id);
        const { method, path } = operation;
        const wanted = [403, 429, 503];
        if (path.includes("{id}")) wanted.push(404);
        if (method === "GET") wanted.push(400);
        if (writesRecord(operation)) wanted.push(400, 415, 422);
        expect(statuses).toEqual(expect.arrayContaining(wanted));
      },
    );
  });

  describe("documented parameters", () => {
    it.for(titled(served.filter((operation) => parametersIn(operation).length > 0)))(
      "of $name are accepted",
      async ({ operation }, { expect }) => {
        const { subject, id } = await prepare(operation);
        const refused: string[] = [];
        for (const { name, queries } of parametersIn(operation)) {
          for (const query of queries) {
            const body = validBody(operation, published, id);
            const { status } = await subject.call(operation, { id, query, body });
            if (status >= 300) refused.push(`${query}: ${status}`);
          }
          tally.parameters.add(`${nameOf(operation)} ${name}`);
        }
        expect(refused).toEqual([]);
      },
    );

    it.for(titled(reads.filter(({ metadata }) => metadata.length > 0)))(
      "of $name make each record tell its metadata",
      async ({ operation }, { expect }) => {
        const { subject, id } = await prepare(operation);
        const asked = operation.metadata.map(({ parameter }) => `${parameter}=true`).join("&");
        const { body } = await subject.call(operation, { id, query: asked });
        const [record] = [body?.data ?? []].flat();
        expect(Object.keys(record?.meta ?? {})).toEqual(
          expect.arrayContaining(operation.metadata.map(({ name }) => name)),
        );
      },
    );
  });

  describe("attributes that may be written", () => {
    it.for(titled(writes))(
      "are taken by $name and told again",
      async ({ operation }, { expect }) => {
        const { subject, id } = await prepare(operation);
        const sent = attributesIn(validBody(operation, published, id));
        expect(Object.keys(sent).length).toBeGreaterThan(1);
        for (const [name, value] of Object.entries(sent)) {
          const written = await write(subject, operation, id, { [name]: value });
          expect(written.status, name).toBeLessThan(300);
          const record = recordIn(written.body);
          expect(record.attributes[name], name).toEqual(value);
          const read = await subject.call(siblingOf(operation, "GET"), { id: record.id });
          expect(recordIn(read.body).attributes[name], name).toEqual(value);
          tally.written.add(`${operation.resource}.${name}`);
        }
      },
    );

    it.for(titled(writes))("are all taken at once by $name", async ({ operation }, { expect }) => {
      const { subject, id } = await prepare(operation);
      const body = validBody(operation, published, id);
      const record = recordIn((await subject.call(operation, { id, body })).body);
      expect(record.attributes).toMatchObject(attributesIn(body));
    });

    it.for(titled(writes))(
      "hold as much as $name may give them, and no more",
      async ({ operation }, { expect }) => {
        const { subject, id } = await prepare(operation);
        const schemas = published.attributes(operation.resource ?? "");
        for (const name of writableAttributes(operation, published)) {
          const texts = longestTexts(schemas[name] ?? {});
          if (!texts) continue;
          const fits = await write(subject, operation, id, { [name]: texts.fits });
          const record = recordIn(fits.body);
          expect(record.attributes[name], name).toBe(texts.fits);
          // Else every answer is longer than the one before.
          await write(subject, siblingOf(operation, "PATCH"), record.id, { [name]: null });
          const tooLong = await write(subject, operation, id, { [name]: texts.tooLong });
          expect(tooLong.status, name).toBe(422);
          expect(tooLong.body?.errors?.[0]?.id).toBe("validationDataTooLongError");
        }
      },
    );
  });

  describe("attributes that are read-only", () => {
    it.for(titled(writes))(
      "are refused by $name, or passed over, as the mock is told",
      async ({ operation }, { expect }) => {
        const rejecting = await prepare(operation, { unknownAttributes: "reject" });
        const ignoring = await prepare(operation, { unknownAttributes: "ignore" });
        for (const [name, schema] of readOnlyOf(operation)) {
          const change = { [name]: valueFor(schema, "read-only") };
          const refused = await write(rejecting.subject, operation, rejecting.id, change);
          expect(refused.status, name).toBe(422);
          expect(refused.body?.errors?.[0]?.source?.pointer).toBe(`/data/attributes/${name}`);
          const taken = await write(ignoring.subject, operation, ignoring.id, change);
          expect(taken.status, name).toBeLessThan(300);
          expect(recordIn(taken.body).attributes[name], name).not.toEqual(change[name]);
          tally.readOnly.add(`${operation.resource}.${name}`);
        }
      },
    );
  });

  const readOnlyOf = ({ resource }: Operation) =>
    Object.entries(published.attributes(resource ?? "")).filter(([, schema]) =>
      hasBadge(schema, "readonly"),
    );

  /** Another operation on the same kind of record. */
  const siblingOf = ({ plural }: Operation, method: string): Operation => {
    const path = `/${plural}/{id}`;
    const found = served.find((known) => known.method === method && known.path === path);
    if (!found) throw new Error(`mock-outreach does not serve ${method} ${path}.`);
    return found;
  };

  /** A mock in which the operation can be carried out, and the id of a record that it can be carried out on. */
  const prepare = async (operation: Operation, options: MockOutreachOptions = {}) => {
    const subject = await createSubject(published, tally, options);
    const job = jobFor(operation);
    const starter = served.find(({ path }) => path === job?.path && path !== operation.path);
    if (!job || !starter) return { subject, id: 1 };
    const body = validBody(starter, published, 1);
    const started = await subject.call(starter, { body, query: job.query });
    const { type, id } = recordIn(started.body);
    // A job that is read has had time to be done; one that is acted on is still under way.
    if (operation.method === "GET") subject.mock.advance(3_600_000);
    // Every other record is there from the start.
    return { subject, id: type === operation.resource ? id : 1 };
  };
}

/** What has to be started before there are records for the operation; null where they are there from the start. */
function jobFor({ plural, path }: Operation): { path: string; query: string } | null {
  if (plural === "imports") return { path: "/imports/actions/bulkUpsert", query: "" };
  if (plural !== "batches" && plural !== "batchItems") return null;
  // Only a batch that waits for it can be confirmed.
  const skip = !path.endsWith("/confirm");
  const query = `actionParams[skipConfirmation]=${skip}`;
  return { path: "/batches/actions/prospectsBulkModify", query };
}

/** Those that have a route. */
async function servedOf(document: Published): Promise<readonly Operation[]> {
  const { mock } = await createSubject(document, new Tally());
  const served: Operation[] = [];
  for (const operation of document.operations) {
    const path = operation.path.replace("{id}", "999999");
    const response = await mock.api(operation.method, path);
    const text = await response.text();
    if (!text.includes('"routeNotFound"')) served.push(operation);
  }
  return served;
}

function attributesIn(body: unknown): Readonly<Record<string, unknown>> {
  return (body as { data: { attributes: Record<string, unknown> } }).data.attributes;
}
