/** Builders for the tests of the room's scripts: small, valid, and changed only where a test says so. */

import type { ChatLine, OfferCard, RoomState } from "./protocol";

export function makeOffer(changes: Partial<OfferCard> = {}): OfferCard {
  return {
    product_id: "dress",
    shop_slug: "melati",
    title: "Gaun anak",
    code: "A1",
    photo_url: null,
    url: "/shop/melati/p/dress",
    variants: [
      { variant_id: "dress-4", label: "4 tahun", price_minor: 89_000, available: 4, deal: null },
      { variant_id: "dress-6", label: "6 tahun", price_minor: 95_000, available: 0, deal: null },
    ],
    ...changes,
  };
}

export function makeLine(changes: Partial<ChatLine> = {}): ChatLine {
  return { id: "1", viewer: "v1", name: "Sari", text: "Halo", at: 1_000, host: false, ...changes };
}

export function makeRoom(changes: Partial<RoomState> = {}): RoomState {
  return {
    epoch: "e1",
    show: { code: "ABC", title: "Sore ceria", state: "live", starts_at: 0, started_at: 0, ended_at: null },
    video: { playlist: null, session: null },
    pinned: null,
    tray: [makeOffer()],
    chat: [],
    viewers: 0,
    hearts: 0,
    sold: { units: 0 },
    claims: { number: 0, head: "" },
    closed: [],
    doors: [],
    ...changes,
  };
}
