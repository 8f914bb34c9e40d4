/** Plays a live playlist in a plain <video>: natively on Apple's browsers, with hls.js elsewhere, which is
 * fetched only when there is something to play. It watches the picture and mends it: first a nudge to the live
 * edge, then a fresh start. It never asks anything of the viewer, except a tap where the browser wants one. */

import type Hls from "hls.js/light";
import { Watched } from "./watched";
import { LoadWatch, StallWatch } from "./stall";

export type PlayerState = "empty" | "loading" | "playing" | "blocked" | "lost" | "unsupported";

const FRESH_START_MS = 1_500;
const WATCH_EVERY_MS = 1_000;

export class LivePlayer extends Watched {
  private playlist: string | null = null;
  private engine: Hls | null = null;
  private current: PlayerState = "empty";
  private restartTimer = 0;
  private readonly watch = new StallWatch();

  constructor(private readonly video: HTMLVideoElement) {
    super();
    video.addEventListener("playing", () => {
      this.set("playing");
    });
    video.addEventListener("error", () => {
      if (this.playlist && !this.engine) this.lost();
    });
    window.setInterval(() => {
      this.look();
    }, WATCH_EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.toLiveEdge();
    });
  }

  get state(): PlayerState {
    return this.current;
  }

  /** Show this playlist from its live edge; null shows nothing. The same playlist twice is played once. */
  async show(playlist: string | null): Promise<void> {
    if (playlist === this.playlist) return;
    this.playlist = playlist;
    this.release();
    if (!playlist) {
      this.set("empty");
      return;
    }
    this.set("loading");
    await this.attach(playlist);
  }

  /** Begin after a tap, where the browser did not let the video begin by itself. */
  async play(): Promise<void> {
    try {
      await this.video.play();
    } catch {
      this.set("blocked");
    }
  }

  private async attach(playlist: string): Promise<void> {
    if (playsNatively(this.video)) {
      this.video.src = playlist;
      await this.play();
      return;
    }
    const { default: HlsEngine } = await import("hls.js/light");
    if (this.playlist !== playlist) return; // the host changed the picture while the library came
    if (!HlsEngine.isSupported()) {
      this.set("unsupported");
      return;
    }
    const engine = new HlsEngine({
      lowLatencyMode: true,
      enableWorker: false, // the parts are mp4 already: nothing to remux, and no blob: worker for the CSP
      backBufferLength: 20,
      maxLiveSyncPlaybackRate: 1.15,
      liveSyncOnStallIncrease: 0.25, // the default, a whole second, would stay after one bad moment
      liveDurationInfinity: true,
      startFragPrefetch: true,
    });
    engine.on(HlsEngine.Events.ERROR, (_name, problem) => {
      if (problem.fatal) this.engineFailed(problem.type === HlsEngine.ErrorTypes.MEDIA_ERROR);
    });
    this.keepLoading(engine, HlsEngine.Events);
    engine.loadSource(playlist);
    engine.attachMedia(this.video);
    this.engine = engine;
    await this.play();
  }

  private keepLoading(engine: Hls, events: typeof Hls.Events): void {
    const watch = new LoadWatch();
    engine.on(events.FRAG_LOADING, () => {
      watch.begins();
    });
    for (const end of [events.FRAG_BUFFERED, events.FRAG_LOAD_EMERGENCY_ABORTED, events.ERROR] as const) {
      engine.on(end, () => {
        watch.ends();
      });
    }
    engine.on(events.LEVEL_UPDATED, (_name, { details }) => {
      const { buffered, currentTime } = this.video;
      if (!buffered.length || this.video.paused) return;
      const bufferedEnd = buffered.end(buffered.length - 1);
      if (watch.rests(details, bufferedEnd, currentTime)) engine.startLoad(currentTime, true);
    });
  }

  private engineFailed(byMedia: boolean): void {
    if (byMedia && this.current === "playing") {
      this.set("loading");
      this.engine?.recoverMediaError();
      return;
    }
    this.lost();
  }

  /** Start afresh after a moment; the playlist may not exist yet, or not any more. */
  private lost(): void {
    if (this.current !== "loading" || this.engine === null) this.set("lost");
    window.clearTimeout(this.restartTimer);
    this.restartTimer = window.setTimeout(() => {
      const playlist = this.playlist;
      this.release();
      if (playlist) void this.attach(playlist);
    }, FRESH_START_MS);
  }

  private look(): void {
    const advice = this.watch.look({
      wanted: this.playlist !== null && !this.video.paused && !document.hidden,
      position: this.video.currentTime,
    });
    if (advice === "nudge") this.toLiveEdge();
    if (advice === "restart") this.lost();
  }

  private toLiveEdge(): void {
    const edge = this.engine?.liveSyncPosition;
    if (edge && Math.abs(edge - this.video.currentTime) > 1) this.video.currentTime = edge;
    if (this.playlist && this.video.paused && this.current === "playing") void this.play();
  }

  private release(): void {
    window.clearTimeout(this.restartTimer);
    this.engine?.destroy();
    this.engine = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  private set(state: PlayerState): void {
    if (state === this.current) return;
    this.current = state;
    this.notify();
  }
}

/** Apple's browsers play low-latency HLS themselves, better than a script can; others only say so. */
function playsNatively(video: HTMLVideoElement): boolean {
  return "WebKitPlaybackTargetAvailabilityEvent" in window && video.canPlayType("application/vnd.apple.mpegurl") !== "";
}
