export { OutreachUser } from "./outreach-user/outreach-user.ts";
export default { async fetch(_request: Request, env: Env) { return Response.json(await env.OUTREACH_USER.getByName("x").ping()); } };
