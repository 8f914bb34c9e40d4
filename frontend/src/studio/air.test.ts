// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { StudioAir } from "./air";
import { Camera } from "./camera";
import { HealthWatch } from "./health";

customElements.define("studio-air", StudioAir);

const PAGE = { ingest: "/ingest", goLive: "/go-live", end: "/end", speed: "/speed", stream: "/stream", sales: null, silenced: "/silenced", buying: true };

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
    const store = new RoomStore(makeRoom(), 1);
    air = Object.assign(new StudioAir(), {
      store,
      camera: new Camera(PAGE.ingest),
      page: PAGE,
      health: new HealthWatch(PAGE.stream, store),
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

describe("the show on air", () => {
  let air: StudioAir;
  let camera: Camera;
  let store: RoomStore;
  let answer: () => Promise<Response>;

  beforeEach(async () => {
    answer = () => Promise.resolve(new Response(null, { status: 204 }));
    vi.stubGlobal("fetch", () => answer());
    camera = new Camera(PAGE.ingest);
    const { show } = makeRoom();
    store = new RoomStore(makeRoom({ show: { ...show, state: "planned" } }), 1);
    air = Object.assign(new StudioAir(), { store, camera, page: PAGE, health: new HealthWatch(PAGE.stream, store) });
    document.body.append(air);
    await air.updateComplete;
  });

  afterEach(() => {
    air.remove();
    vi.unstubAllGlobals();
  });

  const happen = async (change: () => void): Promise<void> => {
    change();
    air.requestUpdate();
    await air.updateComplete;
  };
  const begin = (): void => {
    store.take({ t: "events", events: [{ seq: 2, at: 2, type: "show.started", started_at: 2 }] });
  };
  const buttons = () => [...air.querySelectorAll("button")].map((one) => one.textContent.trim());
  const badge = () => air.querySelector(".on-air .badge")?.textContent;

  it("is LIVE only while a picture goes out", async () => {
    await happen(begin);
    expect(badge()).toBe("No picture");
    await happen(() => (camera.sending = "sending"));
    expect(badge()).toBe("LIVE");
    await happen(() => (camera.sending = "stalled"));
    expect(badge()).toBe("No picture");
    expect(air.querySelector("[role=alert]")?.textContent).toContain("nothing has reached the server");
    await happen(() => (camera.refusal = "recorder"));
    expect(air.querySelector("[role=alert]")?.textContent).toContain("The camera delivers no picture");
    expect(buttons()).toContain("Start the camera again");
  });

  it("is LIVE with a picture from elsewhere, and never offers to start again", async () => {
    camera.stream = {} as MediaStream;
    await happen(begin);
    await happen(() => {
      store.take({ t: "events", events: [{ seq: 3, at: 3, type: "video.changed", playlist: "/p", session: "s" }] });
    });
    expect(badge()).toBe("LIVE");
    expect(buttons()).toEqual(["Send the picture from here", "End show"]);
  });

  it("says why it could not begin, also without a network, until it has begun", async () => {
    camera.stream = {} as MediaStream;
    answer = () => Promise.reject(new TypeError("no network"));
    await happen(() => undefined);
    air.querySelector<HTMLButtonElement>(".button--large")?.click();
    await vi.waitFor(() => {
      expect(air.querySelector("[role=alert]")?.textContent).toContain("The server cannot be reached");
    });
    await happen(begin);
    expect(air.querySelector("[role=alert]")?.textContent).toBe("");
  });

  it("offers nothing any more when it is over", async () => {
    camera.stream = {} as MediaStream;
    await happen(begin);
    await happen(() => {
      store.take({ t: "events", events: [{ seq: 3, at: 3, type: "show.ended", ended_at: 3 }] });
    });
    expect(buttons()).toEqual([]);
  });
});
