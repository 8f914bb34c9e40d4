// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RoomStore } from "../room/store";
import { HealthWatch } from "./health";

const GOOD = { key_frame_seconds: 2, key_frames_are_rare: false, sound_is_unreadable: false, is_contested: false };
const store = { state: { show: { state: "live" } } } as unknown as RoomStore;

function answering(...answers: object[]): void {
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json(answers.length > 1 ? answers.shift() : answers[0]))),
  );
}

describe("the stream's health", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("says nothing of a good stream", async () => {
    answering(GOOD);
    const watch = new HealthWatch("/stream", store);
    watch.start();
    await vi.waitFor(() => {
      expect(fetch).toHaveBeenCalledWith("/stream", expect.anything());
    });
    expect(watch.advice).toEqual([]);
  });

  it("tells rare key frames and unreadable sound once, and takes both back", async () => {
    vi.useFakeTimers();
    answering({ key_frame_seconds: 8.3, key_frames_are_rare: true, sound_is_unreadable: true, is_contested: true }, GOOD);
    const watch = new HealthWatch("/stream", store);
    const notified = vi.fn();
    watch.subscribe(notified);
    watch.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(watch.advice).toHaveLength(3);
    expect(watch.advice[2]).toContain("8");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(watch.advice).toEqual([]);
    expect(notified).toHaveBeenCalledTimes(2);
  });
});
