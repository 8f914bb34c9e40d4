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

/** Parts that the playlist may be ahead of what was loaded: one is on its way, two mean that nobody fetches them. */
const MAX_PARTS_BEHIND = 2;

/** Seconds of picture in hand with which a player may rest. */
const ENOUGH_SECONDS = 4;

/** Finds out that loading has come to rest beside a playlist that goes on.
 *
 * hls.js 1.7.4 takes a segment for complete when less than 0.2 s of it are missing. Where its last part is that
 * short and is listed while the part before is still being read, one rounding error of a sum of durations decides
 * whether the last part is ever fetched; if not, the picture stands still until somebody seeks. */
export class LoadWatch {
  private loading = false;

  /** A part or segment is asked for. */
  begins(): void {
    this.loading = true;
  }

  /** It has arrived, or failed. */
  ends(): void {
    this.loading = false;
  }

  /** Tell, at a new playlist, whether to start loading anew. All times are seconds of the playlist. */
  rests(playlist: { edge: number; partTarget: number }, bufferedEnd: number, position: number): boolean {
    if (this.loading || playlist.partTarget <= 0 || bufferedEnd - position > ENOUGH_SECONDS) return false;
    return playlist.edge - bufferedEnd > MAX_PARTS_BEHIND * playlist.partTarget;
  }
}
