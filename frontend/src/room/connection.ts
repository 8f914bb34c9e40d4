/** Keeps one line open between the room and its store: WebSocket first, then server-sent events, then polling.
 *
 * A line that breaks is opened again from the last event in the store, after a spread, growing wait. A way of
 * connecting that fails twice without ever opening (a proxy may swallow the attempt, so it has a limit) gives its
 * turn to the next one; each minute the best way is tried beside the line that works, which goes on until the
 * better one is open. Any answer of the server, to whomever it came, ends the wait. Commands are answered by a `Reply`, whatever way they travelled, or by a problem of our own
 * (`offline`) if no answer came. A chat line without an answer is sent once more, on the next line: the room knows
 * it by its key.
 */

import { Asked, outcomeOf, UNREACHED } from "./asked";
import { heard, onHeard } from "../behaviours/heard";
import { MAX_WAIT_MS, waitBefore } from "./backoff";
import type { Command, Frame, Outcome, Reply, RoomAddresses } from "./protocol";
import type { RoomStore } from "./store";
import { openEvents, openPoll, openSocket } from "./transports";
import type { OpenTransport, Transport } from "./transports";

const WAYS: OpenTransport[] = [openSocket, openEvents, openPoll];
const FAILURES_BEFORE_NEXT_WAY = 2;
const BEST_WAY_AGAIN_MS = 60_000;
const OPEN_WITHIN_MS = 5_000;
/** The last way has none after it to hurry for. */
const LAST_WAY_OPEN_WITHIN_MS = 20_000;
const REPLY_WITHIN_MS = 10_000;
const NEXT_LINE_WITHIN_MS = 15_000;
/** After so many tries in a row the viewer is told that the room is out of reach, not merely reconnecting. */
const TRIES_BEFORE_OFFLINE = 5;
/** Whoever looks at the page waits no longer for the next try than this. */
const MAX_WATCHED_WAIT_MS = 5_000;
/** An answer of the server opens the line at once, but so often at most: the room itself may be what is away. */
const ANSWERS_COUNT_EVERY_MS = 5_000;

export interface ConnectionOptions {
  ways?: OpenTransport[];
  random?: () => number;
  csrfToken?: () => string;
}

export class RoomConnection {
  private transport: Transport | null = null;
  /** The best way, while it is tried beside the line that works. */
  private trial: Transport | null = null;
  private way = 0;
  private failures = 0;
  private attempt = 0;
  private retryTimer = 0;
  private bestWayTimer = 0;
  private awaySince = 0;
  private answeredAt = -ANSWERS_COUNT_EVERY_MS;
  private unhear: (() => void) | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Asked>();
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
    this.unhear = onHeard(this.heardServer);
    this.open();
  }

  stop(): void {
    window.removeEventListener("online", this.reconnectNow);
    window.removeEventListener("offline", this.wentOffline);
    this.unhear?.();
    this.drop();
    window.clearTimeout(this.retryTimer);
    for (const asked of [...this.waiting.values()]) this.settle(asked, UNREACHED);
  }

  /** Send a command; resolves when the room has answered or cannot be reached, never rejects. */
  send(command: Command): Promise<Outcome> {
    return new Promise((resolve) => {
      const asked = new Asked(this.nextId++, command, resolve);
      this.waiting.set(asked.id, asked);
      this.dispatch(asked);
    });
  }

  private open(): void {
    window.clearTimeout(this.retryTimer);
    this.drop();
    if (this.store.status === "open") this.store.setStatus("reconnecting");
    const way: OpenTransport | undefined = this.ways[this.way];
    if (!way) return;
    this.transport = this.dial(way, () => undefined, () => {
      this.failures += 1;
      this.retry();
    });
    if (this.way > 0) this.bestWayTimer = window.setTimeout(this.tryBestWay, BEST_WAY_AGAIN_MS);
  }

  /** Begin a line this way. It is `reached` once, before it counts as open, or `missed` once, if it breaks first
   * or does not open in time. An open one that breaks is opened again. */
  private dial(way: OpenTransport, reached: () => void, missed: () => void): Transport {
    let opened = false;
    const closed = (): void => {
      window.clearTimeout(timer);
      if (opened) this.retry();
      else missed();
    };
    const line = way(this.addresses, () => this.store.resumePoint, {
      opened: () => {
        window.clearTimeout(timer);
        if (!opened) reached();
        opened = true;
        this.becameOpen();
      },
      frame: (frame) => {
        if (opened) this.store.setStatus("open"); // whatever the browser said of the network meanwhile
        heard();
        this.receive(frame);
      },
      closed,
    });
    const limit = way === this.ways.at(-1) ? LAST_WAY_OPEN_WITHIN_MS : OPEN_WITHIN_MS;
    const timer = window.setTimeout(() => {
      line.close();
      closed();
    }, limit);
    return {
      ...line,
      close: () => {
        window.clearTimeout(timer);
        line.close();
      },
    };
  }

  private becameOpen(): void {
    this.attempt = this.failures = 0;
    this.store.setStatus("open");
    for (const asked of [...this.waiting.values()]) if (!asked.carrier) this.dispatch(asked);
  }

  private receive(frame: Frame): void {
    if (frame.t === "reply") {
      const asked = this.waiting.get(frame.id);
      if (asked) this.settle(asked, outcomeOf(frame));
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
    this.awaySince = performance.now();
    const random = this.options.random ?? Math.random;
    const longest = document.hidden ? MAX_WAIT_MS : MAX_WATCHED_WAIT_MS;
    this.retryTimer = window.setTimeout(() => {
      this.open();
    }, waitBefore(this.attempt++, random(), undefined, longest));
  }

  private drop(): void {
    window.clearTimeout(this.bestWayTimer);
    this.transport?.close();
    this.trial?.close();
    this.transport = this.trial = null;
    for (const asked of [...this.waiting.values()]) if (asked.carrier === "line") this.lose(asked);
  }

  private readonly tryBestWay = (): void => {
    const best: OpenTransport | undefined = this.ways[0];
    if (!best) return;
    const trial = this.dial(
      best,
      () => {
        this.trial = null;
        this.drop();
        this.transport = trial;
        this.way = 0;
      },
      () => {
        this.trial = null;
        this.bestWayTimer = window.setTimeout(this.tryBestWay, BEST_WAY_AGAIN_MS);
      },
    );
    this.trial = trial;
  };

  private readonly reconnectNow = (): void => {
    this.attempt = this.way = this.failures = 0;
    this.open();
  };

  private readonly wentOffline = (): void => {
    this.awaySince = performance.now();
    this.store.setStatus("offline");
  };

  /** The server can be reached, as something else has shown: nobody is told otherwise any more, nor waits. */
  private readonly heardServer = (at: number): void => {
    const { status } = this.store;
    if (status === "open" || status === "connecting" || at < this.awaySince) return;
    this.store.setStatus("reconnecting");
    const dialing = status === "reconnecting" && this.transport !== null;
    if (dialing || performance.now() - this.answeredAt < ANSWERS_COUNT_EVERY_MS) return;
    this.answeredAt = performance.now();
    this.attempt = 0;
    this.open();
  };

  private dispatch(asked: Asked): void {
    if (!this.transport?.speaks || this.store.status !== "open") {
      asked.carrier = "post";
      void this.post(asked);
      return;
    }
    asked.carrier = "line";
    asked.within(REPLY_WITHIN_MS, () => {
      this.retry(); // a line that swallows a command is dead, whatever the socket says
    });
    this.transport.send(asked.id, asked.command);
  }

  private async post(asked: Asked): Promise<void> {
    try {
      const answer = await fetch(this.addresses.commands, {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrftoken": this.options.csrfToken?.() ?? "" },
        body: JSON.stringify({ id: asked.id, ...asked.command }),
        signal: AbortSignal.timeout(REPLY_WITHIN_MS),
      });
      this.settle(asked, outcomeOf((await answer.json()) as Reply));
    } catch {
      this.lose(asked);
    }
  }

  /** What carried the command is gone without an answer: let a chat line wait for the next line. */
  private lose(asked: Asked): void {
    if (!asked.takeRepeat()) {
      this.settle(asked, UNREACHED);
      return;
    }
    const { carrier } = asked;
    asked.carrier = null;
    asked.within(NEXT_LINE_WITHIN_MS, () => {
      this.settle(asked, UNREACHED);
    });
    if (carrier === "post" && this.store.status === "open") this.dispatch(asked); // the line itself is well
  }

  private settle(asked: Asked, outcome: Outcome): void {
    this.waiting.delete(asked.id);
    asked.settle(outcome);
  }
}
