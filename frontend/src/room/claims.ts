/** Buying by comment: the till's word for who writes, which goes with each line, and what became of a line that
 * asks to buy. Only its writer is told. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "./icons";
import { csrfToken } from "./page";
import type { BuyerKnown, ClaimSaid } from "./protocol";
import { say } from "./words";

export const HOLDS_CHANGED = "etalase:holds-changed";
/** The till's word is good for longer; a page may stay open for days. */
const KNOWN_FOR_MS = 6 * 60 * 60 * 1000;

/** The till's word for this browser, asked for once, when the first line is about to be written. */
export class BuyerWord {
  private asked: Promise<string> | null = null;
  private askedAt = 0;

  /** The word, or nothing where the till is out of reach: then the line is said, and claims nothing. */
  get(): Promise<string> {
    if (!this.asked || Date.now() - this.askedAt > KNOWN_FOR_MS) {
      this.askedAt = Date.now();
      this.asked = fetchWord().then((word) => {
        if (!word) this.forget();
        return word;
      });
    }
    return this.asked;
  }

  forget(): void {
    this.asked = null;
  }
}

async function fetchWord(): Promise<string> {
  try {
    const answer = await fetch("/cart/buyer", {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrftoken": csrfToken() },
      body: "{}",
    });
    return answer.ok ? ((await answer.json()) as BuyerKnown).buyer : "";
  } catch {
    return "";
  }
}

/** What became of the last line that asked to buy; the next line takes its place. */
export function claimNote(claim: ClaimSaid | null, close: () => void): TemplateResult {
  return html`<div class="room-claim" role="status" data-claim=${claim?.code ?? nothing}>
    ${claim
      ? html`<p>${claim.detail}</p>
          ${claim.cart_url ? html`<a class="room-claim-cart" href=${claim.cart_url}>${say("claim_cart")}</a>` : nothing}
          <button class="room-line-back" type="button" aria-label=${say("close")} @click=${close}>${icon("close")}</button>`
      : nothing}
  </div>`;
}
