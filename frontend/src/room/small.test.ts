// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_WAIT_MS, waitBefore } from "./backoff";
import { clock, countdown, moment, money } from "./format";
import { clockError, HoldStore } from "../buy/holds";
import type { Hold } from "../buy/holds";
import { pinAt } from "./replay";
import { LoadWatch, StallWatch } from "./stall";
import { TapGatherer } from "./taps";
import { say } from "./words";

describe("waiting before the next try", () => {
  it("grows, is bounded, and is spread over the upper half", () => {
    expect(waitBefore(0, 0)).toBe(250);
    expect(waitBefore(3, 0)).toBe(2_000);
    expect(waitBefore(50, 0)).toBe(MAX_WAIT_MS / 2);
    expect(waitBefore(50, 0.999)).toBeLessThanOrEqual(MAX_WAIT_MS);
  });
});

describe("a picture that stands still", () => {
  it("is nudged first and started afresh later", () => {
    const watch = new StallWatch();
    watch.look({ wanted: true, position: 1 });
    const advice = Array.from({ length: 8 }, () => watch.look({ wanted: true, position: 1 }));
    expect(advice).toEqual(["fine", "fine", "nudge", "fine", "fine", "fine", "fine", "restart"]);
  });

  it("is left alone when it moves or nobody watches", () => {
    const watch = new StallWatch();
    for (let position = 0; position < 20; position++) expect(watch.look({ wanted: true, position })).toBe("fine");
    for (let look = 0; look < 20; look++) expect(watch.look({ wanted: false, position: 1 })).toBe("fine");
  });
});

describe("loading that has come to rest", () => {
  const behind = { edge: 3.3, partTarget: 0.1 };

  it("is started anew when the playlist is more than two parts ahead", () => {
    const watch = new LoadWatch();
    expect(watch.rests(behind, 3.05, 2.9)).toBe(true);
    expect(watch.rests({ edge: 3.2, partTarget: 0.1 }, 3.05, 2.9)).toBe(false);
  });

  it("is none while something is on its way", () => {
    const watch = new LoadWatch();
    watch.begins();
    expect(watch.rests(behind, 3.05, 2.9)).toBe(false);
    watch.ends();
    expect(watch.rests(behind, 3.05, 2.9)).toBe(true);
  });

  it("is none with much in hand, or where the playlist has no parts", () => {
    const watch = new LoadWatch();
    expect(watch.rests({ edge: 30, partTarget: 0.1 }, 20, 10)).toBe(false);
    expect(watch.rests({ edge: 30, partTarget: 0 }, 20, 19)).toBe(false);
  });
});

describe("taps on the heart", () => {
  it("go out together, never more than the server takes", () => {
    vi.useFakeTimers();
    const sent: number[] = [];
    const gatherer = new TapGatherer(20, (count) => sent.push(count));
    for (let tap = 0; tap < 50; tap++) gatherer.tap();
    vi.advanceTimersByTime(500);
    gatherer.tap();
    vi.advanceTimersByTime(500);
    expect(sent).toEqual([20, 1]);
    vi.useRealTimers();
  });
});

describe("the holdStore of holds", () => {
  const hold: Hold = { hold_id: "h", variant_id: "v", title: "T", quantity: 1, ends: 1_000 };

  beforeEach(() => {
    localStorage.clear();
  });

  it("forgets a hold when it ends and names the soonest first", () => {
    const holdStore = new HoldStore();
    holdStore.add(hold);
    holdStore.add({ ...hold, hold_id: "sooner", ends: 500 });
    expect(holdStore.current(0).map((one) => one.hold_id)).toEqual(["sooner", "h"]);
    expect(holdStore.current(600).map((one) => one.hold_id)).toEqual(["h"]);
    expect(holdStore.current(1_000)).toEqual([]);
  });

  it("survives a reload of the page and a spoilt storage", () => {
    const later = { ...hold, ends: Date.now() + 60_000 };
    new HoldStore().add(later);
    expect(new HoldStore().current()).toEqual([later]);
    localStorage.setItem("etalase.holds", "{");
    expect(new HoldStore().current()).toEqual([]);
  });

  it("is known in another tab of the browser", () => {
    const later = { ...hold, ends: Date.now() + 60_000 };
    new HoldStore().add(later);
    sessionStorage.clear(); // each tab has its own
    expect(new HoldStore().current()).toEqual([later]);
  });
});

describe("the holdStore of a buyer who was at the till", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("follows what the till says is held, and stands while the till is out of reach", async () => {
    const ends = new Date(Date.now() + 60_000).toISOString();
    const held = { id: "h", variant_id: "v", title: "T", quantity: 1, expires_at: ends, awaited: 0 };
    const ask = vi.fn().mockRejectedValue(new TypeError("Failed to fetch"));
    ask.mockResolvedValueOnce(Response.json({ holds: [held], awaited: [], ask_again_seconds: 0, taken_back: [] })).mockResolvedValueOnce(new Response(null, { status: 503 }));
    vi.stubGlobal("fetch", ask);
    localStorage.clear();
    const holdStore = new HoldStore();
    holdStore.add({ hold_id: "taken-out", variant_id: "v", title: "T", quantity: 3, ends: Date.now() + 60_000 });
    for (let time = 0; time < 3; time++) {
      await holdStore.refresh();
      expect(holdStore.current()).toEqual([
        { hold_id: "h", variant_id: "v", title: "T", quantity: 1, ends: Date.parse(ends), awaited: 0 },
      ]);
    }
  });
});

describe("a phone's clock", () => {
  it("is believed when it is near the server's, and corrected when it is wrong", () => {
    const server = "Tue, 24 Nov 2026 05:50:00 GMT";
    const moment = Date.parse(server);
    expect(clockError(server, moment + 1_900)).toBe(0);
    expect(clockError(server, moment - 3_600_000)).toBe(3_600_000);
    expect(clockError(null, moment)).toBe(0);
  });
});

describe("the replay", () => {
  it("shows the offer that was pinned at that second", () => {
    const pins = [
      { product_id: "dress", offset: 5, until: 12 },
      { product_id: "hat", offset: 20, until: null },
    ];
    expect(pinAt(pins, 2)).toBeUndefined();
    expect(pinAt(pins, 5)?.product_id).toBe("dress");
    expect(pinAt(pins, 12)).toBeUndefined();
    expect(pinAt(pins, 300)?.product_id).toBe("hat");
  });
});

describe("words and figures", () => {
  it("are written as the pages write them", () => {
    expect(money(89_000)).toBe("Rp\u00a089.000");
    expect(clock(599_001)).toBe("10:00");
    expect(clock(3_723_000)).toBe("1:02:03");
    expect(clock(-5)).toBe("0:00");
    expect(countdown(3 * 86_400_000)).toBe("3 d 0 h");
    expect(moment(Date.UTC(2026, 10, 29, 12, 30))).toMatch(/^\w+,? \d+ November, \d\d:\d\d \w/);
  });

  it("follow the language of the page", () => {
    expect(say("left", { count: 4 })).toBe("4 left");
    document.documentElement.lang = "id";
    expect(say("left", { count: 4 })).toBe("sisa 4");
    document.documentElement.lang = "en";
  });
});
