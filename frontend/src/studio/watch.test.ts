// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomEvent } from "../room/protocol";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { HostWatch, PAUSE_MS, SELLING } from "./watch";
import type { SalesFigures } from "../room/protocol";

describe("the sales so far", () => {
  let store: RoomStore;
  let watch: HostWatch<SalesFigures>;
  let asked: ReturnType<typeof vi.fn>;
  let seq: number;

  beforeEach(() => {
    vi.useFakeTimers();
    seq = 10;
    store = new RoomStore(makeRoom(), seq);
    const answer = { ok: true, json: () => Promise.resolve({ orders: 2, goods_minor: 178_000, held_units: 1, sold_units: 3 }) };
    asked = vi.fn().mockResolvedValue(answer);
    vi.stubGlobal("fetch", asked);
    watch = new HostWatch("/studio/ABC/sales", store, SELLING);
    watch.start();
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const happen = (event: Partial<RoomEvent>) => {
    seq += 1;
    store.take({ t: "events", events: [{ seq, at: seq, ...event } as RoomEvent] });
  };
  const hold = () => {
    happen({ type: "stock.changed", product_id: "dress", variant_id: "dress-4", available: 3 });
  };

  it("are asked for at once", async () => {
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.current).toEqual({ orders: 2, goods_minor: 178_000, held_units: 1, sold_units: 3 });
  });

  it("are asked for again when something was held or sold, at a bounded pace", async () => {
    await vi.advanceTimersByTimeAsync(0);
    for (let rush = 0; rush < 50; rush++) {
      hold();
      await vi.advanceTimersByTimeAsync(PAUSE_MS / 10);
    }
    expect(asked.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(6);
  });

  it("are left in peace while nothing is sold", async () => {
    await vi.advanceTimersByTimeAsync(0);
    happen({ type: "hearts.added", count: 3, total: 3 });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveBeenCalledOnce();
  });

  it("are asked for when the line is back, and again when the till was away", async () => {
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    asked.mockResolvedValueOnce({ ok: false, status: 503 });
    store.setStatus("open");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(watch.current?.orders).toBe(2);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toHaveBeenCalledTimes(3);
  });
});
