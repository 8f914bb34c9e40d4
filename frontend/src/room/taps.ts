/** Gathers quick taps into one command, so that a heart storm costs a phone two messages a second. */

const GATHER_MS = 500;
/** The most hearts that one command may carry; the server refuses more. */
export const MOST_PER_COMMAND = 20;

export class TapGatherer {
  private pending = 0;
  private timer = 0;

  constructor(private readonly flush: (count: number) => void) {}

  tap(): void {
    this.pending = Math.min(MOST_PER_COMMAND, this.pending + 1);
    if (this.timer) return;
    this.timer = window.setTimeout(() => {
      const count = this.pending;
      this.pending = this.timer = 0;
      this.flush(count);
    }, GATHER_MS);
  }
}
