// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomStore } from "../room/store";
import { makeOffer, makeRoom } from "../room/testing";
import { HoldShelf } from "./holds";
import { BuySheet } from "./sheet";

customElements.define("buy-sheet", BuySheet);

describe("the buying sheet", () => {
  let sheet: BuySheet;
  let shelf: HoldShelf;
  const ask = vi.fn();

  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = () => undefined;
    vi.stubGlobal("fetch", ask);
    ask.mockReset();
    sessionStorage.clear();
    shelf = new HoldShelf();
    sheet = Object.assign(new BuySheet(), { store: new RoomStore(makeRoom(), 1), shelf });
    document.body.append(sheet);
  });

  afterEach(() => {
    sheet.remove();
    vi.unstubAllGlobals();
  });

  async function hold(): Promise<string> {
    await sheet.open(makeOffer().product_id);
    sheet.querySelector("form")?.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    await vi.waitFor(() => {
      expect(sheet.querySelector("[role=alert]")?.textContent).not.toBe("");
    });
    return sheet.querySelector("[role=alert]")?.textContent ?? "";
  }

  it("says in the server's words why nothing more can be held", async () => {
    const detail = "You hold as many as one buyer may hold at a time.";
    ask.mockResolvedValue(Response.json({ code: "hold_limit_reached", detail }, { status: 409 }));
    expect(await hold()).toBe(detail);
  });

  it("asks to try again where the server was not reached", async () => {
    ask.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await hold()).toBe("That did not work. Try again.");
  });

  it("follows the till whenever the page inside changes", async () => {
    shelf.add({ hold_id: "h", variant_id: "v", title: "T", quantity: 2, ends: Date.now() + 60_000 });
    ask.mockResolvedValue(Response.json({ holds: [] }));
    await sheet.openCheckout();
    sheet.querySelector("iframe")?.dispatchEvent(new Event("load"));
    await vi.waitFor(() => {
      expect(shelf.current()).toEqual([]);
    });
  });
});
