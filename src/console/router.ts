/**
 * What the console's handlers share.
 * @module
 */
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";

export function newConsoleRouter(): Hono<AppEnv> {
  return new Hono<AppEnv>();
}
