/** What a room is after an event: the same function as the server's model, so that a snapshot plus the events
 * after it equals a fresh snapshot. Pure; tests/realtime/fixtures holds the sequences that both must agree on. */

import type { ChatLine, OfferCard, RoomEvent, RoomState, Video } from "./protocol";

/** So many chat lines are kept; older ones fall off the top. */
export const CHAT_LINES = 50;

const NO_VIDEO: Video = { playlist: null, session: null };

/** The state after `event`. An event that does not fit, or whose type this client does not know, changes nothing. */
export function apply(state: RoomState, event: RoomEvent): RoomState {
  switch (event.type) {
    case "show.edited":
    case "show.started":
    case "show.ended":
      return applyToShow(state, event);
    case "offer.pinned":
    case "offer.unpinned":
    case "tray.changed":
      return applyToOffers(state, event);
    case "chat.said":
    case "chat.deleted":
    case "viewer.blocked":
      return { ...state, chat: chatAfter(state.chat, event) };
    case "video.changed":
      return { ...state, video: { playlist: event.playlist, session: event.session } };
    case "stock.changed":
      return { ...state, tray: withStock(state.tray, event.product_id, event.variant_id, event.available) };
    case "offer.sold":
      return { ...state, sold: { units: state.sold.units + event.quantity } };
    case "hearts.added":
      return { ...state, hearts: event.total };
    case "viewers.counted":
      return { ...state, viewers: event.count };
    default:
      return state;
  }
}

type EventOf<Type extends RoomEvent["type"]> = Extract<RoomEvent, { type: Type }>;

function applyToShow(
  state: RoomState,
  event: EventOf<"show.edited"> | EventOf<"show.started"> | EventOf<"show.ended">,
): RoomState {
  const { show } = state;
  switch (event.type) {
    case "show.edited":
      return { ...state, show: { ...show, title: event.title, starts_at: event.starts_at } };
    case "show.started":
      if (show.state !== "planned") return state;
      return { ...state, show: { ...show, state: "live", started_at: event.started_at } };
    case "show.ended":
      return { ...state, show: { ...show, state: "ended", ended_at: event.ended_at }, pinned: null, video: NO_VIDEO };
  }
}

function applyToOffers(
  state: RoomState,
  event: EventOf<"offer.pinned"> | EventOf<"offer.unpinned"> | EventOf<"tray.changed">,
): RoomState {
  const pinnedNow = state.pinned?.product_id;
  switch (event.type) {
    case "offer.pinned":
      if (state.show.state !== "live" || !hasOffer(state.tray, event.product_id)) return state;
      return { ...state, pinned: { product_id: event.product_id, at: event.at } };
    case "offer.unpinned":
      return pinnedNow === event.product_id ? { ...state, pinned: null } : state;
    case "tray.changed":
      return {
        ...state,
        tray: event.tray,
        pinned: pinnedNow !== undefined && hasOffer(event.tray, pinnedNow) ? state.pinned : null,
      };
  }
}

function chatAfter(
  chat: ChatLine[],
  event: EventOf<"chat.said"> | EventOf<"chat.deleted"> | EventOf<"viewer.blocked">,
): ChatLine[] {
  switch (event.type) {
    case "chat.said": {
      const { id, viewer, name, text, at, host } = event;
      return [...chat, { id, viewer, name, text, at, host }].slice(-CHAT_LINES);
    }
    case "chat.deleted":
      return chat.filter((line) => line.id !== event.line);
    case "viewer.blocked":
      return chat.filter((line) => line.viewer !== event.viewer);
  }
}

function hasOffer(tray: OfferCard[], product: string): boolean {
  return tray.some((offer) => offer.product_id === product);
}

function withStock(tray: OfferCard[], product: string, variant: string, available: number): OfferCard[] {
  return tray.map((offer) =>
    offer.product_id === product
      ? {
          ...offer,
          variants: offer.variants.map((one) => (one.variant_id === variant ? { ...one, available } : one)),
        }
      : offer,
  );
}

/** The offer that the host shows now, if it is in the tray. */
export function pinnedOffer(state: RoomState): OfferCard | undefined {
  return state.tray.find((offer) => offer.product_id === state.pinned?.product_id);
}

/** Units of an offer that can still be held, over all its variants. */
export function unitsLeft(offer: OfferCard): number {
  return offer.variants.reduce((sum, variant) => sum + variant.available, 0);
}

/** The lowest and the highest price of an offer, in rupiah. */
export function priceRange(offer: OfferCard): { low: number; high: number } {
  const prices = offer.variants.map((variant) => variant.price_minor);
  return prices.length ? { low: Math.min(...prices), high: Math.max(...prices) } : { low: 0, high: 0 };
}
