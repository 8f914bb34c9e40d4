/** Gathers quick taps into one command, so that a heart storm costs a phone two messages a second. */

const GATHER_MS = 500;

export class TapGatherer {
  private pending = 0;
  private timer = 0;

  /** `max` is how many hearts one command may carry. */
  constructor(
    private readonly max: number,
    private readonly flush: (count: number) => void,
  ) {}

  tap(): void {
    this.pending = Math.min(this.max, this.pending + 1);
    if (this.timer) return;
    this.timer = window.setTimeout(() => {
      const count = this.pending;
      this.pending = this.timer = 0;
      this.flush(count);
    }, GATHER_MS);
  }
}
