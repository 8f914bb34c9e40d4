/** The offers of the room: the pinned card above the chat, and the tray. Every offer is a plain link to its page
 * in the shop; where buying in the room is allowed, the buying script catches the tap on it (`data-buy`). */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { raise } from "../behaviours/sheets";
import { dealLine, dealOf, phaseOf, priceRange, priceWords } from "./deals";
import { RoomElement, SecondHand } from "./element";
import { money } from "./format";
import type { OfferCard, RoomEvent, RoomState } from "./protocol";
import { claimsBy, isClosed, pinnedOffer, unitsLeft } from "./state";
import { icon } from "./icons";
import type { RoomStore } from "./store";
import { say } from "./words";

const SAID_MS = 3_500;
/** A thumb that comes down so soon after the card has changed meant what was there before. */
const SETTLING_MS = 500;
/** The tap itself comes a little after the thumb is off. */
const TAP_WITHIN_MS = 300;
const FEW = 5;

export function photo(offer: OfferCard, size: number): TemplateResult {
  return offer.photo_url
    ? html`<img class="offer-photo" src=${offer.photo_url} alt="" width=${size} height=${size} loading="lazy" />`
    : html`<span class="offer-photo offer-photo-none" aria-hidden="true">${offer.code}</span>`;
}

export function price(offer: OfferCard, now: number): TemplateResult {
  const { low, high, listLow } = priceRange(offer, now);
  const words = low === high ? money(low) : say("from_price", { price: money(low) });
  return priceWords(words, low < listLow ? money(listLow) : null);
}

/** What is left, in words; few units are told from many by words and number, not by colour alone. */
export function stock(offer: OfferCard): TemplateResult {
  const left = unitsLeft(offer);
  if (!left) return html`<span class="stock stock--none">${say("sold_out")}</span>`;
  return html`<span class=${left <= FEW ? "stock stock--few" : "stock"}>${say("left", { count: left })}</span>`;
}

/** The facts of an offer, as the card and the tray both show them. What a deal has left goes before the stock. */
export function facts(offer: OfferCard, now: number): TemplateResult {
  const deal = dealOf(offer, now);
  const isOn = deal !== null && phaseOf(deal, now) === "running";
  return html`<span class="offer-facts">
    <span class="offer-title">${offer.code ? html`<b class="offer-code">${offer.code}</b> ` : nothing}${offer.title}</span>
    <span class="offer-line">${price(offer, now)} ${isOn && unitsLeft(offer) ? nothing : stock(offer)}</span>
    ${dealLine(offer, now)}
  </span>`;
}

/** Where a tap on an offer may lead, by the law: into the sheet, to the shop, or nowhere. */
export interface Ways {
  buying: boolean;
  /** Why no offer is a link to the shop; empty where it is. */
  link_closed: string;
}

/** The way to an offer's page in the shop. It leads through the room, which tells the shop where the buyer comes from.
 * Where the law has no room lead to a shop, there is only the sheet, if that. */
export function action(state: RoomState, offer: OfferCard, { buying, link_closed }: Ways): TemplateResult | typeof nothing {
  if (buying && isClosed(state, offer)) return html`<span class="stock stock--none">${say("claims_closed")}</span>`;
  if (buying && claimsBy(state, offer) === "comment") return html`<span class="stock">${say("by_comment", { code: offer.code })}</span>`;
  const words = buying ? say("buy") : say("visit_shop");
  const label = `${words}: ${offer.title}`;
  if (!link_closed) {
    const address = `/live/${state.show.code}/offers/${offer.product_id}`;
    return html`<a class="button button--primary" href=${address} data-buy=${offer.product_id} aria-label=${label}>${words}</a>`;
  }
  if (!buying) return nothing;
  return html`<button class="button button--primary" type="button" data-buy=${offer.product_id} aria-label=${label}>
    ${words}
  </button>`;
}

/** The offer that the host shows now. It says "sold" for a moment when a unit is sold. Another offer never comes under
 * a thumb: what is touched stays until the thumb is off, and a tap right after a change opens nothing. */
export class RoomPin extends RoomElement {
  static override properties = { notice: { state: true }, touched: { state: true } };

  declare ways: Ways;
  private notice = "";
  private noticeTimer = 0;
  private touched: OfferCard | undefined;
  private drawn: OfferCard | undefined;
  private changedAt = -SETTLING_MS;
  private unlisten: (() => void) | null = null;

  constructor() {
    super();
    new SecondHand(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerup", this.released);
    window.addEventListener("pointercancel", this.released);
    this.unlisten = this.store.onEvent((event) => {
      this.hear(event);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerup", this.released);
    window.removeEventListener("pointercancel", this.released);
    this.unlisten?.();
  }

  protected shown(): OfferCard | undefined {
    return pinnedOffer(this.store.state);
  }

  /** Whether the viewer made the offer change, so that it surprises nobody. */
  protected isAskedFor(): boolean {
    return false;
  }

  protected override willUpdate(): void {
    const before = this.drawn;
    this.drawn = this.touched ?? this.shown();
    if (!before || !this.drawn || before.product_id === this.drawn.product_id) return;
    if (!this.isAskedFor()) this.changedAt = performance.now();
    this.say(say("pin_changed", { title: this.drawn.title }));
  }

  protected override render(): TemplateResult {
    const offer = this.drawn;
    return html`<p class="pin-sold" role="status">${this.notice}</p>
      ${offer
        ? html`<article
            class="pin-card"
            aria-label=${say("pinned")}
            data-product=${offer.product_id}
            @pointerdown=${this.touch}
            @click=${this.tapped}
          >
            ${photo(offer, 64)} ${facts(offer, this.store.now)} ${action(this.store.state, offer, this.ways)}
          </article>`
        : nothing}`;
  }

  private readonly touch = (): void => {
    this.touched = this.drawn;
  };

  private readonly released = (): void => {
    if (!this.touched) return;
    window.setTimeout(() => {
      this.touched = undefined;
    }, TAP_WITHIN_MS);
  };

  private readonly tapped = (event: MouseEvent): void => {
    const byKey = event.detail === 0; // whoever uses keys has heard what has the focus
    if (byKey || performance.now() - this.changedAt >= SETTLING_MS) return;
    event.preventDefault();
    event.stopPropagation();
  };

  private hear(event: RoomEvent): void {
    if (event.type !== "offer.sold" && event.type !== "claims.closed" && event.type !== "claims.opened") return;
    const offer = this.store.state.tray.find((one) => one.product_id === event.product_id);
    if (!offer) return;
    const { title } = offer;
    if (event.type === "offer.sold") this.say(say("sold_now", { title, count: event.quantity }));
    else this.say(say(event.type === "claims.closed" ? "claims_closed_now" : "claims_opened_now", { title }));
  }

  private say(words: string): void {
    this.notice = words;
    window.clearTimeout(this.noticeTimer);
    this.noticeTimer = window.setTimeout(() => {
      this.notice = "";
    }, SAID_MS);
  }
}

/** All offers of the show in the host's order: a column on a wide screen, a button for the sheet on a phone. */
export class RoomTray extends RoomElement {
  declare ways: Ways;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override render(): TemplateResult {
    const tray = this.store.state.tray;
    return html`<button
        class="room__tool tray-open"
        type="button"
        aria-haspopup="dialog"
        aria-label=${say("tray_open", { count: tray.length })}
        @click=${this.open}
      >
        ${icon("bag")}<span class="tray-open__count" aria-hidden="true">${tray.length}</span>
      </button>
      <div class="tray-column">${trayList(this.store, this.ways)}</div>
      <dialog class="dialog dialog--sheet sheet" aria-label=${say("tray")} @click=${closeOnBackdrop}>
        <header class="dialog__head">
          <h2>${say("tray")}</h2>
          <button class="button button--quiet button--icon" type="button" aria-label=${say("close")} @click=${this.close}>
            ${icon("close")}
          </button>
        </header>
        <div class="dialog__body">${trayList(this.store, this.ways)}</div>
      </dialog>`;
  }

  private readonly open = (): void => {
    const dialog = this.querySelector("dialog");
    if (dialog) raise(dialog);
  };

  private readonly close = (): void => {
    this.querySelector("dialog")?.close();
  };
}

/** A tap beside a sheet closes it. */
export function closeOnBackdrop(event: MouseEvent): void {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}

function trayList({ state, now }: RoomStore, ways: Ways): TemplateResult {
  const { tray, pinned } = state;
  if (!tray.length) return html`<p class="tray-empty">${say("tray_empty")}</p>`;
  const noWay = ways.link_closed && !ways.buying;
  return html`${noWay ? html`<p class="tray-closed">${ways.link_closed}</p>` : nothing}<ol class="tray-list">
    ${repeat(
      tray,
      (offer) => offer.product_id, // a row moves with its offer, and never becomes another one under a thumb
      (offer) =>
        html`<li class="tray-offer" data-pinned=${offer.product_id === pinned?.product_id ? "" : nothing}>
          ${photo(offer, 72)} ${facts(offer, now)} ${action(state, offer, ways)}
        </li>`,
    )}
  </ol>`;
}
