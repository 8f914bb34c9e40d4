// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomPin, RoomTray } from "./offers";
import type { RoomEvent } from "./protocol";
import { RoomStore } from "./store";
import { makeOffer, makeRoom } from "./testing";

customElements.define("room-pin", RoomPin);
customElements.define("room-tray", RoomTray);

const DRESS = makeOffer();
const SKIRT = makeOffer({ product_id: "skirt", title: "Rok Mini" });

describe("the pinned offer", () => {
  let store: RoomStore;
  let pin: RoomPin;
  let opened: string[];
  let seq: number;
  const open = (event: Event): void => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    opened.push((event.target as Element).closest<HTMLElement>("[data-buy]")?.dataset["buy"] ?? "");
  };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    opened = [];
    seq = 1;
    store = new RoomStore(makeRoom({ tray: [DRESS, SKIRT], pinned: { product_id: "dress", at: 0 } }), seq);
    pin = Object.assign(new RoomPin(), { store, ways: { buying: true, link_closed: "" } });
    document.body.append(pin);
    document.addEventListener("click", open);
    await pin.updateComplete;
    vi.advanceTimersByTime(5_000);
  });

  afterEach(() => {
    document.removeEventListener("click", open);
    pin.remove();
    vi.useRealTimers();
  });

  const happen = async (event: Partial<RoomEvent>): Promise<void> => {
    seq += 1;
    store.take({ t: "events", events: [{ seq, at: seq, ...event } as RoomEvent] });
    await pin.updateComplete;
  };
  const link = () => pin.querySelector<HTMLElement>("[data-buy]");
  const touch = (kind: string) => link()?.dispatchEvent(new Event(kind, { bubbles: true }));
  const tap = (detail = 1) => link()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
  const settle = async (milliseconds: number): Promise<void> => {
    vi.advanceTimersByTime(milliseconds);
    await pin.updateComplete;
  };

  it("that a thumb is on is the one that opens, and the change is told after it", async () => {
    touch("pointerdown");
    await happen({ type: "offer.pinned", product_id: "skirt" });
    expect(pin.querySelector(".offer-title")?.textContent).toContain(DRESS.title);
    touch("pointerup");
    tap();
    expect(opened).toEqual(["dress"]);
    await settle(300);
    expect(pin.querySelector(".offer-title")?.textContent).toContain(SKIRT.title);
    expect(pin.querySelector("[role=status]")?.textContent).toBe("Now on show: Rok Mini");
  });

  it("has no button where claims are closed, or come by comment alone", async () => {
    await happen({ type: "claims.doors", product_id: "dress", by: "comment" });
    expect(link()).toBeNull();
    expect(pin.textContent).toContain("By comment: keep A1");
    await happen({ type: "claims.doors", product_id: "dress", by: "button" });
    expect(link()).not.toBeNull();
    await happen({ type: "claims.closed", product_id: "dress" });
    expect(link()).toBeNull();
  });

  it("that has just come opens nothing for a moment, then opens", async () => {
    await happen({ type: "offer.pinned", product_id: "skirt" });
    await settle(200);
    tap();
    expect(opened).toEqual([]);
    await settle(400);
    tap();
    expect(opened).toEqual(["skirt"]);
  });

  it("opens at once by a key, and when it is the first", async () => {
    await happen({ type: "offer.unpinned", product_id: "dress" });
    await happen({ type: "offer.pinned", product_id: "dress" });
    tap();
    await happen({ type: "offer.pinned", product_id: "skirt" });
    tap(0);
    expect(opened).toEqual(["dress", "skirt"]);
  });
});

describe("the tray", () => {
  it("moves its rows with their offers, so that none becomes another one under a thumb", async () => {
    const store = new RoomStore(makeRoom({ tray: [DRESS, SKIRT] }), 1);
    const tray = Object.assign(new RoomTray(), { store, ways: { buying: true, link_closed: "" } });
    document.body.append(tray);
    await tray.updateComplete;
    const before = tray.querySelector(".tray-column [data-buy=skirt]");
    store.take({ t: "events", events: [{ seq: 2, at: 2, type: "tray.changed", tray: [SKIRT, DRESS] }] });
    await tray.updateComplete;
    expect(tray.querySelector(".tray-column [data-buy]")).toBe(before);
    tray.remove();
  });

  it("has a button for the sheet where no link may lead to the shop, and says why where there is neither", async () => {
    const link_closed = "Rooms show, tills sell.";
    for (const buying of [true, false]) {
      const store = new RoomStore(makeRoom({ tray: [DRESS] }), 1);
      const tray = Object.assign(new RoomTray(), { store, ways: { buying, link_closed } });
      document.body.append(tray);
      await tray.updateComplete;
      expect(tray.querySelector("a")).toBeNull();
      expect(tray.querySelectorAll(".tray-column button[data-buy]")).toHaveLength(buying ? 1 : 0);
      expect(tray.querySelector(".tray-column .tray-closed")?.textContent).toBe(buying ? undefined : link_closed);
      tray.remove();
    }
  });
});
