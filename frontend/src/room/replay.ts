/** The replay: an ordinary video with its controls, the offer that was shown at each moment, and a list of the
 * moments. Stock stays live, so it sells what is left. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { clock } from "./format";
import { facts, photo, RoomPin } from "./offers";
import { RoomElement } from "./element";
import type { OfferCard, ReplayPin as Pin } from "./protocol";
import { say } from "./words";

/** So long after a jump the offer that changes is the one that was jumped to. */
const JUMP_MS = 1_000;

/** The pin in force at this second of the recording. Pure. */
export function pinAt(pins: Pin[], seconds: number): Pin | undefined {
  const last = pins.filter((pin) => pin.offset <= seconds).at(-1);
  return last && (last.until === null || seconds < last.until) ? last : undefined;
}

/** The card of the offer that was shown at the moment that is playing. */
export class ReplayPin extends RoomPin {
  declare video: HTMLVideoElement;
  declare pins: Pin[];
  private jumpedAt = -JUMP_MS;

  override connectedCallback(): void {
    super.connectedCallback();
    this.video.addEventListener("seeking", () => {
      this.jumpedAt = performance.now();
    });
    this.video.addEventListener("timeupdate", () => {
      this.requestUpdate();
    });
  }

  protected override isAskedFor(): boolean {
    return performance.now() - this.jumpedAt < JUMP_MS;
  }

  protected override shown(): OfferCard | undefined {
    const pin = pinAt(this.pins, this.video.currentTime);
    return this.store.state.tray.find((offer) => offer.product_id === pin?.product_id);
  }
}

/** The moments at which offers were shown; a tap jumps there. */
export class ReplayMoments extends RoomElement {
  declare video: HTMLVideoElement;
  declare pins: Pin[];

  protected override render(): TemplateResult {
    return html`<ol class="moments">
      ${this.pins.map((pin) => this.moment(pin))}
    </ol>`;
  }

  private moment(pin: Pin): TemplateResult {
    const offer = this.store.state.tray.find((one) => one.product_id === pin.product_id);
    if (!offer) return html``;
    const time = clock(pin.offset * 1000);
    return html`<li>
      <button class="moment" type="button" @click=${() => {
        this.jump(pin);
      }}>
        <span class="visually-hidden">${say("seek_to")}</span>
        ${photo(offer, 56)} ${facts(offer, this.store.now)}<span class="moment-time">${time}</span>
      </button>
    </li>`;
  }

  private jump(pin: Pin): void {
    this.video.currentTime = pin.offset;
    void this.video.play();
    this.video.scrollIntoView({ block: "nearest" });
  }
}
