/** The buying sheet: choose a variant and a quantity, have it held, see the time run, check out inside the sheet
 * while the show goes on above it. Part of the buying script only: where a rulebook forbids buying in the room,
 * the server never sends this file. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { raise } from "../behaviours/sheets";
import type { Watched } from "../room/watched";
import { RoomElement, SecondHand } from "../room/element";
import { clock, money } from "../room/format";
import { placeHold, seeLine, seeTerms } from "./holds";
import type { Hold, HoldAnswer, HoldStore } from "./holds";
import { icon } from "../room/icons";
import { newKey } from "../room/keys";
import { dealLine, phaseOf, priceWords, unitPrice } from "../room/deals";
import { closeOnBackdrop, photo, price } from "../room/offers";
import type { AwaitedUnits, HoldTerms, LineSeen, OfferCard, OfferVariant } from "../room/protocol";
import { say } from "../room/words";

type Step = "choose" | "holding" | "held" | "waiting" | "checkout";

const CHECKOUT = "/checkout?embed=1";
/** What one does next in this step. */
const NEXT = ".dialog__body :is(.button--primary:enabled, a.button--primary, iframe)";

export class BuySheet extends RoomElement {
  static override properties = {
    productId: { state: true },
    variantId: { state: true },
    quantity: { state: true },
    step: { state: true },
    trouble: { state: true },
    line: { state: true },
    terms: { state: true },
    pageTitle: { state: true },
  };

  declare holdStore: HoldStore;
  /** How many units of one variant the till lets a buyer hold. */
  declare maxUnits: number;
  /** Where the buyer is, signed by the room. */
  declare referral: string;
  private productId = "";
  private variantId = "";
  private quantity = 1;
  private key = newKey();
  private step: Step = "choose";
  private hold: Hold | null = null;
  private trouble = "";
  /** How it stands with the chosen variant, where none of it is free. */
  private line: LineSeen | null = null;
  /** For how long a unit is kept for this buyer, and whether they pay first. */
  private terms: HoldTerms | null = null;
  /** The till had none of the chosen variant left, sooner than the room was told. */
  private late = false;
  /** What the page inside calls itself. */
  private pageTitle = "";
  /** Whether the focus was in here before the sheet was drawn anew. */
  private hadFocus = false;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override watched(): Watched[] {
    return [...super.watched(), this.holdStore];
  }

  /** Raise the sheet for this offer; the only variant, or the only one in stock, is chosen already. */
  async open(productId: string): Promise<void> {
    this.productId = productId;
    const variants = this.offer()?.variants ?? [];
    const buyable = variants.filter((variant) => variant.available > 0);
    const [only, second] = buyable.length ? buyable : variants;
    this.variantId = only && !second ? only.variant_id : "";
    this.startOver();
    this.look();
    this.readTerms(variants[0]?.variant_id);
    await this.raise();
  }

  /** Raise the sheet at the checkout of everything that is held. */
  async openCheckout(): Promise<void> {
    this.step = "checkout";
    this.pageTitle = "";
    await this.raise();
  }

  private async raise(): Promise<void> {
    await this.updateComplete;
    const dialog = this.querySelector("dialog");
    if (dialog) raise(dialog);
  }

  protected override willUpdate(): void {
    if (this.step === "waiting" && !this.place()) this.turned();
    this.hadFocus ||= this.contains(document.activeElement);
  }

  /** What had the focus may be gone, or rest while the shop answers: what comes next takes it. */
  protected override updated(): void {
    if (this.step === "holding") return;
    const next = this.querySelector<HTMLElement>(NEXT);
    if (this.hadFocus && !this.contains(document.activeElement)) next?.focus();
    this.hadFocus = false;
  }

  private startOver(): void {
    this.quantity = 1;
    this.late = false;
    this.key = newKey();
    this.step = "choose";
    this.trouble = "";
    this.resume();
  }

  /** Go on where the buyer is with the chosen variant: in line for it, or on their turn. */
  private resume(): void {
    if (this.place()) this.step = "waiting";
    else if (this.turn()) this.turned();
  }

  /** What is held of the chosen variant because it was this buyer's turn. */
  private turn(): Hold | undefined {
    return this.holdStore.current().find((one) => one.variant_id === this.variantId && one.awaited);
  }

  /** Where the buyer waits for the chosen variant. */
  private place(): AwaitedUnits | undefined {
    return this.holdStore.awaited.find((place) => place.variant_id === this.variantId);
  }

  /** A place that is gone has become a turn, or was left. */
  private turned(): void {
    this.hold = this.turn() ?? null;
    this.step = this.hold ? "held" : "choose";
  }

  private isNoneFree(): boolean {
    const variant = this.variant();
    return variant !== undefined && (this.late || variant.available <= 0);
  }

  /** Ask how it stands with what no unit is free of. */
  private look(): void {
    const variant = this.variantId;
    this.line = null;
    if (!this.isNoneFree()) return;
    void seeLine(variant).then((line) => {
      if (this.variantId === variant) this.line = line;
    });
  }

  /** All variants of an offer are one shop's. */
  private readTerms(variant: string | undefined): void {
    const product = this.productId;
    this.terms = null;
    if (!variant) return;
    void seeTerms(variant).then((terms) => {
      if (this.productId === product) this.terms = terms;
    });
  }

  private offer(): OfferCard | undefined {
    return this.store.state.tray.find((offer) => offer.product_id === this.productId);
  }

  private variant(): OfferVariant | undefined {
    return this.offer()?.variants.find((variant) => variant.variant_id === this.variantId);
  }

  protected override render(): TemplateResult {
    const title = this.step === "checkout" ? this.pageTitle || say("checkout_title") : (this.offer()?.title ?? "");
    return html`<dialog class="dialog dialog--sheet sheet sheet--buy" data-step=${this.step} aria-labelledby="buy-title" @click=${closeOnBackdrop} @close=${this.closed}>
      <header class="dialog__head">
        <h2 id="buy-title">${title}</h2>
        ${this.step === "checkout" ? this.soonest() : nothing}
        <button class="button button--quiet button--icon" type="button" aria-label=${say("close")} @click=${this.close}>
          ${icon("close")}
        </button>
      </header>
      <div class="dialog__body">${this.body()}</div>
    </dialog>`;
  }

  private body(): TemplateResult | typeof nothing {
    const offer = this.offer();
    if (this.step === "checkout") return this.checkout();
    if (!offer) return nothing;
    if (this.step === "waiting") return this.waiting();
    return this.step === "held" ? this.held() : this.choose(offer);
  }

  private choose(offer: OfferCard): TemplateResult {
    const variant = this.variant();
    return html`<form class="buy-form" aria-label=${offer.title} @submit=${this.submit}>
      <div class="buy-head">${photo(offer, 88)}
        <span class="buy-price price--large">${variant ? this.sum(variant) : price(offer, this.store.now)} ${dealLine(offer, this.store.now)}</span>
      </div>
      <fieldset class="chips">
        <legend>${say("choose_variant")}</legend>
        ${repeat(
          offer.variants,
          (one) => one.variant_id,
          (one) => this.chip(one),
        )}
      </fieldset>
      <div class="quantity-steps" role="group" aria-label=${say("quantity")}>
        <button class="button button--icon" type="button" aria-label=${say("fewer")} ?disabled=${this.quantity <= 1} @click=${this.fewer}>−</button>
        <output aria-live="polite">${this.quantity}</output>
        <button class="button button--icon" type="button" aria-label=${say("more")} ?disabled=${this.quantity >= this.maxQuantity()} @click=${this.more}>+</button>
      </div>
      ${this.share(variant)}
      <div class="buy-act">
        <p class="room-trouble" role="alert">${this.trouble}</p>
        <p class="buy-line" role="status">
          ${this.line && this.isNoneFree() ? html`<strong>${this.line.words}</strong> ${this.line.promise}` : nothing}
        </p>
        <p class="buy-terms soft">
          ${this.isNoneFree() ? nothing : this.terms?.kept} ${this.terms?.pay_first ? html`<strong>${this.terms.pay_first}</strong>` : nothing}
        </p>
        <button class="button button--primary button--large button--full" ?disabled=${!variant || this.step === "holding"}>
          ${this.step === "holding" ? say("holding") : say(this.isNoneFree() ? "join_line" : "hold")}
        </button>
      </div>
    </form>`;
  }

  /** What so many units come to, beside what they would without the deal. */
  private sum(variant: OfferVariant): TemplateResult {
    const now = unitPrice(variant, this.store.now, this.quantity) * this.quantity;
    const listed = variant.price_minor * this.quantity;
    return priceWords(money(now), now < listed ? money(listed) : null);
  }

  /** How many a buyer gets at the deal's price, where that is bound. */
  private share(variant: OfferVariant | undefined): TemplateResult | typeof nothing {
    const deal = variant?.deal;
    if (!deal?.per_buyer || phaseOf(deal, this.store.now) !== "running") return nothing;
    return html`<p class="buy-share soft">${say("deal_per_buyer", { count: deal.per_buyer })}</p>`;
  }

  private chip(variant: OfferVariant): TemplateResult {
    const noneFree = variant.available <= 0;
    return html`<label class="chip">
      <input
        class="chip__input"
        type="radio"
        name="variant"
        value=${variant.variant_id}
        .checked=${variant.variant_id === this.variantId}
        @change=${this.chosen}
      />
      <span class="chip__label">${variant.label}</span>
      <small class="chip__note">${noneFree ? say("none_free") : say("left", { count: variant.available })}</small>
    </label>`;
  }

  private held(): TemplateResult {
    const left = (this.hold?.ends ?? 0) - Date.now();
    if (left <= 0)
      return html`<div class="buy-held">
        <p role="alert">${say("hold_ended")}</p>
        <button class="button button--primary button--large button--full" type="button" @click=${this.again}>${say("hold_again")}</button>
      </div>`;
    const { awaited = 0, quantity = 1, title = "", claim = null } = this.hold ?? {};
    return html`<div class="buy-held">
      ${awaited ? html`<p><strong>${say("your_turn")}</strong></p>` : nothing}
      <p>${say("held_name", { quantity, title })}</p>
      ${claim ? html`<p class="soft small">${say("claim_number", { number: claim })}</p>` : nothing}
      ${awaited > quantity ? html`<p>${say("some_came_back", { count: quantity, wanted: awaited })}</p>` : nothing}
      <p class="countdown buy-timer" role="timer">${say("held", { time: clock(left) })}</p>
      <a class="button button--primary button--large button--full" href="/checkout" @click=${this.toCheckout}>${say("checkout")}</a>
      <button class="button button--quiet button--full" type="button" @click=${this.close}>${say("keep_watching")}</button>
      ${awaited
        ? html`<button class="button button--quiet button--full" type="button" @click=${this.skip}>${say("let_next_first")}</button>
            <button class="button button--quiet button--full" type="button" @click=${this.release}>${say("no_longer_wanted")}</button>
            <p class="room-trouble" role="alert">${this.trouble}</p>`
        : nothing}
    </div>`;
  }

  private waiting(): TemplateResult | typeof nothing {
    const place = this.place();
    if (!place) return nothing;
    return html`<div class="buy-held">
      <p>${say("you_wait", { title: place.title })}</p>
      <p class="buy-place" role="status"><strong>${place.words}</strong></p>
      <p>${this.line?.promise ?? nothing} ${say("wait_note")}</p>
      <button class="button button--primary button--large button--full" type="button" @click=${this.close}>${say("keep_watching")}</button>
      <button class="button button--quiet button--full" type="button" @click=${this.leave}>${say("leave_line")}</button>
    </div>`;
  }

  private checkout(): TemplateResult {
    return html`<iframe class="buy-checkout" src=${CHECKOUT} title=${say("checkout_title")} @load=${this.moved}></iframe>`;
  }

  private soonest(): TemplateResult | typeof nothing {
    const [first] = this.holdStore.current();
    return first ? html`<span class="countdown buy-timer" role="timer">${clock(first.ends - Date.now())}</span>` : nothing;
  }

  private maxQuantity(): number {
    const available = this.variant()?.available ?? 1;
    return Math.min(this.maxUnits, available > 0 ? available : this.maxUnits);
  }

  private readonly chosen = (event: Event): void => {
    this.variantId = (event.target as HTMLInputElement).value;
    this.late = false;
    this.quantity = Math.min(this.quantity, this.maxQuantity());
    this.requestChanged();
    this.resume();
    this.look();
  };

  private readonly fewer = (): void => {
    this.quantity -= 1;
    this.requestChanged();
  };

  private readonly more = (): void => {
    this.quantity += 1;
    this.requestChanged();
  };

  /** Another request is another hold: it gets a key of its own. */
  private requestChanged(): void {
    this.key = newKey();
    this.trouble = "";
  }

  private readonly submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const [offer, variant] = [this.offer(), this.variant()];
    if (!offer || !variant || this.step === "holding") return;
    this.step = "holding";
    const answer = await placeHold({
      variant_id: variant.variant_id,
      title: [offer.title, variant.label].filter(Boolean).join(", "),
      quantity: this.quantity,
      idempotency_key: this.key,
      referral: this.referral,
      wait: this.isNoneFree(),
      price_minor: unitPrice(variant, this.store.now, this.quantity),
    });
    if (!answer.ok) this.refused(answer);
    else if ("place" in answer) this.gotPlace(answer.place);
    else this.gotHold(answer.hold);
  };

  private gotPlace(place: AwaitedUnits): void {
    this.holdStore.joined(place);
    this.step = "waiting";
    this.key = newKey();
  }

  private gotHold(hold: Hold): void {
    this.hold = hold;
    this.holdStore.add(hold);
    this.step = "held";
    this.key = newKey();
  }

  private refused({ code, detail, available }: Extract<HoldAnswer, { ok: false }>): void {
    this.step = "choose";
    if (code !== "offline") this.key = newKey(); // unreached: the same key, so that nothing is held twice
    this.late = code === "sold_out" && !available;
    if (this.late) this.look();
    if (code === "sold_out") this.trouble = available ? say("only_left", { available }) : "";
    else this.trouble = code === "rate_limited" ? say("hold_limited") : detail || say("hold_failed");
  }

  private readonly leave = async (): Promise<void> => {
    await this.holdStore.leave(this.variantId);
  };

  private readonly skip = async (): Promise<void> => {
    if (!this.hold) return;
    if (await this.holdStore.skip(this.hold)) this.startOver();
    else this.trouble = say("hold_failed");
  };

  private readonly release = async (): Promise<void> => {
    if (!this.hold) return;
    if (await this.holdStore.release(this.hold)) this.startOver();
    else this.trouble = say("hold_failed");
  };

  private readonly again = (): void => {
    this.startOver();
  };

  private readonly toCheckout = (event: Event): void => {
    event.preventDefault();
    this.step = "checkout";
  };

  /** The checkout inside went to another page: units may have been taken out, or bought. */
  private readonly moved = (event: Event): void => {
    const page = (event.target as HTMLIFrameElement).contentDocument;
    this.pageTitle = page?.title.replace(/ · Etalase$/, "") ?? "";
    void this.holdStore.refresh();
  };

  private readonly close = (): void => {
    this.querySelector("dialog")?.close();
  };

  /** However it was closed. The page inside goes, and with it the pages that it went through. */
  private readonly closed = (): void => {
    if (this.step === "checkout") this.startOver();
  };
}
