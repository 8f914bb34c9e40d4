"""What the room's templates and scripts are given. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup

from etalase.kernel.money import Money
from etalase.social.media import RecordingView
from etalase.social.rooms import OfferCard, PinSpan, RoomState, Show

FEW_UNITS = 5


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer as the templates draw it; `href` is where the tap leads without a script."""

    product_id: UUID
    code: str
    title: str
    photo_url: str | None
    href: str
    low: Money
    is_range: bool
    left: int


@dataclass(frozen=True, slots=True)
class MomentView:
    """An offer and the second of the replay in which it was shown."""

    offer: OfferView
    offset_seconds: int


def offer_address(code: str, product_id: UUID) -> str:
    """Return the room's own way to an offer's page: it adds where the buyer came from, and leads there."""
    return f"/live/{code}/offers/{product_id}"


def offer_view(code: str, card: OfferCard) -> OfferView:
    """Return the card as the templates draw it."""
    prices = sorted(variant.price_minor for variant in card.variants) or [0]
    return OfferView(
        product_id=card.product_id,
        code=card.code,
        title=card.title,
        photo_url=card.photo_url,
        href=offer_address(code, card.product_id),
        low=Money(prices[0]),
        is_range=prices[0] != prices[-1],
        left=sum(variant.available for variant in card.variants),
    )


def offer_views(code: str, tray: Iterable[OfferCard]) -> list[OfferView]:
    """Return the tray as the templates draw it."""
    return [offer_view(code, card) for card in tray]


def pinned_view(state: RoomState) -> OfferView | None:
    """Return the offer that the host shows now."""
    if state.pinned is None:
        return None
    shown = state.pinned.product_id
    return next((offer_view(state.show.code, card) for card in state.tray if card.product_id == shown), None)


def moment_views(show: Show, recording: RecordingView, pins: Iterable[PinSpan]) -> list[MomentView]:
    """Return when the replay shows each offer, without the offers that have left the tray."""
    if show.started_at is None:
        return []
    cards = {card.product_id: card for card in show.tray}
    moments = []
    for pin in pins:
        card = cards.get(pin.product_id)
        if card is not None:
            shown_at = show.started_at + timedelta(seconds=pin.from_seconds)
            moments.append(MomentView(offer_view(show.code, card), int(recording.offset_of(shown_at))))
    return moments


def room_block(
    state: RoomState, number: int, *, buying: bool, moments: list[MomentView] | None = None
) -> Markup:
    """Return the JSON that the room's scripts start from."""
    code = state.show.code
    replay = None
    if moments is not None:
        pins = [{"product_id": one.offer.product_id, "offset": one.offset_seconds} for one in moments]
        replay = {"video": f"/replay/{code}.mp4", "pins": pins}
    return script_json(
        {
            "state": state,
            "seq": number,
            "addresses": {
                "socket": f"/live/{code}/socket",
                "events": f"/live/{code}/events",
                "poll": f"/live/{code}/poll",
                "commands": f"/live/{code}/commands",
            },
            "replay": replay,
            "buying": buying,
        }
    )


def studio_block(code: str, *, buying: bool, sales: bool) -> Markup:
    """Return the JSON that the studio's scripts start from, beside the room's.

    Without `sales` the law keeps orders and money with the till, and the studio counts units only.
    """
    base = f"/studio/{code}"
    return script_json(
        {
            "ingest": f"{base}/ingest",
            "goLive": f"{base}/go-live",
            "end": f"{base}/end",
            "speed": f"{base}/speed",
            "sales": f"{base}/sales" if sales else None,
            "buying": buying,
        }
    )


def script_json(value: Any) -> Markup:
    """Return JSON that can stand in a <script>: no text in it can end the block or start a comment."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  no markup is left in it
