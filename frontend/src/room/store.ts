/** The one live copy of the room that every component reads. It takes frames, in whatever way they came, and
 * guarantees that each numbered event counts once and that none is skipped. */

import type { Frame, Reply, RoomEvent, RoomState, You } from "./protocol";
import { apply } from "./state";
import { Watched } from "./watched";

/** Where the line to the server stands, as the viewer should be told. */
export type LineStatus = "connecting" | "open" | "reconnecting" | "offline";

type EventListener = (event: RoomEvent) => void;

export class RoomStore extends Watched {
  private eventListeners = new Set<EventListener>();
  private current: RoomState;
  private line: LineStatus = "connecting";
  /** How far the server's clock is ahead of this phone's, in milliseconds. */
  private ahead = 0;

  you: You = { viewer: "", name: null, moderator: false };

  /** `state` and `seq` are what the server drew into the page: the first paint and the first resume point. */
  constructor(
    state: RoomState,
    private seq: number,
  ) {
    super();
    this.current = state;
  }

  get state(): RoomState {
    return this.current;
  }

  /** The present moment by the server's clock, in milliseconds; before the line opens, by the phone's. */
  get now(): number {
    return Date.now() + this.ahead;
  }

  get status(): LineStatus {
    return this.line;
  }

  /** The number of the last event that this copy includes, and the log that the number belongs to. */
  get resumePoint(): { after: number; epoch: string } {
    return { after: this.seq, epoch: this.current.epoch };
  }

  /** Call `listener` with each new event, for what is shown once and not kept (hearts, "sold"). */
  onEvent(listener: EventListener): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }

  setStatus(status: LineStatus): void {
    if (status === this.line) return;
    this.line = status;
    this.notify();
  }

  /** Take one frame; the answer is false if events are missing before it, so that the line must be renewed. */
  take(frame: Exclude<Frame, Reply>): boolean {
    switch (frame.t) {
      case "hello":
        this.you = frame.you;
        this.ahead = frame.now - Date.now();
        break;
      case "snapshot":
        this.current = frame.state;
        this.seq = frame.seq;
        break;
      case "events":
        if (!this.takeEvents(frame.events)) return false;
    }
    this.notify();
    return true;
  }

  private takeEvents(events: RoomEvent[]): boolean {
    for (const event of events) {
      if (event.seq <= this.seq) continue;
      if (event.seq > this.seq + 1) return false;
      this.current = apply(this.current, event);
      this.seq = event.seq;
      for (const listener of this.eventListeners) listener(event);
    }
    return true;
  }
}
