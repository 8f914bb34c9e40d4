"""A show's claims as its hosts see them: the till's verdicts beside the names that the room knows."""

from collections.abc import Mapping
from uuid import UUID

from etalase.platform.i18n import gettext as _
from etalase.social.rooms import (
    ClaimEntry,
    ClaimLine,
    EnteredClaim,
    OfferCard,
    OfferVariant,
    OpenRoom,
    ShowClaims,
    ShowLine,
)
from etalase.web._claim_words import DOORS, STANDINGS, VERDICTS, entered_link
from etalase.web._frames import ClaimList, ClaimRow, LineRow, NextBuyer

LINKED = frozenset({"held", "waiting"})
"""What its buyer may still take by their link."""
Offered = Mapping[UUID, tuple[OfferCard, OfferVariant]]


def claim_list(
    room: OpenRoom, found: ShowClaims, entered: Mapping[str, EnteredClaim], shop_url: str
) -> ClaimList:
    """Return the rows; what the tray has no more keeps its number and its verdict."""
    offered = {one.variant_id: (card, one) for card in room.state.tray for one in card.variants}
    rows = [_row(room, entry, offered, entered.get(entry.line), shop_url) for entry in found.claims]
    names = {row.number: row.name for row in rows}
    lines = [_line(line, offered, names) for line in found.lines if line.variant_id in offered]
    return ClaimList(rows, lines)


def _row(
    room: OpenRoom, entry: ClaimEntry, offered: Offered, entered: EnteredClaim | None, shop_url: str
) -> ClaimRow:
    said = _said(entered) or (room.claim_line(entry.line) if entry.line else None)
    is_open = entered is not None and entry.standing in LINKED
    product_id, title = _title_of(entry.variant_id, offered)
    return ClaimRow(
        number=entry.number,
        asked_at=entry.asked_at,
        name=said.name if said else str(DOORS.get(entry.door, _("Buyer"))),
        text=said.text if said else "",
        product_id=product_id,
        variant_id=entry.variant_id,
        title=title,
        quantity=entry.quantity,
        door=entry.door,
        verdict=entry.verdict,
        words=str(VERDICTS.get(entry.verdict, _("Refused"))),
        standing=entry.standing,
        stands=str(STANDINGS.get(entry.standing, "")),
        hold_id=entry.hold_id,
        until=entry.until,
        link=entered_link(entered.link, shop_url) if entered and is_open else "",
    )


def _said(entered: EnteredClaim | None) -> ClaimLine | None:
    """Return the name that a host gave, and who that was."""
    if entered is None:
        return None
    return ClaimLine(entered.name, _("entered by %(host)s", host=entered.host_name))


def _line(line: ShowLine, offered: Offered, names: Mapping[int, str]) -> LineRow:
    card, _variant = offered[line.variant_id]
    first = [
        NextBuyer(names.get(one.number or 0, str(_("Buyer"))), one.number, one.quantity) for one in line.first
    ]
    title = _title_of(line.variant_id, offered)[1]
    return LineRow(card.product_id, line.variant_id, title, line.waiting, first)


def _title_of(variant_id: UUID, offered: Offered) -> tuple[UUID | None, str]:
    """Return of which offer a variant is, and what they call it in the show."""
    if variant_id not in offered:
        return None, ""
    card, variant = offered[variant_id]
    return card.product_id, " ".join(filter(None, (card.code or card.title, variant.label)))
