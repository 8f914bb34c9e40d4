/** What came in: a show's claims with their verdicts, the newest first, who is next in each line, and letting go by hand
 * what is held for somebody, so that the next gets it. Only claims that the till has judged are here. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { toast } from "../behaviours/toast";
import type { Watched } from "../room/watched";
import { RoomElement, SecondHand } from "../room/element";
import { clock, count } from "../room/format";
import type { ClaimList, ClaimRow, LineRow } from "../room/protocol";
import { copyLink } from "./entry";
import { post } from "./page";
import { say } from "./words";
import type { HostWatch } from "./watch";

export class StudioClaims extends RoomElement {
  static override properties = { offer: { state: true }, asking: { state: true } };

  declare claims: HostWatch<ClaimList>;
  /** Below it the shop's desk lets holds go; none where the desk has another address. */
  declare holds: string | null;
  /** Of which offer claims are shown; nothing for all. */
  private offer = "";
  /** The claim whose hold is about to be let go. */
  private asking = 0;

  constructor() {
    super();
    new SecondHand(this);
  }

  protected override watched(): Watched[] {
    return [...super.watched(), this.claims];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { claims, lines } = this.claims.current ?? { claims: [], lines: [] };
    if (!claims.length && !lines.length) return nothing;
    const isShown = ({ product_id }: { product_id: string | null }): boolean => !this.offer || product_id === this.offer;
    return html`<section class="studio__panel studio-claims" aria-label=${say("claims")}>
      <div class="studio-claims__top">
        <h2>${say("claims")} <span class="soft">${count(this.store.state.claims.number)}</span></h2>
        ${this.filter()}
      </div>
      ${this.queue(lines.filter(isShown))}
      <ol class="studio-claims__list" tabindex="0" aria-label=${say("claims_newest")}>
        ${repeat(
          claims.filter(isShown),
          (claim) => claim.number,
          (claim) => this.row(claim),
        )}
      </ol>
    </section>`;
  }

  private filter(): TemplateResult | typeof nothing {
    const { tray } = this.store.state;
    if (tray.length < 2) return nothing;
    return html`<div class="field__box">
      <select class="field__input" aria-label=${say("claims_of")} @change=${this.filtered}>
      <option value="" ?selected=${!this.offer}>${say("claims_all")}</option>
      ${tray.map(
        ({ product_id, code, title }) =>
          html`<option value=${product_id} ?selected=${this.offer === product_id}>${[code, title].filter(Boolean).join(" ")}</option>`,
      )}
      </select>
    </div>`;
  }

  private readonly filtered = (event: Event): void => {
    this.offer = (event.currentTarget as HTMLSelectElement).value;
  };

  private queue(lines: LineRow[]): TemplateResult | typeof nothing {
    if (!lines.length) return nothing;
    return html`<ul class="studio-claims__next" aria-label=${say("next_in_line")}>
      ${lines.map(
        ({ title, waiting, first }) =>
          html`<li>
            <b>${say("next_for", { title })}</b>
            ${first.map(({ name, number, quantity }) => `${name}${number ? ` #${String(number)}` : ""} × ${String(quantity)}`).join(", ")}
            <span class="soft">${say("waiting_in_all", { count: count(waiting) })}</span>
          </li>`,
      )}
    </ul>`;
  }

  private row(claim: ClaimRow): TemplateResult {
    return html`<li class="studio-claim" data-verdict=${claim.verdict} data-standing=${claim.standing}>
      <p class="studio-claim__who"><b>#${claim.number} ${claim.name}</b> <span>${claim.text}</span></p>
      <p class="studio-claim__what">
        <span>${claim.quantity} × ${claim.title}</span>
        <b>${claim.words}${claim.stands ? `: ${claim.stands}` : ""}</b>
        ${claim.standing === "held" && claim.until ? html`<span class="soft">${clock(Date.parse(claim.until) - this.store.now)}</span>` : nothing}
      </p>
      ${claim.link ? html`<button class="button button--small" type="button" aria-label=${say("copy_link_of", { number: claim.number, name: claim.name })} @click=${() => void copyLink(claim.link)}>${say("copy_link")}</button>` : nothing}
      ${claim.hold_id && claim.product_id && this.holds ? this.release(claim, `${this.holds}/${claim.product_id}/holds/${claim.hold_id}/release`) : nothing}
    </li>`;
  }

  /** Asked once more before it is done: a buyer loses what they have been promised. */
  private release(claim: ClaimRow, address: string): TemplateResult {
    const { number, name } = claim;
    if (this.asking !== number)
      return html`<button class="button button--small" type="button" aria-label=${say("let_go_of", { number, name })} @click=${this.choose(number)}>
        ${say("let_go")}
      </button>`;
    return html`<div class="studio-claim__ask" role="group" aria-label=${say("let_go_of", { number, name })}>
      <p>${say("let_go_sure", { name })}</p>
      <button class="button button--small button--danger" type="button" @click=${() => void this.letGo(claim, address)}>${say("let_go_yes")}</button>
      <button class="button button--small" type="button" @click=${this.choose(0)}>${say("let_go_no")}</button>
    </div>`;
  }

  private choose(number: number): () => void {
    return () => {
      this.asking = number;
    };
  }

  private async letGo({ name }: ClaimRow, address: string): Promise<void> {
    this.asking = 0;
    const outcome = await post(address);
    toast(outcome.ok ? say("let_go_done", { name }) : outcome.detail);
    this.claims.refresh();
  }
}
