// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Publisher } from "./publisher";

/** The browser's side of a socket, driven by hand. */
class Wire {
  static readonly OPEN = 1;
  static readonly opened: Wire[] = [];
  readonly readyState = Wire.OPEN;
  readonly bufferedAmount = 0;
  onopen: () => void = () => undefined;
  onmessage: () => void = () => undefined;
  onclose: (closing: { code: number; reason: string }) => void = () => undefined;
  readonly send = vi.fn();
  readonly close = vi.fn();

  constructor() {
    Wire.opened.push(this);
  }
}

class Recorder {
  static isTypeSupported(): boolean {
    return true;
  }
  readonly state = "inactive";
  readonly start = vi.fn();
}

describe("the line of the picture", () => {
  let publisher: Publisher;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Wire);
    vi.stubGlobal("MediaRecorder", Recorder);
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    Wire.opened.length = 0;
    publisher = new Publisher("/ingest", () => ({}) as MediaStream, () => undefined);
    publisher.start();
  });

  afterEach(() => {
    publisher.stop();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  function refuse(): void {
    Wire.opened.at(-1)?.onopen();
    Wire.opened.at(-1)?.onclose({ code: 4_503, reason: "overloaded" });
  }

  it("is tried less and less often at a server that opens it and then refuses", () => {
    for (const wait of [500, 1_000, 2_000, 4_000]) {
      const before = Wire.opened.length;
      refuse();
      vi.advanceTimersByTime(wait - 10);
      expect(Wire.opened).toHaveLength(before);
      vi.advanceTimersByTime(10);
      expect(Wire.opened).toHaveLength(before + 1);
    }
  });

  it("comes back soon after a loss once a picture was taken", () => {
    refuse();
    vi.advanceTimersByTime(500);
    refuse();
    vi.advanceTimersByTime(1_000);
    Wire.opened.at(-1)?.onopen();
    Wire.opened.at(-1)?.onmessage();
    Wire.opened.at(-1)?.onclose({ code: 1_006, reason: "" });
    vi.advanceTimersByTime(500);
    expect(Wire.opened).toHaveLength(4);
  });
});
