// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomStore } from "../room/store";
import { makeOffer, makeRoom } from "../room/testing";
import { HoldStore } from "./holds";
import { BuySheet } from "./sheet";

customElements.define("buy-sheet", BuySheet);

describe("the buying sheet", () => {
  let sheet: BuySheet;
  let holdStore: HoldStore;
  const ask = vi.fn();

  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = () => undefined;
    vi.stubGlobal("fetch", ask);
    ask.mockReset();
    localStorage.clear();
    holdStore = new HoldStore();
    sheet = Object.assign(new BuySheet(), { store: new RoomStore(makeRoom(), 1), holdStore, maxUnits: 3 });
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
    holdStore.add({ hold_id: "h", variant_id: "v", title: "T", quantity: 2, ends: Date.now() + 60_000 });
    ask.mockResolvedValue(Response.json({ holds: [], awaited: [], ask_again_seconds: 0, taken_back: [] }));
    await sheet.openCheckout();
    sheet.querySelector("iframe")?.dispatchEvent(new Event("load"));
    await vi.waitFor(() => {
      expect(holdStore.current()).toEqual([]);
    });
  });

  it("counts no further than the till lets one buyer hold", async () => {
    await sheet.open(makeOffer().product_id);
    const more = () => sheet.querySelectorAll<HTMLButtonElement>(".quantity-steps button")[1];
    for (let tap = 0; tap < 9; tap++) {
      more()?.click();
      await sheet.updateComplete;
    }
    expect(sheet.querySelector("output")?.textContent).toBe("3"); // four are left
    expect(more()?.disabled).toBe(true);
  });

  it("names a thing of one kind without a comma after it", async () => {
    const [variant] = makeOffer().variants;
    if (!variant) throw new Error("the offer has no variant");
    const tray = [makeOffer({ title: "Rok Mini Lipit", variants: [{ ...variant, label: "" }] })];
    sheet.store = new RoomStore(makeRoom({ tray }), 1);
    const hold = { id: "h", variant_id: variant.variant_id, quantity: 1, expires_at: new Date(Date.now() + 60_000).toISOString() };
    ask.mockResolvedValue(Response.json({ hold }));
    await sheet.open("dress");
    sheet.querySelector("form")?.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    await vi.waitFor(() => {
      expect(sheet.querySelector(".buy-held p")?.textContent).toBe("1 × Rok Mini Lipit");
    });
  });

  it("keeps the focus of whoever has none but a keyboard", async () => {
    const [variant] = makeOffer().variants;
    const hold = { id: "h", variant_id: variant?.variant_id, quantity: 1, expires_at: new Date(Date.now() + 60_000).toISOString() };
    ask.mockResolvedValue(Response.json({ hold }));
    await sheet.open(makeOffer().product_id);
    const tapped = sheet.querySelector<HTMLElement>("form .button--primary");
    tapped?.focus();
    expect(document.activeElement).toBe(tapped);
    tapped?.click();
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(sheet.querySelector(".buy-held .button--primary"));
    });
  });
});
