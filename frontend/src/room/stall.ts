/** Decides when a picture stands still and what to do about it. Pure: it is told where the picture is. */

export type Advice = "fine" | "nudge" | "restart";

/** Looks without movement before the first nudge to the live edge, and before a fresh start. */
const NUDGE_AFTER = 3;
const RESTART_AFTER = 8;

export class StallWatch {
  private lastPosition = -1;
  private still = 0;

  /** One look, about a second after the last; `wanted` is false while nobody expects movement. */
  look(now: { wanted: boolean; position: number }): Advice {
    const moved = now.position !== this.lastPosition;
    this.lastPosition = now.position;
    if (!now.wanted || moved) {
      this.still = 0;
      return "fine";
    }
    this.still += 1;
    if (this.still === NUDGE_AFTER) return "nudge";
    if (this.still < RESTART_AFTER) return "fine";
    this.still = 0;
    return "restart";
  }
}
