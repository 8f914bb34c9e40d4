/** What a room is after an event: the same function as the server's model, so that a snapshot plus the events
 * after it equals a fresh snapshot. Pure; tests/realtime/fixtures holds the sequences that both must agree on. */

import type { OfferCard, OfferDoor, OfferVariant, RoomEvent, RoomState, Video } from "./protocol";

/** By which doors viewers claim an offer. */
export type ClaimsBy = OfferDoor["by"];

/** So many chat lines are kept; older ones fall off the top. */
export const CHAT_LINES = 50;

const NO_VIDEO: Video = { playlist: null, session: null };

type EventOf<Type extends RoomEvent["type"]> = Extract<RoomEvent, { type: Type }>;
type Reducer<Type extends RoomEvent["type"]> = (state: RoomState, event: EventOf<Type>) => RoomState;

const same = (state: RoomState): RoomState => state;

/** What each kind of event makes of the room; the compiler refuses a kind that is not here. */
const AFTER: { [Type in RoomEvent["type"]]: Reducer<Type> } = {
  "show.edited": (state, { title, starts_at }) => ({ ...state, show: { ...state.show, title, starts_at } }),
  "show.started": (state, { started_at }) =>
    state.show.state === "planned" ? { ...state, show: { ...state.show, state: "live", started_at } } : state,
  "show.ended": (state, { ended_at }) => ({
    ...state,
    show: { ...state.show, state: "ended", ended_at },
    pinned: null,
    video: NO_VIDEO,
  }),
  "video.changed": (state, { playlist, session }) => ({ ...state, video: { playlist, session } }),
  "offer.pinned": (state, { product_id, at }) =>
    state.show.state === "live" && hasOffer(state.tray, product_id)
      ? { ...state, pinned: { product_id, at } }
      : state,
  "offer.unpinned": (state, { product_id }) =>
    state.pinned?.product_id === product_id ? { ...state, pinned: null } : state,
  "tray.changed": (state, { tray }) => ({
    ...state,
    tray,
    pinned: state.pinned && hasOffer(tray, state.pinned.product_id) ? state.pinned : null,
  }),
  "stock.changed": (state, { product_id, variant_id, available }) => ({
    ...state,
    tray: withStock(state.tray, product_id, variant_id, available),
  }),
  "deal.taken": (state, { product_id, deal_id, left }) => ({
    ...state,
    tray: withDealLeft(state.tray, product_id, deal_id, left),
  }),
  "offer.sold": (state, { quantity }) => ({ ...state, sold: { units: state.sold.units + quantity } }),
  "claims.counted": (state, { number, head }) =>
    number > state.claims.number ? { ...state, claims: { number, head } } : state,
  "claims.closed": (state, { product_id }) =>
    state.closed.includes(product_id) ? state : { ...state, closed: [...state.closed, product_id] },
  "claims.opened": (state, { product_id }) => ({ ...state, closed: state.closed.filter((one) => one !== product_id) }),
  "claims.doors": (state, { product_id, by }) => ({
    ...state,
    doors: [...state.doors.filter((one) => one.product_id !== product_id), ...(by === "both" ? [] : [{ product_id, by }])],
  }),
  "chat.said": (state, { id, viewer, name, text, at, host }) => ({
    ...state,
    chat: [...state.chat, { id, viewer, name, text, at, host }].slice(-CHAT_LINES),
  }),
  "chat.deleted": (state, event) => ({ ...state, chat: state.chat.filter(({ id }) => id !== event.line) }),
  "viewer.muted": same,
  "viewer.unmuted": same,
  "viewer.blocked": (state, event) => ({
    ...state,
    chat: state.chat.filter(({ viewer }) => viewer !== event.viewer),
  }),
  "viewer.unblocked": same,
  "hearts.added": (state, { total }) => ({ ...state, hearts: total }),
  "viewers.counted": (state, { count }) => ({ ...state, viewers: count }),
};

/** The state after `event`. An event that does not fit, or whose type this client does not know, changes nothing. */
export function apply(state: RoomState, event: RoomEvent): RoomState {
  const after = AFTER[event.type] as Reducer<RoomEvent["type"]> | undefined;
  return after ? after(state, event) : state;
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

function withDealLeft(tray: OfferCard[], product: string, deal: string, left: number): OfferCard[] {
  const changed = (one: OfferVariant): OfferVariant => (one.deal?.id === deal ? { ...one, deal: { ...one.deal, left } } : one);
  return tray.map((offer) =>
    offer.product_id === product ? { ...offer, variants: offer.variants.map(changed) } : offer,
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

/** By which doors the offer is claimed; what is over or yet to come goes by any. */
export function claimsBy(state: RoomState, offer: OfferCard): ClaimsBy {
  if (state.show.state !== "live") return "both";
  return state.doors.find(({ product_id }) => product_id === offer.product_id)?.by ?? "both";
}

/** Whether the host takes no more claims for the offer. */
export function isClosed(state: RoomState, offer: OfferCard): boolean {
  return state.closed.includes(offer.product_id);
}
