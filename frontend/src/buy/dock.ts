/** The dock of the buying script: what this browser holds or waits for, always in sight. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { toast } from "../behaviours/toast";
import { RoomElement, SecondHand } from "../room/element";
import { clock } from "../room/format";
import type { Watched } from "../room/watched";
import { say } from "../room/words";
import type { HoldStore } from "./holds";

/** What is held, with the soonest end; the place in line where nothing is. Says once, for all to see, that a turn came. */
export class HoldDock extends RoomElement {
  declare holdStore: HoldStore;
  declare checkOut: () => void;
  /** The turn that was said last. */
  private said = "";

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override watched(): Watched[] {
    return [...super.watched(), this.holdStore];
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.dock();
  }

  /** What a shop has let go is said once, with the way to the cart, which says it for longer. */
  protected override updated(): void {
    const words = this.holdStore.seeTaken();
    if (words) toast(words, { label: say("claim_cart"), run: () => { location.assign("/cart"); } });
    this.sayTurn();
  }

  private sayTurn(): void {
    const { turn, turnCame } = this.holdStore;
    if (!turn || turn.hold_id === this.said) return;
    this.said = turn.hold_id;
    const words = say("your_turn_now", { title: turn.title, time: clock(turn.ends - turnCame) });
    toast(words, { label: say("checkout"), run: this.checkOut });
  }

  private dock(): TemplateResult | typeof nothing {
    const holds = this.holdStore.current();
    const [first] = holds;
    const [place] = this.holdStore.awaited;
    if (!first && place)
      return html`<a class="hold-dock hold-dock--waits" href="/cart"><span class="visually-hidden">${place.title}: ${place.words}</span
        ><span class="hold-dock-time" aria-hidden="true">${say("in_line", { number: place.number })}</span></a>`;
    if (!first) return nothing;
    const units = holds.reduce((sum, hold) => sum + hold.quantity, 0);
    const time = clock(first.ends - Date.now());
    return html`<a class="hold-dock" href="/cart" @click=${this.tapped}>
      <span class="visually-hidden">${say("cart_held", { count: units, time })}</span>
      <span class="hold-dock-count" aria-hidden="true">${units}</span><span class="hold-dock-time" aria-hidden="true">${time}</span>
    </a>`;
  }

  private readonly tapped = (event: Event): void => {
    event.preventDefault();
    this.checkOut();
  };
}
