/** Keeps one line open between the room and its store: WebSocket first, then server-sent events, then polling.
 *
 * A line that breaks is opened again from the last event in the store, after a spread, growing wait. A way of
 * connecting that fails twice without ever opening gives its turn to the next one; the best way is tried again
 * after a minute. Commands are answered by a `Reply`, whatever way they travelled, or by a problem of our own
 * (`offline`) if no answer came.
 */

import { waitBefore } from "./backoff";
import type { Command, Frame, Problem, Reply } from "./protocol";
import type { RoomStore } from "./store";
import { openEvents, openPoll, openSocket } from "./transports";
import type { OpenTransport, RoomAddresses, Transport } from "./transports";

const WAYS: OpenTransport[] = [openSocket, openEvents, openPoll];
const FAILURES_BEFORE_NEXT_WAY = 2;
const BEST_WAY_AGAIN_MS = 60_000;
const REPLY_WITHIN_MS = 10_000;
/** After so many tries in a row the viewer is told that the room is out of reach, not merely reconnecting. */
const TRIES_BEFORE_OFFLINE = 5;

export type Outcome = { ok: true } | { ok: false; problem: Problem };

const UNREACHED: Outcome = { ok: false, problem: { code: "offline", detail: "" } };

export interface ConnectionOptions {
  ways?: OpenTransport[];
  random?: () => number;
  csrfToken?: () => string;
}

export class RoomConnection {
  private transport: Transport | null = null;
  private way = 0;
  private failures = 0;
  private attempt = 0;
  private retryTimer = 0;
  private bestWayTimer = 0;
  private nextId = 1;
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();
  private readonly ways: OpenTransport[];

  constructor(
    private readonly store: RoomStore,
    private readonly addresses: RoomAddresses,
    private readonly options: ConnectionOptions = {},
  ) {
    this.ways = options.ways ?? WAYS;
  }

  /** Open the line and keep it open until `stop`. */
  start(): void {
    window.addEventListener("online", this.reconnectNow);
    window.addEventListener("offline", this.wentOffline);
    this.open();
  }

  stop(): void {
    window.removeEventListener("online", this.reconnectNow);
    window.removeEventListener("offline", this.wentOffline);
    this.drop();
    window.clearTimeout(this.retryTimer);
  }

  /** Send a command; resolves when the room has answered or cannot be reached, never rejects. */
  async send(command: Command): Promise<Outcome> {
    const id = this.nextId++;
    if (this.transport?.speaks && this.store.status === "open") return this.sendOnLine(this.transport, id, command);
    return this.post(id, command);
  }

  private open(): void {
    window.clearTimeout(this.retryTimer);
    this.drop();
    let opened = false;
    const transport: OpenTransport | undefined = this.ways[this.way];
    if (!transport) return;
    this.transport = transport(this.addresses, () => this.store.resumePoint, {
      opened: () => {
        opened = true;
        this.attempt = this.failures = 0;
        this.store.setStatus("open");
      },
      frame: (frame) => {
        this.receive(frame);
      },
      closed: () => {
        if (!opened) this.failures += 1;
        this.retry();
      },
    });
    if (this.way > 0) this.bestWayTimer = window.setTimeout(this.tryBestWay, BEST_WAY_AGAIN_MS);
  }

  private receive(frame: Frame): void {
    if (frame.t === "reply") {
      this.waiting.get(frame.id)?.(outcomeOf(frame));
    } else if (!this.store.take(frame)) {
      this.retry(); // something is missing: ask again from the last event that we have
    }
  }

  private retry(): void {
    this.drop();
    if (this.failures >= FAILURES_BEFORE_NEXT_WAY && this.way < this.ways.length - 1) {
      this.way += 1;
      this.failures = 0;
    }
    const away = this.attempt >= TRIES_BEFORE_OFFLINE || !navigator.onLine;
    this.store.setStatus(away ? "offline" : "reconnecting");
    const random = this.options.random ?? Math.random;
    this.retryTimer = window.setTimeout(() => {
      this.open();
    }, waitBefore(this.attempt++, random()));
  }

  private drop(): void {
    window.clearTimeout(this.bestWayTimer);
    this.transport?.close();
    this.transport = null;
    for (const settle of [...this.waiting.values()]) settle(UNREACHED);
  }

  private readonly tryBestWay = (): void => {
    this.way = this.failures = 0;
    this.open();
  };

  private readonly reconnectNow = (): void => {
    this.attempt = this.way = this.failures = 0;
    this.open();
  };

  private readonly wentOffline = (): void => {
    this.store.setStatus("offline");
  };

  private sendOnLine(transport: Transport, id: number, command: Command): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        window.clearTimeout(timer);
        this.waiting.delete(id);
        resolve(outcome);
      };
      const timer = window.setTimeout(() => {
        settle(UNREACHED);
        this.retry(); // a line that swallows a command is dead, whatever the socket says
      }, REPLY_WITHIN_MS);
      this.waiting.set(id, settle);
      transport.send(id, command);
    });
  }

  private async post(id: number, command: Command): Promise<Outcome> {
    try {
      const answer = await fetch(this.addresses.commands, {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrftoken": this.options.csrfToken?.() ?? "" },
        body: JSON.stringify({ id, ...command }),
      });
      return outcomeOf((await answer.json()) as Reply);
    } catch {
      return UNREACHED;
    }
  }
}

function outcomeOf(reply: Reply): Outcome {
  return reply.ok ? { ok: true } : { ok: false, problem: reply.problem };
}
