import { describe, it } from "vitest";
import { permissionAt } from "../../../src/console/permissions.ts";

describe("the permission that a page or a form of the console needs", () => {
  it("is the named one", ({ expect }) => {
    for (const [method, path, needed] of [
      ["GET", "/console", "view"],
      ["HEAD", "/console", "view"],
      ["GET", "/console/destinations/dest_1", "view"],
      ["GET", "/console/destinations/dest_1/failures?after=3", "view"],
      ["GET", "/console/destinations/new", "manage"],
      ["POST", "/console/destinations/dest_1/audiences", "activate"],
      ["POST", "/console/destinations/dest_1", "manage"],
      ["POST", "/console/outreach-users/ou_1/pause", "activate"],
      ["POST", "/console/outreach-users/ou_1/disconnect", "manage"],
    ] as const) {
      expect([method, path, permissionAt(method, path)]).toEqual([method, path, needed]);
    }
  });

  it("is the highest where none is named", ({ expect }) => {
    for (const path of ["/console/new-page", "/console/destinations/d/new/page", "/console/", ""]) {
      expect(permissionAt("GET", path)).toBe("manage");
      expect(permissionAt("POST", path)).toBe("manage");
    }
    expect(permissionAt("DELETE", "/console")).toBe("manage");
  });
});
