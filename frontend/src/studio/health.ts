/** What the server measures of the stream that it takes, from this camera or from another program: asked for every few
 * seconds while the show may be on air, and said in words only where the host can mend it. */

import type { StreamHealth } from "../room/protocol";
import type { RoomStore } from "../room/store";
import { Watched } from "../room/watched";
import { say } from "./words";

const EVERY_MS = 5_000;

export class HealthWatch extends Watched {
  private current: StreamHealth | null = null;

  constructor(
    private readonly address: string,
    private readonly store: RoomStore,
  ) {
    super();
  }

  start(): void {
    window.setInterval(() => void this.ask(), EVERY_MS);
    void this.ask();
  }

  /** What to tell the host, worst first. */
  get advice(): string[] {
    const found: string[] = [];
    if (this.current?.is_contested) found.push(say("key_contested"));
    if (this.current?.sound_is_unreadable) found.push(say("sound_unreadable"));
    if (this.current?.key_frames_are_rare) {
      found.push(say("key_frames_rare", { seconds: Math.round(this.current.key_frame_seconds ?? 0) }));
    }
    return found;
  }

  private async ask(): Promise<void> {
    if (document.hidden || this.store.state.show.state === "ended") return;
    try {
      const answer = await fetch(this.address, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const before = this.advice.join();
      this.current = (await answer.json()) as StreamHealth;
      if (this.advice.join() !== before) this.notify();
    } catch {
      return; // the room says itself that the line is lost
    }
  }
}
