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
  onmessage: (message: { data: string }) => void = () => undefined;
  onclose: (closing: { code: number; reason: string }) => void = () => undefined;
  readonly send = vi.fn();
  readonly close = vi.fn();

  constructor() {
    Wire.opened.push(this);
  }
}

class Recorder {
  static last: Recorder | null = null;
  static isTypeSupported(): boolean {
    return true;
  }
  readonly state = "inactive";
  readonly start = vi.fn();
  ondataavailable: (made: { data: { size: number } }) => void = () => undefined;

  constructor() {
    Recorder.last = this;
  }
}

describe("the line of the picture", () => {
  let publisher: Publisher;
  let states: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Wire);
    vi.stubGlobal("MediaRecorder", Recorder);
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    Wire.opened.length = 0;
    states = [];
    publisher = new Publisher("/ingest", () => ({}) as MediaStream, (state, reason) => {
      states.push(reason ? `${state}: ${reason}` : state);
    });
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
    Wire.opened.at(-1)?.onmessage({ data: '{"t":"ack","bytes":1000}' });
    Wire.opened.at(-1)?.onclose({ code: 1_006, reason: "" });
    vi.advanceTimersByTime(500);
    expect(Wire.opened).toHaveLength(4);
  });

  const acknowledge = (bytes: number): void => {
    Wire.opened.at(-1)?.onmessage({ data: JSON.stringify({ t: "ack", bytes }) });
  };
  const make = (): void => {
    Recorder.last?.ondataavailable({ data: { size: 100 } });
  };

  it("counts as sending once the server has taken something, and not before", () => {
    Wire.opened.at(-1)?.onopen();
    make();
    expect(states).toEqual(["connecting"]);
    acknowledge(100);
    expect(states.at(-1)).toBe("sending");
  });

  it("says after five seconds that the recorder makes nothing, and goes on saying it on the next line", () => {
    Wire.opened.at(-1)?.onopen();
    vi.advanceTimersByTime(4_900);
    expect(states.at(-1)).toBe("connecting");
    vi.advanceTimersByTime(100);
    expect(states.at(-1)).toBe("stalled: recorder");
    Wire.opened.at(-1)?.onclose({ code: 4_408, reason: "silent" });
    vi.advanceTimersByTime(1_000);
    Wire.opened.at(-1)?.onopen();
    expect(states.at(-1)).toBe("stalled: recorder");
    make();
    acknowledge(100);
    expect(states.at(-1)).toBe("sending");
  });

  it("says after five seconds that nothing gets through any more", () => {
    Wire.opened.at(-1)?.onopen();
    make();
    acknowledge(100);
    make();
    vi.advanceTimersByTime(3_000);
    acknowledge(100); // nothing new
    vi.advanceTimersByTime(2_000);
    expect(states.at(-1)).toBe("stalled: network");
    acknowledge(200);
    expect(states.at(-1)).toBe("sending");
  });

  it("says nothing of a stall after the end", () => {
    Wire.opened.at(-1)?.onopen();
    publisher.stop();
    vi.advanceTimersByTime(60_000);
    expect(states.at(-1)).toBe("idle");
  });
});
