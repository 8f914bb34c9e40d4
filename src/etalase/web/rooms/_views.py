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
from etalase.social.rooms import OfferCard, PinSpan, RoomState, Show

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
                offer_view(show.code, card),
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


def room_block(
    state: RoomState, number: int, *, buying: bool, most_units: int, moments: list[MomentView] | None = None
) -> Markup:
    """Return the JSON that the room's scripts start from; a buyer may hold `most_units` of one variant."""
    code = state.show.code
    replay = None
    if moments is not None:
        pins = [
            {"product_id": one.offer.product_id, "offset": one.offset_seconds, "until": one.until_seconds}
            for one in moments
        ]
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
            "most_units": most_units,
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
            "stream": f"{base}/stream",
            "sales": f"{base}/sales" if sales else None,
            "silenced": f"{base}/silenced",
            "buying": buying,
        }
    )


def script_json(value: Any) -> Markup:
    """Return JSON that can stand in a <script>: no text in it can end the block or start a comment."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  no markup is left in it
