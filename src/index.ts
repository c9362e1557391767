/**
 * The Worker's exports, nothing else.
 * @module
 */
import { createApp } from "./app.ts";
import { consoleRoutes } from "./console/routes.tsx";
import { onCron } from "./cron.ts";

export { OutreachUser } from "./outreach-user/outreach-user.ts";

export { Webhooks } from "./outreach-user/webhooks.ts";

export { Overflow } from "./overflow/overflow.ts";

const app = createApp({
  outreachUser: (env, id) => env.OUTREACH_USER.getByName(id),
  overflow: (env, name) => env.OVERFLOW.getByName(name),
  now: () => Date.now(),
  consoleRoutes,
});

export default {
  fetch: app.fetch,
  scheduled: ({ scheduledTime }, env) => onCron(env, scheduledTime),
} satisfies ExportedHandler<Env>;
