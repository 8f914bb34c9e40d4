/** The three ways to hear a room, behind one shape: WebSocket, server-sent events, polling. Each delivers the
 * same frames. A transport lives for one connection; `connection.ts` decides which comes next and when. */

import type { Command, Frame, RoomAddresses } from "./protocol";

export interface ResumePoint {
  after: number;
  epoch: string;
}

export interface TransportEvents {
  opened(): void;
  frame(frame: Frame): void;
  closed(): void;
}

export interface Transport {
  /** Whether commands go out on the same line; if not, they are posted. */
  readonly speaks: boolean;
  send(id: number, command: Command): void;
  close(): void;
}

export type OpenTransport = (
  addresses: RoomAddresses,
  resume: () => ResumePoint,
  on: TransportEvents,
) => Transport;

const POLL_EVERY_MS = 2_000;

function withResume(address: string, from: ResumePoint): URL {
  const url = new URL(address, location.href);
  url.searchParams.set("after", String(from.after));
  url.searchParams.set("epoch", from.epoch);
  return url;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && "t" in value;
}

function parse(text: string): Frame | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFrame(value) ? value : null;
  } catch {
    return null;
  }
}

function deliver(text: unknown, on: TransportEvents): void {
  const frame = typeof text === "string" ? parse(text) : null;
  if (frame) on.frame(frame);
}

export const openSocket: OpenTransport = (addresses, resume, on) => {
  const url = withResume(addresses.socket, resume());
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.onopen = () => {
    on.opened();
  };
  socket.onmessage = (message) => {
    deliver(message.data, on);
  };
  socket.onclose = () => {
    on.closed();
  };
  return {
    speaks: true,
    send: (id, command) => {
      socket.send(JSON.stringify({ id, ...command }));
    },
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
};

export const openEvents: OpenTransport = (addresses, resume, on) => {
  const source = new EventSource(withResume(addresses.events, resume()));
  source.onopen = () => {
    on.opened();
  };
  source.onmessage = (message) => {
    deliver(message.data, on);
  };
  source.onerror = () => {
    source.close(); // it would come back by itself with the old resume point
    on.closed();
  };
  return {
    speaks: false,
    send: () => undefined,
    close: () => {
      source.close();
    },
  };
};

async function pollOnce(address: string, from: ResumePoint, signal: AbortSignal): Promise<Frame[]> {
  const answer = await fetch(withResume(address, from), { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`poll answered ${String(answer.status)}`);
  const body = (await answer.json()) as { frames: unknown[] };
  return body.frames.filter(isFrame);
}

/** Ask again and again, each time for what came after what the store then holds. */
export const openPoll: OpenTransport = (addresses, resume, on) => {
  const stop = new AbortController();
  let timer = 0;
  const round = async (): Promise<void> => {
    const frames = await pollOnce(addresses.poll, resume(), stop.signal);
    on.opened();
    for (const frame of frames) on.frame(frame);
    if (!stop.signal.aborted) timer = window.setTimeout(start, POLL_EVERY_MS);
  };
  const start = (): void => {
    round().catch(() => {
      if (!stop.signal.aborted) on.closed();
    });
  };
  start();
  return {
    speaks: false,
    send: () => undefined,
    close: () => {
      stop.abort();
      window.clearTimeout(timer);
    },
  };
};
