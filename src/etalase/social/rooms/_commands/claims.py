"""From a line of the chat that asks to buy to the till's answer, for its writer alone."""

import structlog
from prometheus_client import Counter

from etalase.platform.i18n import current_language
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._errors import TillAway
from etalase.social.rooms._model.claims import (
    ClaimAnswer,
    ClaimClosing,
    ClaimDesk,
    ClaimOutcome,
    ClaimsBy,
    ClaimVerdict,
    Reading,
    RoomClaim,
    SaidByHost,
    UnclearClaim,
    read_host_line,
    read_line,
)
from etalase.social.rooms._model.commands import CloseClaims, Command, PinNext
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import (
    ChatSaid,
    ClaimDoorsChosen,
    ClaimsClosedByHost,
    ClaimsOpened,
    RoomEvent,
)
from etalase.social.rooms._model.state import ShowState

log = structlog.get_logger()

claims_total = Counter(
    "etalase_claims_total",
    "Lines of the chat that asked to buy: the verdict, or what was asked back",
    ["result"],
)


def read_claim(room: Room, participant: Participant, text: str) -> Reading:
    """Return what the line asks to buy, while the show is live; hosts buy nothing from themselves."""
    state = room.state
    if participant.is_host or state.show.state is not ShowState.LIVE:
        return None
    return read_line(text, state.tray, state.pinned.product_id if state.pinned else None)


def read_host_word(room: Room, event: RoomEvent | None) -> Command | None:
    """Return what a host asks of the room by a line of a word or two, which is about to be said."""
    state = room.state
    if not isinstance(event, ChatSaid) or not event.host or state.show.state is not ShowState.LIVE:
        return None
    word = read_host_line(event.text, state.tray, state.pinned.product_id if state.pinned else None)
    if word is None:
        return None
    if word.said is SaidByHost.NEXT:
        return PinNext()
    return CloseClaims(product_id=word.product_id) if word.product_id else None


async def close_at_till(desk: ClaimDesk | None, room: Room, event: RoomEvent | None) -> None:
    """Have the till obey a host who takes no more claims, or by other doors, before the room hears of it.

    Raises TillAway.
    """
    if desk is None or not isinstance(event, ClaimsClosedByHost | ClaimsOpened | ClaimDoorsChosen):
        return
    by = event.by if isinstance(event, ClaimDoorsChosen) else None
    closed = None if by else isinstance(event, ClaimsClosedByHost)
    closing = ClaimClosing(room.show.shop.id, room.show.code, event.product_id, closed, by)
    try:
        await desk.close(closing)
    except OSError as fault:
        raise TillAway from fault


async def free_doors(desk: ClaimDesk | None, room: Room) -> None:
    """Have the till take claims at all doors again once the show is over: its replay sells by button.

    Where the till is away it is tried again.
    """
    if desk is None or not room.state.doors or room.has_freed_doors:
        return
    room.has_freed_doors = True
    try:
        for door in room.state.doors:
            await desk.close(
                ClaimClosing(room.show.shop.id, room.show.code, door.product_id, by=ClaimsBy.BOTH)
            )
    except OSError as fault:
        room.has_freed_doors = False
        log.warning("doors_not_freed", show=room.show.code, error=fault)


async def settle_claim(
    desk: ClaimDesk | None, room: Room, reading: Reading, line: str, buyer: str
) -> ClaimOutcome | None:
    """Ask the till for what the line claims; nothing where it claims nothing, or nobody has set a till up."""
    if reading is None or desk is None:
        return None
    if isinstance(reading, UnclearClaim):
        claims_total.labels(reading.doubt).inc()
        return ClaimOutcome(reading)
    claim = RoomClaim(
        room.show.shop.id,
        room.show.code,
        line,
        reading.variant_id,
        reading.quantity,
        buyer,
        current_language(),
    )
    try:
        answer = await desk.claim(claim)
    except OSError as fault:
        log.warning("claim_not_asked", error=fault)
        answer = ClaimAnswer(ClaimVerdict.BUSY)
    claims_total.labels(answer.verdict).inc()
    return ClaimOutcome(reading, answer)
