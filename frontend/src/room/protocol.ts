/** The room protocol, version 1, as types: docs/protocols/room.md says what each frame and event means. */

export interface OfferVariant {
  variant_id: string;
  label: string;
  price_minor: number;
  available: number;
}

export interface OfferCard {
  product_id: string;
  shop_slug: string;
  title: string;
  code: string;
  photo_url: string | null;
  url: string;
  variants: OfferVariant[];
}

export interface ChatLine {
  id: string;
  viewer: string;
  name: string;
  text: string;
  at: number;
  host: boolean;
}

/** Moments are milliseconds since 1970. */
export interface ShowFacts {
  code: string;
  title: string;
  state: "planned" | "live" | "ended";
  starts_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export interface VideoFacts {
  playlist: string | null;
  session: string | null;
}

export interface RoomState {
  epoch: string;
  show: ShowFacts;
  video: VideoFacts;
  pinned: { product_id: string; at: number } | null;
  tray: OfferCard[];
  chat: ChatLine[];
  viewers: number;
  hearts: number;
  sold: { units: number };
}

interface Stamp {
  seq: number;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
}

export type RoomEvent = Stamp &
  (
    | { type: "show.edited"; title: string; starts_at: number }
    | { type: "show.started"; started_at: number }
    | { type: "show.ended"; ended_at: number }
    | { type: "video.changed"; playlist: string | null; session: string | null }
    | { type: "offer.pinned"; product_id: string }
    | { type: "offer.unpinned"; product_id: string }
    | { type: "tray.changed"; tray: OfferCard[] }
    | { type: "stock.changed"; product_id: string; variant_id: string; available: number }
    | { type: "offer.sold"; product_id: string; variant_id: string; quantity: number }
    | { type: "chat.said"; id: string; viewer: string; name: string; text: string; host: boolean }
    | { type: "chat.deleted"; line: string }
    | { type: "viewer.muted"; viewer: string; until: number }
    | { type: "viewer.unmuted"; viewer: string }
    | { type: "viewer.blocked"; viewer: string }
    | { type: "viewer.unblocked"; viewer: string }
    | { type: "hearts.added"; count: number; total: number }
    | { type: "viewers.counted"; count: number }
  );

export interface You {
  viewer: string;
  name: string | null;
  moderator: boolean;
}

export interface Problem {
  code: string;
  detail: string;
}

export type Reply = { t: "reply"; id: number; ok: true } | { t: "reply"; id: number; ok: false; problem: Problem };

export type Frame =
  | { t: "hello"; you: You; seq: number }
  | { t: "snapshot"; seq: number; state: RoomState }
  | { t: "events"; events: RoomEvent[] }
  | Reply;

export type Command =
  | { do: "say"; text: string; key: string; name?: string }
  | { do: "name"; name: string }
  | { do: "heart"; count: number }
  | { do: "pin"; product_id: string }
  | { do: "unpin" }
  | { do: "delete"; line: string }
  | { do: "mute"; viewer: string; seconds: number }
  | { do: "unmute"; viewer: string }
  | { do: "block"; viewer: string }
  | { do: "unblock"; viewer: string };
