// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { Camera } from "./camera";
import { StudioPreview } from "./preview";

customElements.define("studio-preview", StudioPreview);

describe("the host's own picture", () => {
  let camera: Camera;
  let store: RoomStore;
  let preview: StudioPreview;
  let set: unknown[];

  beforeEach(async () => {
    set = [];
    Object.defineProperty(HTMLVideoElement.prototype, "srcObject", {
      configurable: true,
      set: (stream: unknown) => set.push(stream),
    });
    camera = new Camera("/ingest");
    store = new RoomStore(makeRoom(), 1);
    preview = Object.assign(new StudioPreview(), { store, camera });
    document.body.append(preview);
    await preview.updateComplete;
  });

  afterEach(() => {
    preview.remove();
    Reflect.deleteProperty(HTMLVideoElement.prototype, "srcObject");
  });

  const drawTimes = async (times: number): Promise<void> => {
    for (let drawn = 0; drawn < times; drawn++) {
      camera.level = drawn / times;
      preview.requestUpdate();
      await preview.updateComplete;
    }
  };

  it("begins once for each stream, however often the level is drawn", async () => {
    const [first, second] = [{}, {}] as [MediaStream, MediaStream];
    camera.stream = first;
    await drawTimes(60);
    camera.stream = second;
    await drawTimes(60);
    expect(set.filter((stream) => stream !== null)).toEqual([first, second]);
    expect(set.length).toBeLessThanOrEqual(3);
  });

  it("says that the loudness is not known, rather than nought", async () => {
    camera.stream = {} as MediaStream;
    camera.level = null;
    preview.requestUpdate();
    await preview.updateComplete;
    expect(preview.querySelector(".level")?.textContent).toContain("not known yet");
    await drawTimes(2);
    expect(preview.querySelector(".level")?.textContent).not.toContain("not known yet");
  });

  it("says that the line is lost, and nothing older below it", async () => {
    camera.sending = "reconnecting";
    store.setStatus("offline");
    await preview.updateComplete;
    const lines = [...preview.querySelectorAll(".screen-line")].map((line) => line.textContent);
    expect(lines).toEqual(["You are offline. The room comes back by itself."]);
  });

  it("is over with the show, and offers the camera no more", async () => {
    store.take({ t: "events", events: [{ seq: 2, at: 2, type: "show.ended", ended_at: 2 }] });
    await preview.updateComplete;
    expect(preview.querySelector("button")).toBeNull();
  });
});
