/** The tray on air: each offer with its stock, pinned and unpinned with one tap, the one on show with its deal. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomConnection } from "../room/connection";
import { dealOf, priceRange } from "../room/deals";
import { RoomElement, SecondHand } from "../room/element";
import { money } from "../room/format";
import { facts, photo } from "../room/offers";
import type { Command, OfferCard, OfferDeal, StudioPage } from "../room/protocol";
import { claimsBy, isClosed } from "../room/state";
import type { ClaimsBy } from "../room/state";
import { post } from "./page";
import { say } from "./words";

/** What a tap makes cheaper, in percent. */
const PERCENTS = [10, 20, 30];
const DOORS = ["both", "button", "comment"] as const;

export class StudioTray extends RoomElement {
  static override properties = {
    trouble: { state: true },
    choosing: { state: true },
    countsDown: { state: true },
    busy: { state: true },
  };

  declare connection: RoomConnection;
  /** Below it the shop's desk shows each offer's stock and line; none where the law keeps that with the till. */
  declare products: string | null;
  declare page: StudioPage;
  private trouble = "";
  private choosing = false;
  private countsDown = false;
  private busy = false;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override render(): TemplateResult {
    const { tray } = this.store.state;
    if (!tray.length) return this.invitation ? html`` : html`<p class="soft">${say("tray_empty")}</p>`;
    return html`<p class="room-trouble" role="alert">${this.trouble}</p>
      ${this.next()}
      <ol class="thumbs">
        ${repeat(
          tray,
          (offer) => offer.product_id,
          (offer) => this.thumb(offer),
        )}
      </ol>`;
  }

  /** The way on through the tray with one thumb, as the host's word "next" in the chat. */
  private next(): TemplateResult | typeof nothing {
    const { tray, pinned, show } = this.store.state;
    if (show.state !== "live" || tray.length < 2) return nothing;
    const isLast = pinned?.product_id === tray.at(-1)?.product_id;
    return html`<button class="button button--secondary button--full" type="button" ?disabled=${isLast} @click=${this.pinNext}>
      ${say("pin_next")}
    </button>`;
  }

  private readonly pinNext = (): void => {
    void this.do({ do: "next" });
  };

  /** By which doors an offer on air is claimed; chosen before it is pinned, or while it is. */
  private doors(offer: OfferCard): TemplateResult | typeof nothing {
    const { state } = this.store;
    if (state.show.state !== "live" || !this.page.buying) return nothing;
    const by = claimsBy(state, offer);
    return html`<select
      class="field__input thumb__doors"
      aria-label=${say("claims_by", { title: offer.title })}
      .value=${by}
      @change=${(event: Event) => void this.do({ do: "claim_doors", product_id: offer.product_id, by: (event.target as HTMLSelectElement).value as ClaimsBy })}
    >
      ${DOORS.map((one) => html`<option value=${one} ?selected=${one === by}>${say(`claims_by_${one}`)}</option>`)}
    </select>`;
  }

  /** Claims for an offer on air, closed and opened again. */
  private claims(offer: OfferCard): TemplateResult | typeof nothing {
    const { show } = this.store.state;
    if (show.state !== "live" || !this.page.buying) return nothing;
    const closed = isClosed(this.store.state, offer);
    const act = (): void => void this.do({ do: closed ? "open_claims" : "close_claims", product_id: offer.product_id });
    return html`<button class="button button--small button--quiet" type="button" @click=${act}>
      ${say(closed ? "open_claims" : "close_claims")}<span class="visually-hidden">: ${offer.title}</span>
    </button>`;
  }

  /** Of a show that was planned without offers, the page itself says so, and leads to where they are chosen. */
  private get invitation(): HTMLElement | null {
    return this.parentElement?.querySelector<HTMLElement>(".empty-state") ?? null;
  }

  protected override updated(): void {
    if (this.invitation) this.invitation.hidden = this.store.state.tray.length > 0;
  }

  private thumb(offer: OfferCard): TemplateResult {
    const { pinned, show } = this.store.state;
    const shown = pinned?.product_id === offer.product_id;
    return html`<li>
      <button
        class="thumb"
        type="button"
        aria-pressed=${shown ? "true" : "false"}
        ?disabled=${show.state !== "live"}
        @click=${() => void this.toggle(offer, shown)}
      >
        ${photo(offer, 72)} ${facts(offer, this.store.now)}
        ${show.state === "live"
          ? html`<span class="thumb__act">${say(shown ? "pinned_now" : "pin")}</span>`
          : nothing}
      </button>
      ${shown ? this.deals(offer) : nothing}
      ${this.products
        ? html`<a class="thumb__line" href="${this.products}/${offer.product_id}/stock" target="_blank" rel="noopener">${say("stock_and_line")}<span class="visually-hidden">: ${offer.title}</span></a>`
        : nothing}
      ${this.doors(offer)} ${this.claims(offer)}
    </li>`;
  }

  /** The deal of the offer that is on show: begun with two taps, made longer, stopped. */
  private deals(offer: OfferCard): TemplateResult {
    const deal = dealOf(offer, this.store.now);
    if (!this.page.deals) {
      const desk = new URL(`/desk/${offer.shop_slug}/deals/new?offer=${offer.product_id}`, new URL(offer.url, location.href));
      return html`<p class="deal-steps"><a class="button button--secondary" href=${desk.href} target="_blank">${say("deal_elsewhere")}</a></p>`;
    }
    return html`<div class="deal-steps" role="group" aria-label=${say("deal_of", { title: offer.title })}>
      ${deal ? this.open(deal) : this.choosing ? this.choices(offer) : this.beginning()}
    </div>`;
  }

  private open(deal: OfferDeal): TemplateResult {
    const address = `${this.page.deals ?? ""}/${deal.id}`;
    return html`<button class="button button--secondary" type="button" ?disabled=${this.busy} @click=${() => void this.ask(`${address}/extend`, { seconds: "300" })}>
        ${say("deal_more")}
      </button>
      <button class="button button--danger" type="button" ?disabled=${this.busy} @click=${() => void this.ask(`${address}/stop`, {})}>
        ${say("deal_stop")}
      </button>`;
  }

  private beginning(): TemplateResult {
    return html`<button class="button button--secondary button--full" type="button" ?disabled=${this.busy} @click=${this.choose}>
      ${say("deal")}
    </button>`;
  }

  private choices(offer: OfferCard): TemplateResult {
    const { listLow } = priceRange(offer, this.store.now);
    return html`<p class="deal-steps__words"><b>${say("deal_choose")}</b> ${say("deal_usual")}</p>
      ${PERCENTS.map(
        (percent) =>
          html`<button class="button button--primary" type="button" data-percent=${percent} ?disabled=${this.busy} @click=${() => void this.begin(offer, percent)}>
            <b>−${percent} %</b> <small>${money(Math.floor((listLow * (100 - percent)) / 100))}</small>
          </button>`,
      )}
      <label class="check"
        ><input class="check__box" type="checkbox" .checked=${this.countsDown} @change=${this.countDown} /><span class="check__label"
          >${say("deal_countdown")}</span
        ></label
      >
      <button class="button button--quiet" type="button" @click=${this.cancel}>${say("deal_cancel")}</button>`;
  }

  private readonly choose = (): void => {
    this.choosing = true;
    this.trouble = "";
  };

  private readonly cancel = (): void => {
    this.choosing = false;
  };

  private readonly countDown = (event: Event): void => {
    this.countsDown = (event.target as HTMLInputElement).checked;
  };

  private async begin(offer: OfferCard, percent: number): Promise<void> {
    const countdown = this.countsDown ? "30" : "0";
    await this.ask(`${this.page.deals ?? ""}/new`, { offer: offer.product_id, percent: String(percent), length: "600", countdown });
    if (!this.trouble) this.choosing = false;
  }

  private async ask(address: string, fields: Record<string, string>): Promise<void> {
    this.busy = true;
    const answer = await post(address, fields);
    this.busy = false;
    this.trouble = answer.ok ? "" : answer.detail;
  }

  private async toggle(offer: OfferCard, shown: boolean): Promise<void> {
    this.choosing = false;
    await this.do(shown ? { do: "unpin" } : { do: "pin", product_id: offer.product_id });
  }

  private async do(command: Command): Promise<void> {
    const outcome = await this.connection.send(command);
    const offline = !outcome.ok && outcome.problem.code === "offline";
    this.trouble = outcome.ok ? "" : offline ? say("no_connection") : outcome.problem.detail || say("action_failed");
  }
}
