import { DurableObject } from "cloudflare:workers";
export class OutreachUser extends DurableObject<Env> {
  async ping() { return { ok: true, name: this.ctx.id.name ?? null }; }
  override async alarm() { }
}
