// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScreenLock } from "./awake";

describe("the lock of the screen", () => {
  let held: { released: boolean; release: () => Promise<void> }[];
  let wanted: boolean;
  const request = vi.fn();

  beforeEach(() => {
    held = [];
    wanted = true;
    request.mockReset().mockImplementation(() => {
      const lock = { released: false, release: () => Promise.resolve() };
      lock.release = () => {
        lock.released = true;
        return Promise.resolve();
      };
      held.push(lock);
      return Promise.resolve(lock);
    });
    vi.stubGlobal("navigator", { wakeLock: { request } });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("is taken once while it is wanted, and given back when it is not", async () => {
    const screen = new ScreenLock(() => wanted);
    screen.follow();
    screen.follow();
    await settled();
    screen.follow();
    expect(request).toHaveBeenCalledOnce();
    wanted = false;
    screen.follow();
    expect(held[0]?.released).toBe(true);
  });

  it("is taken again when the page that lost it is seen again", async () => {
    new ScreenLock(() => wanted).follow();
    await settled();
    if (held[0]) held[0].released = true; // the browser's doing, as the page is hidden
    document.dispatchEvent(new Event("visibilitychange"));
    await settled();
    expect(held.at(-1)?.released).toBe(false);
  });

  it("is given back when it comes too late", async () => {
    new ScreenLock(() => wanted).follow();
    wanted = false;
    await settled();
    expect(held[0]?.released).toBe(true);
  });

  it("may be refused or unknown", async () => {
    request.mockRejectedValue(new DOMException("low battery", "NotAllowedError"));
    const screen = new ScreenLock(() => wanted);
    screen.follow();
    await settled();
    vi.stubGlobal("navigator", {});
    screen.follow();
    await settled();
    expect(request).toHaveBeenCalledOnce();
  });
});
