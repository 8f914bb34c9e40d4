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
  const ask = vi.fn<(path: string, sent?: RequestInit) => Promise<Response>>();
  const terms = vi.fn<() => Promise<Response>>();

  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = () => undefined;
    vi.stubGlobal("fetch", (path: string, sent?: RequestInit) => (path.startsWith("/cart/terms/") ? terms() : ask(path, sent)));
    ask.mockReset();
    terms.mockReset().mockRejectedValue(new TypeError("Failed to fetch"));
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

  it("gives a turn back that is no longer wanted, and nothing else", async () => {
    const [variant] = makeOffer().variants;
    const turn = { hold_id: "turn", variant_id: variant?.variant_id ?? "", title: "T", quantity: 1, ends: Date.now() + 60_000, awaited: 1 };
    holdStore.add(turn);
    ask.mockResolvedValue(Response.json({ holds: [], awaited: [], ask_again_seconds: 0, taken_back: [] }));
    await sheet.open(makeOffer().product_id);
    await sheet.updateComplete;
    const buttons = [...sheet.querySelectorAll<HTMLElement>(".buy-held button")];
    buttons.find((button) => button.textContent === "No longer wanted")?.click();
    await vi.waitFor(() => {
      expect(sheet.querySelector(".buy-form")).not.toBeNull();
    });
    expect(ask).toHaveBeenCalledWith("/cart/holds/turn/release", expect.objectContaining({ method: "POST" }));
  });

  it("says before the tap for how long a unit is kept, and that this buyer pays first", async () => {
    terms.mockResolvedValue(Response.json({ kept: "It is yours for 15 minutes.", pay_first: "You pay first." }));
    await sheet.open(makeOffer().product_id);
    await vi.waitFor(() => {
      expect(sheet.querySelector(".buy-terms")?.textContent).toMatch(/It is yours for 15 minutes\.\s+You pay first\./);
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
