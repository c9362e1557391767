import { exports } from "cloudflare:workers";
import { it } from "vitest";
it("answers", async ({ expect }) => {
  const r = await exports.default.fetch(new Request("http://x/"));
  expect(await r.json()).toMatchObject({ ok: true });
  expect(await (await fetch("http://foo.bar/")).text()).toBe("hi ");
});
