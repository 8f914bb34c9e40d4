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
const SETTLING_MS = 300;
export const PAUSE_MS = 2_000;
const AGAIN_AFTER_FAILURE_MS = 15_000;

export class HostWatch<Facts> extends Watched {
  current: Facts | null = null;
  private timer = 0;
  private freeAt = 0;
  private wasOpen = false;

  constructor(
    private readonly address: string,
    private readonly store: RoomStore,
    private readonly events: readonly RoomEvent["type"][],
  ) {
    super();
  }

  start(): void {
    this.store.onEvent((event) => {
      if (this.events.includes(event.type)) this.ask(SETTLING_MS);
    });
    this.store.subscribe(() => {
      const isOpen = this.store.status === "open";
      if (isOpen && !this.wasOpen) this.ask(SETTLING_MS); // events may have been skipped while the line was lost
      this.wasOpen = isOpen;
    });
    this.ask(0);
  }

  private ask(wait: number): void {
    if (this.timer) return;
    const delay = Math.max(wait, this.freeAt - Date.now());
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.freeAt = Date.now() + PAUSE_MS;
      void this.fetch();
    }, delay);
  }

  private async fetch(): Promise<void> {
    try {
      const answer = await fetch(this.address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.current = (await answer.json()) as Facts;
      this.notify();
    } catch {
      this.ask(AGAIN_AFTER_FAILURE_MS);
    }
  }
}
