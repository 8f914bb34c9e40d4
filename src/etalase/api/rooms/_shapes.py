"""What the API takes and tells about shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from etalase.social.rooms import (
    LINE_LENGTH,
    NAME_LENGTH,
    TITLE_LENGTH,
    TRAY_LENGTH,
    ClaimLine,
    ClaimsBy,
    EnteredClaim,
    OfferCard,
    OpenRoom,
    Show,
    ShowClaims,
    ShowState,
)

EXAMPLE_ID = "01994b2e-5c1a-7cc0-9d7e-3f0c6a1b2c3d"

Title = Annotated[str, msgspec.Meta(max_length=TITLE_LENGTH * 2, examples=["Baju anak baru datang"])]
Moment = Annotated[datetime, msgspec.Meta(tz=True, examples=["2026-12-01T19:00:00+07:00"])]
ProductId = Annotated[UUID, msgspec.Meta(examples=[EXAMPLE_ID])]
Code = Annotated[str, msgspec.Meta(examples=["K7M2QX9P"])]
Line = Annotated[str, msgspec.Meta(max_length=LINE_LENGTH * 2, examples=["Ukuran 4 masih ada ya"])]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400, examples=[300])]


class PlanRequest(msgspec.Struct, frozen=True):
    """A show to be planned, for a shop that has vouched for the caller."""

    shop_id: Annotated[UUID, msgspec.Meta(examples=[EXAMPLE_ID])]
    title: Title
    starts_at: Moment


class EditRequest(msgspec.Struct, frozen=True):
    """What changes about a show; what is left out stays. The time can change only before the show."""

    title: Title | None = None
    starts_at: Moment | None = None


class TrayRequest(msgspec.Struct, frozen=True):
    """The offers of a show, in order."""

    product_ids: Annotated[list[ProductId], msgspec.Meta(max_length=TRAY_LENGTH)]


class PinRequest(msgspec.Struct, frozen=True):
    """The offer to show; `claims_by` says besides by which doors it is claimed."""

    product_id: ProductId
    claims_by: ClaimsBy | None = None


class DoorsRequest(msgspec.Struct, frozen=True):
    """By which doors viewers claim an offer: `both`, `button` or `comment`."""

    by: ClaimsBy


class LineRequest(msgspec.Struct, frozen=True):
    """A line to say as host."""

    text: Line


class MuteRequest(msgspec.Struct, frozen=True):
    """For how long a viewer may not write."""

    seconds: Seconds = 300


class SalesItem(msgspec.Struct, frozen=True):
    """What a show has brought its shop so far; `goods_minor` is in whole rupiah, without shipping."""

    orders: Annotated[int, msgspec.Meta(examples=[12])]
    goods_minor: Annotated[int, msgspec.Meta(examples=[1_068_000])]
    held_units: Annotated[int, msgspec.Meta(examples=[3])]
    sold_units: Annotated[int, msgspec.Meta(examples=[14])]


class ClaimItem(msgspec.Struct, frozen=True):
    """A claim: `verdict` is what it came to at its moment, `standing` how it stands with it now.

    `name` and `text` are of the line that it came by; `hold_id` is what is held for it until `until`. Of one
    that a host has entered, `link` leads its buyer to it.
    """

    number: Annotated[int, msgspec.Meta(examples=[41])]
    asked_at: datetime
    name: Annotated[str, msgspec.Meta(examples=["Rina"])]
    text: Annotated[str, msgspec.Meta(examples=["keep A1 merah 2"])]
    variant_id: UUID
    quantity: Annotated[int, msgspec.Meta(examples=[2])]
    door: Annotated[str, msgspec.Meta(examples=["comment"])]
    verdict: Annotated[str, msgspec.Meta(examples=["held"])]
    standing: Annotated[str, msgspec.Meta(examples=["sold"])]
    hold_id: UUID | None
    until: datetime | None
    link: str = ""


class EntryRequest(msgspec.Struct, frozen=True):
    """A claim of somebody who has called: their name, and how many units of what."""

    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH * 2, examples=["Bu Ani"])]
    variant_id: Annotated[UUID, msgspec.Meta(examples=[EXAMPLE_ID])]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=999, examples=[2])] = 1


class EnteredItem(msgspec.Struct, frozen=True):
    """What the claim has come to. `link` is for whoever called: there they take what is theirs."""

    number: Annotated[int | None, msgspec.Meta(examples=[41])]
    verdict: Annotated[str, msgspec.Meta(examples=["held"])]
    place: Annotated[int, msgspec.Meta(examples=[0])]
    until: datetime | None
    link: Annotated[str, msgspec.Meta(examples=["https://shop.example/cart/claims/…"])]


class NextItem(msgspec.Struct, frozen=True):
    """Somebody in line: the number of their claim, if they made one in the show, and how many they want."""

    number: Annotated[int | None, msgspec.Meta(examples=[57])]
    name: Annotated[str, msgspec.Meta(examples=["Dewi"])]
    quantity: Annotated[int, msgspec.Meta(examples=[1])]


class WaitingItem(msgspec.Struct, frozen=True):
    """How many wait for a variant, and who is next, the first first."""

    variant_id: UUID
    waiting: Annotated[int, msgspec.Meta(examples=[3])]
    first: list[NextItem]


class ClaimsItem(msgspec.Struct, frozen=True):
    """A show's last claims, the newest first, and the lines that somebody waits in."""

    claims: list[ClaimItem]
    lines: list[WaitingItem]


class ShopItem(msgspec.Struct, frozen=True):
    """The shop of a show."""

    id: UUID
    slug: Annotated[str, msgspec.Meta(examples=["toko-bunga"])]
    name: Annotated[str, msgspec.Meta(examples=["Toko Bunga"])]


class ShowItem(msgspec.Struct, frozen=True):
    """A show. `room_socket` is the path of its room's WebSocket."""

    code: Code
    title: Title
    state: ShowState
    shop: ShopItem
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    hearts: Annotated[int, msgspec.Meta(examples=[120])]
    units_sold: Annotated[int, msgspec.Meta(examples=[14])]
    peak_viewers: Annotated[int, msgspec.Meta(examples=[87])]
    room_socket: Annotated[str, msgspec.Meta(examples=["/live/K7M2QX9P/socket"])]
    cover: Annotated[str | None, msgspec.Meta(examples=["/covers/0192…/480.webp"])]
    tray: tuple[OfferCard, ...]


class PinItem(msgspec.Struct, frozen=True):
    """When an offer was shown, in seconds since the show began; `to_seconds` is null while it still is."""

    product_id: ProductId
    from_seconds: Annotated[float, msgspec.Meta(examples=[12.5])]
    to_seconds: Annotated[float | None, msgspec.Meta(examples=[95.0])]


class PinList(msgspec.Struct, frozen=True):
    """All pins of a show, in order."""

    items: list[PinItem]


class SaidLine(msgspec.Struct, frozen=True):
    """The line that was said."""

    line: Annotated[str, msgspec.Meta(examples=[EXAMPLE_ID])]


class StreamAddress(msgspec.Struct, frozen=True):
    """Where OBS or ffmpeg send the video. The key is secret: RTMP's stream name, WHIP's bearer token."""

    stream_key: Annotated[str, msgspec.Meta(examples=["k7m2qx9pab-0f3c…"])]
    rtmp_url: Annotated[str | None, msgspec.Meta(examples=["rtmp://localhost:1935/live"])]
    whip_path: Annotated[str, msgspec.Meta(examples=["/whip/K7M2QX9P"])]


def show_item(show: Show) -> ShowItem:
    """Return the show as the API tells it."""
    return ShowItem(
        code=show.code,
        title=show.title,
        state=show.state,
        shop=ShopItem(show.shop.id, show.shop.slug, show.shop.name),
        starts_at=show.starts_at,
        started_at=show.started_at,
        ended_at=show.ended_at,
        hearts=show.hearts,
        units_sold=show.units_sold,
        peak_viewers=show.peak_viewers,
        room_socket=f"/live/{show.code}/socket",
        cover=show.cover_path(),
        tray=show.tray,
    )


def claims_item(
    room: OpenRoom, found: ShowClaims, entered: Mapping[str, EnteredClaim], shop_url: str
) -> ClaimsItem:
    """Return a show's claims as the API lists them, with the names that the room or its hosts know."""
    by_hosts = {line: ClaimLine(one.name, "") for line, one in entered.items()}
    said = {
        one.number: by_hosts.get(one.line) or room.claim_line(one.line) or ClaimLine("", "")
        for one in found.claims
    }
    claims = [
        ClaimItem(
            one.number,
            one.asked_at,
            said[one.number].name,
            said[one.number].text,
            one.variant_id,
            one.quantity,
            one.door,
            one.verdict,
            one.standing,
            one.hold_id,
            one.until,
            link_of(entered.get(one.line), shop_url),
        )
        for one in found.claims
    ]
    lines = [
        WaitingItem(
            line.variant_id,
            line.waiting,
            [
                NextItem(one.number, said[one.number].name if one.number in said else "", one.quantity)
                for one in line.first
            ],
        )
        for line in found.lines
    ]
    return ClaimsItem(claims, lines)


def link_of(entered: EnteredClaim | None, shop_url: str) -> str:
    """Return the whole address of what is held for a claim that a host has entered."""
    return f"{shop_url.rstrip('/')}{entered.link}" if entered and entered.link else ""
