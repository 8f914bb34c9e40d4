/** Keeps the screen of a phone that nobody touches lit while there is a picture to watch or to send; else it sleeps, and
 * the picture stops. A browser takes the lock away when the page is hidden, so it is taken again when the page is
 * seen. It refuses one where the battery is low, and older ones know none: then the phone does as it likes. */

export class ScreenLock {
  private lock: WakeLockSentinel | null = null;
  private asking = false;

  /** `wanted` tells whether the screen is to stay lit; call `follow` when that may have changed. */
  constructor(private readonly wanted: () => boolean) {
    document.addEventListener("visibilitychange", this.follow);
  }

  readonly follow = (): void => {
    if (!this.wanted()) {
      void this.lock?.release();
      this.lock = null;
    } else if (!document.hidden && (this.lock?.released ?? true)) void this.take();
  };

  private async take(): Promise<void> {
    const able: Partial<Pick<Navigator, "wakeLock">> = navigator; // the types promise it everywhere
    if (!able.wakeLock || this.asking) return;
    this.asking = true;
    try {
      this.lock = await able.wakeLock.request("screen");
      if (!this.wanted()) this.follow();
    } catch {
      this.lock = null;
    } finally {
      this.asking = false;
    }
  }
}
