/**
 * Where a request comes from, as far as limits count it.
 * @module
 */
import type { Context } from "hono";
import type { AppEnv } from "../http/context.ts";
import { networkOf, type Trier } from "../people/throttle.ts";

/** Cloudflare sets the header itself, whatever the client sends (https://developers.cloudflare.com/fundamentals/reference/http-headers/). */
export function trierOf(c: Context<AppEnv>): Trier {
  const { encryptionKey } = c.get("settings");
  return { encryptionKey, network: networkOf(c.req.header("CF-Connecting-IP")) };
}
