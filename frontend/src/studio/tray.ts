/** The tray on air: each offer with its stock, pinned and unpinned with one tap. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomConnection } from "../room/connection";
import { RoomElement } from "../room/element";
import { facts, photo } from "../room/offers";
import type { OfferCard } from "../room/protocol";
import { say } from "./words";

export class StudioTray extends RoomElement {
  static override properties = { trouble: { state: true } };

  declare connection: RoomConnection;
  /** Below it the shop's desk shows each offer's stock and line; none where the law keeps that with the till. */
  declare products: string | null;
  private trouble = "";

  protected override render(): TemplateResult {
    const { tray } = this.store.state;
    if (!tray.length) return this.invitation ? html`` : html`<p class="soft">${say("tray_empty")}</p>`;
    return html`<p class="room-trouble" role="alert">${this.trouble}</p>
      <ol class="thumbs">
        ${repeat(
          tray,
          (offer) => offer.product_id,
          (offer) => this.thumb(offer),
        )}
      </ol>`;
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
        ${photo(offer, 72)} ${facts(offer)}
        ${show.state === "live"
          ? html`<span class="thumb__act">${say(shown ? "pinned_now" : "pin")}</span>`
          : nothing}
      </button>
      ${this.products
        ? html`<a class="thumb__line" href="${this.products}/${offer.product_id}/stock" target="_blank" rel="noopener">${say("stock_and_line")}<span class="visually-hidden">: ${offer.title}</span></a>`
        : nothing}
    </li>`;
  }

  private async toggle(offer: OfferCard, shown: boolean): Promise<void> {
    const outcome = await this.connection.send(shown ? { do: "unpin" } : { do: "pin", product_id: offer.product_id });
    const offline = !outcome.ok && outcome.problem.code === "offline";
    this.trouble = outcome.ok ? "" : offline ? say("no_connection") : outcome.problem.detail || say("action_failed");
  }
}
