/** The types that the server and the scripts share, made by `make fix` from the server's structs, which
 * explain them; docs/protocols/room.md says what each frame and event means. */

export interface RoomPage {
  state: RoomState;
  seq: number;
  addresses: RoomAddresses;
  limits: Limits;
  buying: boolean;
  replay: Replay | null;
  referral: string;
  link_closed: string;
}

export interface RoomState {
  epoch: string;
  show: RoomShow;
  video: Video;
  pinned: Pin | null;
  tray: OfferCard[];
  chat: ChatLine[];
  viewers: number;
  hearts: number;
  sold: Sold;
  claims: ClaimCount;
  closed: string[];
  doors: OfferDoor[];
}

export interface RoomShow {
  code: string;
  title: string;
  state: "planned" | "live" | "ended";
  starts_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export interface Video {
  playlist: string | null;
  session: string | null;
}

export interface Pin {
  product_id: string;
  at: number;
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

export interface OfferVariant {
  variant_id: string;
  label: string;
  price_minor: number;
  available: number;
  deal: OfferDeal | null;
}

export interface OfferDeal {
  id: string;
  price_minor: number;
  left: number;
  per_buyer: number | null;
  starts_at: number;
  ends_at: number;
}

export interface ChatLine {
  id: string;
  viewer: string;
  name: string;
  text: string;
  at: number;
  host: boolean;
}

export interface Sold {
  units: number;
}

export interface ClaimCount {
  number: number;
  head: string;
}

export interface OfferDoor {
  product_id: string;
  by: "both" | "button" | "comment";
}

export interface RoomAddresses {
  socket: string;
  events: string;
  poll: string;
  commands: string;
}

export interface Limits {
  line: number;
  name: number;
  hearts: number;
  units: number;
}

export interface Replay {
  video: string;
  pins: ReplayPin[];
}

export interface ReplayPin {
  product_id: string;
  offset: number;
  until: number | null;
}

export interface StudioPage {
  ingest: string;
  goLive: string;
  end: string;
  speed: string;
  stream: string;
  silenced: string;
  sales: string | null;
  products: string | null;
  claims: string | null;
  deals: string | null;
  holds: string | null;
  buying: boolean;
}

export interface StreamHealth {
  key_frame_seconds: number | null;
  key_frames_are_rare: boolean;
  sound_is_unreadable: boolean;
  is_contested: boolean;
}

export interface SalesFigures {
  orders: number;
  goods_minor: number;
  held_units: number;
  sold_units: number;
}

export interface SilencedList {
  viewers: Silenced[];
}

export interface Silenced {
  viewer: string;
  name: string | null;
  until: number | null;
}

export interface ClaimList {
  claims: ClaimRow[];
  lines: LineRow[];
}

export interface ClaimRow {
  number: number;
  asked_at: string;
  name: string;
  text: string;
  product_id: string | null;
  variant_id: string;
  title: string;
  quantity: number;
  door: string;
  verdict: string;
  words: string;
  standing: string;
  stands: string;
  hold_id: string | null;
  until: string | null;
  link: string;
}

export interface LineRow {
  product_id: string;
  variant_id: string;
  title: string;
  waiting: number;
  first: NextBuyer[];
}

export interface NextBuyer {
  name: string;
  number: number | null;
  quantity: number;
}

export interface ClaimEntered {
  code: string;
  words: string;
  link: string;
  number: number | null;
}

export interface ReplayState {
  replay: "coming" | "none" | "ready";
}

export interface Acknowledged {
  bytes: number;
}

export interface HoldList {
  holds: HeldUnits[];
  awaited: AwaitedUnits[];
  ask_again_seconds: number;
  taken_back: TakenBackUnits[];
}

export interface HeldUnits {
  id: string;
  variant_id: string;
  title: string;
  quantity: number;
  expires_at: string;
  awaited: number;
}

export interface AwaitedUnits {
  variant_id: string;
  title: string;
  quantity: number;
  number: number;
  words: string;
}

export interface TakenBackUnits {
  id: string;
  words: string;
}

export interface HoldGranted {
  hold: GrantedUnits;
  cart_url: string;
  checkout_url: string;
}

export interface GrantedUnits {
  id: string;
  variant_id: string;
  quantity: number;
  expires_at: string;
  claim: number | null;
}

export interface PlaceGiven {
  place: AwaitedUnits;
}

export interface LineSeen {
  words: string;
  promise: string;
}

export interface HoldTerms {
  kept: string;
  pay_first: string;
}

export interface BuyerKnown {
  buyer: string;
}

export interface Hello {
  you: You;
  seq: number;
  now: number;
}

export interface You {
  viewer: string;
  name: string | null;
  moderator: boolean;
}

export interface Snapshot {
  seq: number;
  state: RoomState;
}

export interface CommandProblem {
  code: string;
  detail: string;
  facts?: Record<string, unknown> | null;
  errors?: CommandFieldError[] | null;
}

export interface CommandFieldError {
  field: string;
  code: string;
  detail: string;
}

export interface CommandResult {
  line?: string;
  name?: string;
  claim?: ClaimSaid | null;
}

export interface ClaimSaid {
  code: string;
  detail: string;
  cart_url?: string;
  expires_at?: string | null;
}

export interface HoldWanted {
  variant_id: string;
  quantity: number;
  idempotency_key: string;
  referral?: unknown;
  again?: unknown;
  wait?: boolean;
  price_minor?: number | null;
}

export interface ShowEdited {
  title: string;
  starts_at: number;
}

export interface ShowStarted {
  started_at: number;
}

export interface ShowEnded {
  ended_at: number;
}

export interface VideoChanged {
  playlist: string | null;
  session: string | null;
}

export interface OfferPinned {
  product_id: string;
}

export interface OfferUnpinned {
  product_id: string;
}

export interface TrayChanged {
  tray: OfferCard[];
}

export interface OfferStockChanged {
  product_id: string;
  variant_id: string;
  available: number;
}

export interface OfferDealTaken {
  product_id: string;
  deal_id: string;
  left: number;
}

export interface OfferSold {
  product_id: string;
  variant_id: string;
  quantity: number;
}

export interface ClaimsCounted {
  number: number;
  head: string;
}

export interface ClaimsClosedByHost {
  product_id: string;
}

export interface ClaimsOpened {
  product_id: string;
}

export interface ClaimDoorsChosen {
  product_id: string;
  by: "both" | "button" | "comment";
}

export interface ChatSaid {
  id: string;
  viewer: string;
  name: string;
  text: string;
  host: boolean;
}

export interface ChatDeleted {
  line: string;
}

export interface ViewerMuted {
  viewer: string;
  until: number;
}

export interface ViewerUnmuted {
  viewer: string;
}

export interface ViewerBlocked {
  viewer: string;
}

export interface ViewerUnblocked {
  viewer: string;
}

export interface HeartsAdded {
  count: number;
  total: number;
}

export interface ViewersCounted {
  count: number;
}

export interface Say {
  text: string;
  name?: string | null;
  key?: string | null;
  buyer?: string;
}

export interface TakeName {
  name: string;
}

export interface GiveHearts {
  count?: number;
}

export interface PinOffer {
  product_id: string;
}

export interface CloseClaims {
  product_id: string;
}

export interface OpenClaims {
  product_id: string;
}

export interface ChooseClaimDoors {
  product_id: string;
  by: "both" | "button" | "comment";
}

export interface DeleteLine {
  line: string;
}

export interface MuteViewer {
  viewer: string;
  seconds?: number;
}

export interface UnmuteViewer {
  viewer: string;
}

export interface BlockViewer {
  viewer: string;
}

export interface UnblockViewer {
  viewer: string;
}

/** `at` is in milliseconds since 1970, by the server's clock. */
export type RoomEvent = { seq: number; at: number } & (
  | ({ type: "show.edited" } & ShowEdited)
  | ({ type: "show.started" } & ShowStarted)
  | ({ type: "show.ended" } & ShowEnded)
  | ({ type: "video.changed" } & VideoChanged)
  | ({ type: "offer.pinned" } & OfferPinned)
  | ({ type: "offer.unpinned" } & OfferUnpinned)
  | ({ type: "tray.changed" } & TrayChanged)
  | ({ type: "stock.changed" } & OfferStockChanged)
  | ({ type: "deal.taken" } & OfferDealTaken)
  | ({ type: "offer.sold" } & OfferSold)
  | ({ type: "claims.counted" } & ClaimsCounted)
  | ({ type: "claims.closed" } & ClaimsClosedByHost)
  | ({ type: "claims.opened" } & ClaimsOpened)
  | ({ type: "claims.doors" } & ClaimDoorsChosen)
  | ({ type: "chat.said" } & ChatSaid)
  | ({ type: "chat.deleted" } & ChatDeleted)
  | ({ type: "viewer.muted" } & ViewerMuted)
  | ({ type: "viewer.unmuted" } & ViewerUnmuted)
  | ({ type: "viewer.blocked" } & ViewerBlocked)
  | ({ type: "viewer.unblocked" } & ViewerUnblocked)
  | ({ type: "hearts.added" } & HeartsAdded)
  | ({ type: "viewers.counted" } & ViewersCounted)
);

export type Command =
  | ({ do: "say" } & Say)
  | ({ do: "name" } & TakeName)
  | ({ do: "heart" } & GiveHearts)
  | ({ do: "pin" } & PinOffer)
  | { do: "unpin" }
  | { do: "next" }
  | ({ do: "close_claims" } & CloseClaims)
  | ({ do: "open_claims" } & OpenClaims)
  | ({ do: "claim_doors" } & ChooseClaimDoors)
  | ({ do: "delete" } & DeleteLine)
  | ({ do: "mute" } & MuteViewer)
  | ({ do: "unmute" } & UnmuteViewer)
  | ({ do: "block" } & BlockViewer)
  | ({ do: "unblock" } & UnblockViewer);

export type Reply = { t: "reply"; id: number } & Outcome;

export type Outcome = { ok: true; result?: CommandResult } | { ok: false; problem: CommandProblem };

export type Frame =
  | ({ t: "hello" } & Hello)
  | ({ t: "snapshot" } & Snapshot)
  | { t: "events"; events: RoomEvent[] }
  | Reply;
