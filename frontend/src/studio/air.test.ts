// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { StudioAir } from "./air";
import { Camera } from "./camera";

customElements.define("studio-air", StudioAir);

const PAGE = { ingest: "/ingest", goLive: "/go-live", end: "/end", speed: "/speed", sales: null, silenced: "/silenced", buying: true };

describe("the end of a show", () => {
  let air: StudioAir;
  let posted: RequestInit[];

  beforeEach(async () => {
    vi.useFakeTimers();
    posted = [];
    vi.stubGlobal("fetch", (address: string, options: RequestInit) => {
      if (address === PAGE.end) posted.push(options);
      return Promise.resolve(new Response(null, { status: 204 }));
    });
    air = Object.assign(new StudioAir(), {
      store: new RoomStore(makeRoom(), 1),
      camera: new Camera(PAGE.ingest),
      page: PAGE,
    });
    document.body.append(air);
    await air.updateComplete;
  });

  afterEach(() => {
    air.remove();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  async function tap(words: string): Promise<void> {
    const button = [...air.querySelectorAll("button")].find((one) => one.textContent.includes(words));
    if (!button) throw new Error(`no button says ${words}`);
    button.click();
    await air.updateComplete;
  }

  it("comes five seconds after the last tap on it, whatever was taken back before", async () => {
    await tap("End show");
    vi.advanceTimersByTime(4_000);
    await tap("Go on");
    await tap("End show");
    vi.advanceTimersByTime(4_000);
    expect(posted).toHaveLength(0);
    vi.advanceTimersByTime(1_000);
    expect(posted).toHaveLength(1);
  });

  it("does not come when it was taken back", async () => {
    await tap("End show");
    await tap("Go on");
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event("pagehide"));
    expect(posted).toHaveLength(0);
  });

  it("is sent at once, and once, by a host who leaves the page", async () => {
    await tap("End show");
    window.dispatchEvent(new Event("pagehide"));
    window.dispatchEvent(new Event("pagehide"));
    vi.advanceTimersByTime(60_000);
    expect(posted).toHaveLength(1);
    expect(posted[0]?.keepalive).toBe(true);
  });

  it("is sent at once when the phone puts the page away", async () => {
    await tap("End show");
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(posted).toHaveLength(1);
    vi.restoreAllMocks();
  });
});
