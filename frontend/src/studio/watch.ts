/** What a show's host alone may know: what it has brought so far, and who may not write. Viewers never get these facts,
 * so they don't come with the room's events. They are asked for again a little after an event says that they may have
 * changed, at a bounded pace; an answer that fails to come leaves the last one standing.
 */

import type { RoomEvent } from "../room/protocol";
import type { RoomStore } from "../room/store";
import { Watched } from "../room/watched";

/** Events after which the sales may have changed. */
export const SELLING: readonly RoomEvent["type"][] = ["stock.changed", "offer.sold", "tray.changed"];
/** Events after which others may write than before. */
export const SILENCING: readonly RoomEvent["type"][] = [
  "viewer.muted",
  "viewer.unmuted",
  "viewer.blocked",
  "viewer.unblocked",
];
/** Events after which claims have come, or it stands otherwise with them. */
export const CLAIMING: readonly RoomEvent["type"][] = ["claims.counted", ...SELLING];
const SETTLING_MS = 300;
export const PAUSE_MS = 2_000;
/** A claim is seen within a second. */
export const CLAIMS_PACE: Pace = { settling: 100, pause: 500, again: 15_000 };
const AGAIN_AFTER_FAILURE_MS = 15_000;

/** How long it is waited after an event, between two questions, and until what changes without an event is asked again. */
export interface Pace {
  settling: number;
  pause: number;
  again?: number;
}

export class HostWatch<Facts> extends Watched {
  current: Facts | null = null;
  private timer = 0;
  private due = 0;
  private freeAt = 0;
  private wasOpen = false;

  constructor(
    private readonly address: string,
    private readonly store: RoomStore,
    private readonly events: readonly RoomEvent["type"][],
    private readonly pace: Pace = { settling: SETTLING_MS, pause: PAUSE_MS },
  ) {
    super();
  }

  start(): void {
    this.store.onEvent((event) => {
      if (this.events.includes(event.type)) this.refresh();
    });
    this.store.subscribe(() => {
      const isOpen = this.store.status === "open";
      if (isOpen && !this.wasOpen) this.refresh(); // events may have been skipped while the line was lost
      this.wasOpen = isOpen;
    });
    this.ask(0);
  }

  /** Ask soon: something has changed. */
  refresh(): void {
    this.ask(this.pace.settling);
  }

  private ask(wait: number): void {
    const due = Math.max(Date.now() + wait, this.freeAt);
    if (this.timer && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.freeAt = Date.now() + this.pace.pause;
      void this.fetch();
    }, due - Date.now());
  }

  private async fetch(): Promise<void> {
    try {
      const answer = await fetch(this.address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.current = (await answer.json()) as Facts;
      this.notify();
      if (this.pace.again) this.ask(this.pace.again);
    } catch {
      this.ask(AGAIN_AFTER_FAILURE_MS);
    }
  }
}
