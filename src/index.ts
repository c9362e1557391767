/**
 * The Worker's exports, nothing else.
 * @module
 */
import { createApp } from "./app.ts";

export { OutreachUser } from "./outreach-user/outreach-user.ts";

export default createApp({
  outreachUser: (env, id) => env.OUTREACH_USER.getByName(id),
  now: Date.now,
});
