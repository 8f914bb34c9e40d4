// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { RoomEvent, RoomState } from "./protocol";
import { priceRange } from "./deals";
import { apply, CHAT_LINES, pinnedOffer, unitsLeft } from "./state";
import { makeOffer, makeRoom } from "./testing";

interface Sequence {
  name: string;
  before: RoomState;
  events: RoomEvent[];
  /** For each event, the facts of the state that it changed. */
  changes: Partial<RoomState>[];
}

/** Written by the server's own model: tests/realtime keeps it true, this test keeps the client equal to it. */
const fixtures = import.meta.glob<Sequence[]>("../../../tests/realtime/fixtures/room_*.json", {
  eager: true,
  import: "default",
});

describe("a room after events", () => {
  it.each(Object.values(fixtures).flat())("is what the server says after each of them: $name", ({ before, events, changes }) => {
    let room = before;
    let expected = before;
    events.forEach((event, place) => {
      room = apply(room, event);
      expected = { ...expected, ...changes[place] };
      expect(room, `after event ${String(event.seq)}, ${event.type}`).toEqual(expected);
    });
  });

  it("is the same after an event of an unknown type", () => {
    const room = makeRoom();
    const unknown = { seq: 1, at: 1, type: "confetti.thrown" } as unknown as RoomEvent;
    expect(apply(room, unknown)).toBe(room);
  });

  it("shows the pinned offer only while the tray has it", () => {
    const pinned = apply(makeRoom(), { seq: 1, at: 5, type: "offer.pinned", product_id: "dress" });
    expect(pinnedOffer(pinned)?.title).toBe("Gaun anak");
    const gone = apply(pinned, { seq: 2, at: 6, type: "tray.changed", tray: [makeOffer({ product_id: "hat" })] });
    expect(gone.pinned).toBeNull();
  });

  it("keeps the last lines of the chat and drops the oldest", () => {
    let room = makeRoom();
    for (let seq = 1; seq <= CHAT_LINES + 3; seq++)
      room = apply(room, { seq, at: seq, type: "chat.said", id: String(seq), viewer: "v", name: "N", text: "t", host: false });
    expect(room.chat).toHaveLength(CHAT_LINES);
    expect(room.chat[0]?.id).toBe("4");
  });

  it("never changes the state that it was given", () => {
    const room = makeRoom();
    const copy = structuredClone(room);
    apply(room, { seq: 1, at: 1, type: "stock.changed", product_id: "dress", variant_id: "dress-4", available: 0 });
    expect(room).toEqual(copy);
  });
});

describe("an offer", () => {
  it("counts what is left over all its variants and spans their prices", () => {
    expect(unitsLeft(makeOffer())).toBe(4);
    expect(priceRange(makeOffer(), 0)).toEqual({ low: 89_000, high: 95_000, listLow: 89_000 });
  });
});
