// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { heard } from "../behaviours/heard";
import { RoomConnection } from "./connection";
import type { Command } from "./protocol";
import { RoomStore } from "./store";
import { makeRoom } from "./testing";
import type { OpenTransport, ResumePoint, TransportEvents } from "./transports";

const ADDRESSES = { socket: "/s", events: "/e", poll: "/p", commands: "/c" };

class Line {
  readonly opens: { from: ResumePoint; on: TransportEvents }[] = [];
  readonly sent: { id: number; command: Command }[] = [];
  closes = 0;

  constructor(private readonly speaks = true) {}

  readonly open: OpenTransport = (_addresses, resume, on) => {
    this.opens.push({ from: resume(), on });
    return {
      speaks: this.speaks,
      send: (id, command) => this.sent.push({ id, command }),
      close: () => {
        this.closes += 1;
      },
    };
  };

  get last(): TransportEvents {
    const opened = this.opens.at(-1);
    if (!opened) throw new Error("never opened");
    return opened.on;
  }
}

function viewersCounted(seq: number, count: number) {
  return { t: "events" as const, events: [{ seq, at: seq, type: "viewers.counted" as const, count }] };
}

describe("the line to the room", () => {
  let socket: Line;
  let stream: Line;
  let store: RoomStore;
  let connection: RoomConnection;

  beforeEach(() => {
    vi.useFakeTimers();
    socket = new Line();
    stream = new Line(false);
    store = new RoomStore(makeRoom(), 10);
    connection = new RoomConnection(store, ADDRESSES, { ways: [socket.open, stream.open], random: () => 0 });
    connection.start();
  });

  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
  });

  it("asks for what came after the first paint", () => {
    expect(socket.opens[0]?.from).toEqual({ after: 10, epoch: "e1" });
  });

  it("resumes after a loss from the last event, once each", () => {
    socket.last.opened();
    socket.last.frame(viewersCounted(11, 3));
    socket.last.closed();
    expect(store.status).toBe("reconnecting");
    vi.advanceTimersByTime(1_000);
    expect(socket.opens[1]?.from.after).toBe(11);
    socket.last.opened();
    socket.last.frame(viewersCounted(11, 99));
    socket.last.frame(viewersCounted(12, 4));
    expect(store.state.viewers).toBe(4);
    expect(store.status).toBe("open");
  });

  it("asks again when an event is missing instead of guessing", () => {
    socket.last.opened();
    socket.last.frame(viewersCounted(13, 7));
    expect(store.state.viewers).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(socket.opens[1]?.from.after).toBe(10);
  });

  it("starts again from a snapshot, whatever its number", () => {
    socket.last.opened();
    socket.last.frame({ t: "snapshot", seq: 2, state: makeRoom({ epoch: "e2", viewers: 5 }) });
    socket.last.frame(viewersCounted(3, 6));
    expect(store.resumePoint).toEqual({ after: 3, epoch: "e2" });
    expect(store.state.viewers).toBe(6);
  });

  function fallBack(): void {
    socket.last.closed();
    vi.advanceTimersByTime(500);
    socket.last.closed();
    vi.advanceTimersByTime(1_000);
    stream.last.opened();
  }

  it("turns to the next way when the first never opens, and back to it after a minute", () => {
    fallBack();
    expect(stream.opens).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    expect(socket.opens).toHaveLength(3);
    expect(stream.closes).toBe(0); // the room is still heard
    socket.last.opened();
    expect(stream.closes).toBe(1);
    expect(store.status).toBe("open");
    void connection.send({ do: "say", text: "Halo", key: "k1" });
    expect(socket.sent).toHaveLength(1);
    socket.last.closed();
    expect(store.status).toBe("reconnecting");
  });

  it("posts a line while the best way is only tried", () => {
    const post = vi.fn(() => new Promise(() => undefined));
    vi.stubGlobal("fetch", post);
    fallBack();
    vi.advanceTimersByTime(60_000);
    void connection.send({ do: "say", text: "Halo", key: "k1" });
    expect(socket.sent).toHaveLength(0);
    expect(post).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });

  it("gives up a try of the best way that is swallowed, and tries again after another minute", () => {
    fallBack();
    const before = socket.closes;
    vi.advanceTimersByTime(65_000);
    expect(socket.closes).toBe(before + 1);
    expect(stream.closes).toBe(0);
    expect(store.status).toBe("open");
    stream.last.frame(viewersCounted(11, 8));
    expect(store.state.viewers).toBe(8);
    vi.advanceTimersByTime(60_000);
    expect(socket.opens).toHaveLength(4);
    expect(stream.opens).toHaveLength(1);
  });

  it("turns to the next way when the first neither opens nor breaks", () => {
    vi.advanceTimersByTime(5_000 + 500 + 5_000 + 1_000);
    expect(socket.opens).toHaveLength(2);
    expect(stream.opens).toHaveLength(1);
  });

  it("keeps to a way that works, however often it breaks", () => {
    for (let round = 0; round < 5; round++) {
      socket.last.opened();
      socket.last.closed();
      vi.advanceTimersByTime(1_000);
    }
    expect(stream.opens).toHaveLength(0);
  });

  it("hands each reply to whoever asked", async () => {
    socket.last.opened();
    const said = connection.send({ do: "say", text: "Halo", key: "k1" });
    const pinned = connection.send({ do: "pin", product_id: "dress" });
    const [first, second] = socket.sent;
    socket.last.frame({ t: "reply", id: second?.id ?? 0, ok: true });
    socket.last.frame({ t: "reply", id: first?.id ?? 0, ok: false, problem: { code: "muted", detail: "Hush." } });
    expect(await pinned).toEqual({ ok: true });
    expect(await said).toEqual({ ok: false, problem: { code: "muted", detail: "Hush." } });
  });

  it("gives up on a command without an answer, and on the line that lost it", async () => {
    socket.last.opened();
    const pinned = connection.send({ do: "pin", product_id: "dress" });
    vi.advanceTimersByTime(10_000);
    expect(await pinned).toMatchObject({ ok: false, problem: { code: "offline" } });
    expect(store.status).toBe("reconnecting");
  });

  it("sends a line whose reply was lost once more, under its key, on the next line", async () => {
    const line = { do: "say" as const, text: "Halo", key: "k1", name: "Sari" };
    socket.last.opened();
    const said = connection.send(line);
    socket.last.closed();
    vi.advanceTimersByTime(1_000);
    socket.last.opened();
    expect(socket.sent.map(({ command }) => command)).toEqual([line, line]);
    socket.last.frame({ t: "reply", id: socket.sent[1]?.id ?? 0, ok: true });
    expect(await said).toEqual({ ok: true });
  });

  it("sends a line no third time, and reports it", async () => {
    socket.last.opened();
    const said = connection.send({ do: "say", text: "Halo", key: "k1" });
    for (let round = 0; round < 2; round++) {
      socket.last.closed();
      vi.advanceTimersByTime(1_000);
      socket.last.opened();
    }
    expect(socket.sent).toHaveLength(2);
    expect(await said).toMatchObject({ ok: false, problem: { code: "offline" } });
  });

  it("reports a line that waits too long for another line to the room", async () => {
    socket.last.opened();
    const said = connection.send({ do: "say", text: "Halo", key: "k1" });
    socket.last.closed();
    vi.advanceTimersByTime(15_000);
    expect(await said).toMatchObject({ ok: false, problem: { code: "offline" } });
  });

  it("posts a line again whose post failed", async () => {
    const post = vi.fn().mockRejectedValueOnce(new TypeError("Failed to fetch"));
    post.mockResolvedValue({ json: () => Promise.resolve({ t: "reply", id: 1, ok: true }) });
    vi.stubGlobal("fetch", post);
    const said = connection.send({ do: "say", text: "Halo", key: "k1" }); // the line is not open yet
    await vi.waitFor(() => {
      expect(post).toHaveBeenCalledOnce();
    });
    socket.last.closed();
    vi.advanceTimersByTime(500);
    socket.last.closed();
    vi.advanceTimersByTime(1_000);
    stream.last.opened();
    expect(await said).toEqual({ ok: true });
    expect(post).toHaveBeenCalledTimes(2);
    vi.unstubAllGlobals();
  });

  it("comes back at once when the phone is online again", () => {
    socket.last.opened();
    window.dispatchEvent(new Event("offline"));
    expect(store.status).toBe("offline");
    window.dispatchEvent(new Event("online"));
    expect(socket.opens).toHaveLength(2);
  });

  describe("to a server that was away", () => {
    const goAway = (tries: number): void => {
      socket.last.opened();
      for (let tried = 0; tried < tries; tried++) {
        socket.last.closed();
        if (tried < tries - 1) vi.advanceTimersByTime(15_000);
      }
    };

    it("is tried again at once when it answers anything else, and no more said to be offline", () => {
      connection.stop();
      const only = new Line();
      connection = new RoomConnection(store, ADDRESSES, { ways: [only.open], random: () => 1 });
      connection.start();
      socket = only;
      goAway(8);
      expect(store.status).toBe("offline");
      const before = socket.opens.length;
      vi.advanceTimersByTime(100);
      expect(socket.opens).toHaveLength(before);
      heard();
      expect(store.status).toBe("reconnecting");
      expect(socket.opens).toHaveLength(before + 1);
      socket.last.opened();
      expect(store.status).toBe("open");
    });

    it("is waited for five seconds at most by whoever looks on", () => {
      connection.stop();
      const only = new Line();
      connection = new RoomConnection(store, ADDRESSES, { ways: [only.open], random: () => 1 });
      connection.start();
      socket = only;
      goAway(8);
      const before = socket.opens.length;
      vi.advanceTimersByTime(5_000);
      expect(socket.opens).toHaveLength(before + 1);
    });

    it("is left in peace by an answer that came before it went, and by many at once", () => {
      goAway(1);
      const before = socket.opens.length;
      heard(performance.now() - 1_000);
      expect(socket.opens).toHaveLength(before);
      for (let answer = 0; answer < 20; answer++) {
        heard();
        if (socket.opens.length > before) socket.last.closed();
      }
      expect(socket.opens).toHaveLength(before + 1);
    });

    it("is not said to be away while its frames still come", () => {
      socket.last.opened();
      window.dispatchEvent(new Event("offline"));
      expect(store.status).toBe("offline");
      socket.last.frame(viewersCounted(11, 3));
      expect(store.status).toBe("open");
    });
  });
});
