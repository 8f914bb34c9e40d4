/** Deals as a room shows them: a lower price for a while and for so many units, by the server's clock. Pure. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { clock, money } from "./format";
import type { OfferCard, OfferDeal, OfferVariant } from "./protocol";
import { say } from "./words";

export type Phase = "coming" | "running" | "sold_out" | "over";

export function phaseOf(deal: OfferDeal, now: number): Phase {
  if (now >= deal.ends_at) return "over";
  if (now < deal.starts_at) return "coming";
  return deal.left > 0 ? "running" : "sold_out";
}

/** What a unit costs a buyer who wants so many of them now. */
export function unitPrice({ price_minor, deal }: OfferVariant, now: number, quantity = 1): number {
  if (!deal || phaseOf(deal, now) !== "running") return price_minor;
  const fits = quantity <= deal.left && quantity <= (deal.per_buyer ?? quantity);
  return fits ? Math.min(deal.price_minor, price_minor) : price_minor;
}

/** The deal that is told of an offer: one that runs, else the next one; none that is over. */
export function dealOf(offer: OfferCard, now: number): OfferDeal | null {
  const open = offer.variants.flatMap(({ deal }) => (deal && phaseOf(deal, now) !== "over" ? [deal] : []));
  const [first] = open.sort((one, other) => one.starts_at - other.starts_at);
  return first ?? null;
}

/** How many units can be held at the deal's price: no more than there are. */
export function dealUnits(offer: OfferCard, deal: OfferDeal): number {
  const own = offer.variants.filter((one) => one.deal?.id === deal.id);
  return Math.min(
    deal.left,
    own.reduce((sum, one) => sum + one.available, 0),
  );
}

/** The lowest and the highest price of an offer now, and the lowest without a deal, in rupiah. */
export function priceRange(offer: OfferCard, now: number): { low: number; high: number; listLow: number } {
  const prices = offer.variants.map((variant) => unitPrice(variant, now));
  const listed = offer.variants.map((variant) => variant.price_minor);
  if (!prices.length) return { low: 0, high: 0, listLow: 0 };
  return { low: Math.min(...prices), high: Math.max(...prices), listLow: Math.min(...listed) };
}

/** A price, with the old one struck through where it is lower now. */
export function priceWords(now: string, was: string | null): TemplateResult {
  return html`<span class="price"
    ><span class="price__now money">${now}</span>${was === null
      ? nothing
      : html` <s class="price__was money"><span class="visually-hidden">${say("old_price")} </span>${was}</s>`}</span
  >`;
}

/** What stands beside an offer of its deal: until when, and for how many; or when it starts, and at which price. */
export function dealLine(offer: OfferCard, now: number): TemplateResult | typeof nothing {
  const deal = dealOf(offer, now);
  if (!deal) return nothing;
  const phase = phaseOf(deal, now);
  if (phase === "coming") {
    const filling = { time: clock(deal.starts_at - now), price: money(deal.price_minor) };
    return html`<span class="deal deal--coming" role="timer">${say("deal_coming", filling)}</span>`;
  }
  const count = dealUnits(offer, deal);
  if (!count) return html`<span class="deal deal--gone">${say("deal_sold_out")}</span>`;
  const filling = { time: clock(deal.ends_at - now), count };
  return html`<span class="deal" role="timer">${say("deal_running", filling)}</span>`;
}
