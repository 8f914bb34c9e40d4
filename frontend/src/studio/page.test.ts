// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import { post } from "./page";

describe("what the studio posts", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("comes back with what is wrong with each field, as none is there to be marked", async () => {
    const detail = "Please look at the marked fields and send them again.";
    const errors = [{ field: "quantity", code: "too_many", detail: "There are 4 left." }];
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(Response.json({ detail, errors }, { status: 422 })));
    expect(await post("/desk/melati/deals/new", {})).toEqual({ ok: false, detail: "There are 4 left." });
  });

  it("comes back with the refusal where no field is wrong", async () => {
    const detail = "A deal lasts an hour in all at most.";
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(Response.json({ detail, errors: [] }, { status: 409 })));
    expect(await post("/desk/melati/deals/d/extend", {})).toEqual({ ok: false, detail });
  });
});
