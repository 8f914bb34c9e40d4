/** Whether a show that is over can be watched again. All viewers see the end in the same instant, so each asks after
 * a spread wait, then less and less often, and no more once the server says that nothing was recorded. */

import { waitBefore } from "./backoff";
import type { ReplayState } from "./protocol";

export type Outlook = ReplayState["replay"];

const FIRST_WAIT_MS = 4_000;
const MAX_WAIT_MS = 60_000;

export class ReplayOutlook {
  current: Outlook = "coming";
  private attempt = 0;
  private started = false;

  constructor(
    private readonly address: string,
    private readonly changed: () => void,
  ) {}

  /** Ask until it is known; once, however often this is called. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.askLater();
  }

  private askLater(): void {
    const wait = waitBefore(this.attempt++, Math.random(), FIRST_WAIT_MS, MAX_WAIT_MS);
    window.setTimeout(() => void this.ask(), wait);
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(this.address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(`the replay's outlook answered ${String(answer.status)}`);
      this.current = ((await answer.json()) as ReplayState).replay;
    } catch {
      // Out of reach: asked again like one that is coming.
    }
    if (this.current === "coming") this.askLater();
    else this.changed();
  }
}
