import { describe, it } from "vitest";
import { pollJob, readProspects, recentBatches, startModify } from "../../../src/outreach/bulk.ts";
import { patchProspect, whoAmI } from "../../../src/outreach/client.ts";
import type { Caller } from "../../../src/outreach/client.ts";
import { refreshTokens } from "../../../src/outreach/oauth.ts";
import type { TokenOutcome } from "../../../src/outreach/oauth.ts";
import type { Network } from "../../../src/outreach/network.ts";
import { RECORDED, spoilt } from "../../support/recorded-answers.ts";
import type { Recorded } from "../../support/recorded-answers.ts";

const answering =
  (status: number, body: unknown): Network =>
  async () => ({ status, headers: new Headers(), body: JSON.stringify(body) });

type Read = (network: Network) => Promise<{ readonly kind: string }>;

const through =
  <T extends { readonly outcome: { readonly kind: string } }>(
    call: (to: Caller) => Promise<T>,
  ): Read =>
  async (network) => {
    const caller = { baseUrl: "https://outreach.example", accessToken: "t", network, now: () => 0 };
    return (await call(caller)).outcome;
  };

const APP = { baseUrl: "https://outreach.example", clientId: "i", clientSecret: "s", scopes: "x" };
const refreshed = (network: Network): Promise<TokenOutcome> => refreshTokens(APP, network, "r");

const READS: readonly (readonly [name: string, answer: Recorded, read: Read])[] = [
  ["a change", RECORDED.patch, through((to) => patchProspect(to, 7, { firstName: "Grace" }))],
  ["a refusal", RECORDED.refusal, through((to) => patchProspect(to, 7, { emails: ["a@b.c"] }))],
  ["who signed in", RECORDED.root, through(whoAmI)],
  ["a job's start", RECORDED.job, through((to) => startModify(to, { custom4: "x" }, [7]))],
  ["how far a job is", RECORDED.job, through((to) => pollJob(to, "modify", "12"))],
  ["the newest batches", RECORDED.batches, through(recentBatches)],
  [
    "prospects read back",
    RECORDED.prospects,
    through((to) => readProspects(to, [7], ["firstName"])),
  ],
  ["a token pair", RECORDED.tokens, refreshed],
];

describe("an answer is strict only about the members that decide", () => {
  for (const [name, { status, body, decide }, read] of READS) {
    it(`${name}: any other may be left out, null or of another type`, async ({ expect }) => {
      const { kind } = await read(answering(status, body));
      const others = spoilt(body).filter(({ pointer }) => !decide.includes(pointer));
      expect(others.length).toBeGreaterThan(5);
      for (const { pointer, body: changed } of others) {
        expect([pointer, (await read(answering(status, changed))).kind]).toEqual([pointer, kind]);
      }
    });
  }

  for (const [member, value] of [
    ["scope", null],
    ["token_type", undefined],
    ["id_token", 7],
    ["expires_in", null],
    ["expires_in", 0],
    ["expires_in", 1],
    ["expires_in", "7200"],
  ] as const) {
    it(`keeps a token pair whose ${member} is ${value}`, async ({ expect }) => {
      const answer = { ...RECORDED.tokens.body, [member]: value };
      expect(await refreshed(answering(200, answer))).toMatchObject({
        kind: "granted",
        grant: { accessToken: "access-1", refreshToken: "refresh-1", expiresInMs: 7_200_000 },
      });
    });
  }

  it("takes no answer for a token pair that has no access token", async ({ expect }) => {
    for (const access_token of [null, "", "a b", 7]) {
      const answer = { ...RECORDED.tokens.body, access_token };
      expect(await refreshed(answering(200, answer))).toMatchObject({ kind: "failed" });
    }
  });
});
