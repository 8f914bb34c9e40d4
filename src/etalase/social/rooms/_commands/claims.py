"""From a line of the chat that asks to buy to the till's answer, for its writer alone."""

import structlog
from prometheus_client import Counter

from etalase.platform.i18n import current_language
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._model.claims import (
    ClaimAnswer,
    ClaimDesk,
    ClaimOutcome,
    ClaimVerdict,
    Reading,
    RoomClaim,
    UnclearClaim,
    read_line,
)
from etalase.social.rooms._model.decisions import Participant
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
