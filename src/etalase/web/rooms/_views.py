"""What the room's templates and scripts are given. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from markupsafe import Markup

from etalase.kernel.money import Money
from etalase.social.media import RecordingView
from etalase.social.rooms import HEARTS_AT_ONCE, LINE_LENGTH, NAME_LENGTH, OfferCard, PinSpan, RoomState, Show

HANDED_OVER_WITHIN = timedelta(minutes=1)
"""How long after its end a show's takes may need to reach whoever joins them."""


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer as the templates draw it; `href` is where the tap leads without a script."""

    product_id: UUID
    code: str
    title: str
    photo_url: str | None
    href: str
    low: Money
    list_low: Money
    is_range: bool
    left: int


@dataclass(frozen=True, slots=True)
class MomentView:
    """An offer and the seconds of the replay in which it was shown; None until the replay ends."""

    offer: OfferView
    offset_seconds: int
    until_seconds: int | None


def offer_address(code: str, product_id: UUID) -> str:
    """Return the room's own way to an offer's page: it adds where the buyer came from, and leads there."""
    return f"/live/{code}/offers/{product_id}"


def offer_view(code: str, card: OfferCard, now: datetime | None) -> OfferView:
    """Return the card as the templates draw it; without a moment, at the shop's list prices."""
    moment = now.timestamp() * 1_000 if now else 0
    prices = sorted(variant.price_at(moment) for variant in card.variants) or [0]
    return OfferView(
        product_id=card.product_id,
        code=card.code,
        title=card.title,
        photo_url=card.photo_url,
        href=offer_address(code, card.product_id),
        low=Money(prices[0]),
        list_low=Money(min((variant.price_minor for variant in card.variants), default=0)),
        is_range=prices[0] != prices[-1],
        left=sum(variant.available for variant in card.variants),
    )


def offer_views(code: str, tray: Iterable[OfferCard], now: datetime | None = None) -> list[OfferView]:
    """Return the tray as the templates draw it."""
    return [offer_view(code, card, now) for card in tray]


def pinned_view(state: RoomState, now: datetime) -> OfferView | None:
    """Return the offer that the host shows now."""
    if state.pinned is None:
        return None
    shown = state.pinned.product_id
    cards = (card for card in state.tray if card.product_id == shown)
    return next((offer_view(state.show.code, card, now) for card in cards), None)


def moment_views(show: Show, recording: RecordingView, pins: Iterable[PinSpan]) -> list[MomentView]:
    """Return when the replay shows each offer, without the offers that have left the tray."""
    began = show.started_at
    if began is None:
        return []
    cards = {card.product_id: card for card in show.tray}

    def second_of(seconds_of_show: float) -> float:
        return recording.offset_of(began + timedelta(seconds=seconds_of_show))

    moments = []
    for pin in pins:
        card = cards.get(pin.product_id)
        if card is None:
            continue
        until = recording.duration_seconds if pin.to_seconds is None else second_of(pin.to_seconds)
        moments.append(
            MomentView(
                offer_view(show.code, card, None),
                int(second_of(pin.from_seconds)),
                int(until) if until < recording.duration_seconds else None,
            )
        )
    return moments


def replay_outlook(
    show: Show, recording: RecordingView | None, now: datetime
) -> Literal["ready", "coming", "none"]:
    """Tell whether the show's replay can be watched, may still come, or never will: nothing was recorded."""
    if recording is not None:
        return "ready" if recording.playable else "coming"
    is_over = show.ended_at is not None and now - show.ended_at > HANDED_OVER_WITHIN
    return "none" if is_over else "coming"


class RoomAddresses(msgspec.Struct, frozen=True):
    """Where a room is heard and spoken to."""

    socket: str
    events: str
    poll: str
    commands: str


class ReplayPin(msgspec.Struct, frozen=True):
    """An offer in the replay, from a second until another; None is until the end."""

    product_id: UUID
    offset: float
    until: float | None


class Replay(msgspec.Struct, frozen=True):
    """The recording, and when it shows each offer."""

    video: str
    pins: tuple[ReplayPin, ...]


class Limits(msgspec.Struct, frozen=True):
    """How long a line and a name may be, how many hearts one command gives, how many units a buyer holds."""

    line: int
    name: int
    hearts: int
    units: int


class RoomPage(msgspec.Struct, frozen=True):
    """What the room's scripts start from. Where `buying` is false, offers are plain links.

    `link_closed` is why they are none: the law's words, where no room may lead to a shop.
    `referral` goes with each hold, and tells the till where the buyer came from.
    """

    state: RoomState
    seq: int
    addresses: RoomAddresses
    limits: Limits
    buying: bool
    replay: Replay | None = None
    referral: str = ""
    link_closed: str = ""


class StudioPage(msgspec.Struct, frozen=True, rename="camel"):
    """Where the studio's scripts send and ask; `sales` is None where the law keeps them with the shops.

    Below `products` the shop's desk shows who holds an offer and who is next in line; None where `sales` is.
    `claims` are the show's claims, None where `sales` is. `deals` is where the shop's deals are begun, and
    below `holds` what is held is let go; None where its desk has another address.
    """

    ingest: str
    go_live: str
    end: str
    speed: str
    stream: str
    silenced: str
    sales: str | None
    products: str | None
    claims: str | None
    deals: str | None
    holds: str | None
    buying: bool


def room_page(
    state: RoomState,
    number: int,
    *,
    buying: bool,
    max_units: int,
    moments: list[MomentView] | None = None,
    referral: str = "",
    link_closed: str = "",
) -> RoomPage:
    """Return what the scripts start from; a buyer may hold `max_units` of one variant."""
    base = f"/live/{state.show.code}"
    replay = None
    if moments is not None:
        pins = (ReplayPin(one.offer.product_id, one.offset_seconds, one.until_seconds) for one in moments)
        replay = Replay(f"/replay/{state.show.code}.mp4", tuple(pins))
    addresses = RoomAddresses(f"{base}/socket", f"{base}/events", f"{base}/poll", f"{base}/commands")
    limits = Limits(LINE_LENGTH, NAME_LENGTH, HEARTS_AT_ONCE, max_units)
    return RoomPage(state, number, addresses, limits, buying, replay, referral, link_closed)


def studio_page(show: Show, *, buying: bool, sales: bool, desk: str, with_desk: bool) -> StudioPage:
    """Return the studio's addresses; without `sales` the studio counts units only, and leads to no desk."""
    base = f"/studio/{show.code}"
    return StudioPage(
        ingest=f"{base}/ingest",
        go_live=f"{base}/go-live",
        end=f"{base}/end",
        speed=f"{base}/speed",
        stream=f"{base}/stream",
        silenced=f"{base}/silenced",
        sales=f"{base}/sales" if sales else None,
        products=f"{desk}/products" if sales else None,
        claims=f"{base}/claims" if sales else None,
        holds=f"/desk/{show.shop.slug}/products" if with_desk else None,
        deals=f"/desk/{show.shop.slug}/deals" if with_desk else None,
        buying=buying,
    )


def script_json(value: Any) -> Markup:
    """Return JSON that can stand in a <script>: no text in it can end the block or start a comment."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  no markup is left in it
