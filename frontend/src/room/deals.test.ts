import { describe, expect, it } from "vitest";
import { dealOf, dealUnits, phaseOf, priceRange, unitPrice } from "./deals";
import type { OfferDeal } from "./protocol";
import { makeOffer } from "./testing";

const DEAL: OfferDeal = { id: "d", price_minor: 69_000, left: 3, per_buyer: 2, starts_at: 1_000, ends_at: 9_000 };

function dealt(deal: OfferDeal) {
  const offer = makeOffer();
  return { ...offer, variants: offer.variants.map((variant) => ({ ...variant, deal })) };
}

describe("a deal in a room", () => {
  const [small] = dealt(DEAL).variants;
  if (!small) throw new Error("an offer without variants");

  it("comes, runs, is sold out, and is over, by the server's clock", () => {
    expect([0, 1_000, 8_999, 9_000].map((now) => phaseOf(DEAL, now))).toEqual(["coming", "running", "running", "over"]);
    expect(phaseOf({ ...DEAL, left: 0 }, 5_000)).toBe("sold_out");
  });

  it("lowers the price while it runs, for as many as it has and as a buyer may have", () => {
    expect([999, 1_000, 9_000].map((now) => unitPrice(small, now))).toEqual([89_000, 69_000, 89_000]);
    expect([1, 2, 3].map((quantity) => unitPrice(small, 5_000, quantity))).toEqual([69_000, 69_000, 89_000]);
    expect(unitPrice({ ...small, price_minor: 60_000 }, 5_000)).toBe(60_000);
  });

  it("is told of until it is over, and has no more units than the stock", () => {
    const offer = dealt({ ...DEAL, left: 50 });
    expect(priceRange(offer, 5_000)).toEqual({ low: 69_000, high: 69_000, listLow: 89_000 });
    expect(dealOf(offer, 0)?.id).toBe("d");
    expect(dealOf(offer, 9_000)).toBeNull();
    expect(dealUnits(offer, { ...DEAL, left: 50 })).toBe(4);
  });
});
