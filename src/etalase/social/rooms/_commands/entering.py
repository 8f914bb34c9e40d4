"""Claims that hosts enter for those who call: written down with their names, then brought to the till."""

from uuid import UUID

from etalase.kernel.fields import Fields
from etalase.platform.db import Database
from etalase.platform.keys import reserve_key
from etalase.social.rooms import _store as store
from etalase.social.rooms._commands.claims import claims_total
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._errors import OfferNotInTray, ShowNotLive, TillAway
from etalase.social.rooms._model.claims import (
    ClaimAnswer,
    ClaimDesk,
    EnteredClaim,
    EntryDraft,
    HostClaim,
    HostClaims,
)
from etalase.social.rooms._model.decisions import NAME_LENGTH, Participant, line_id
from etalase.social.rooms._model.ports import COMMANDS_PACE
from etalase.social.rooms._model.state import RoomState, ShowState

MAX_UNITS = 999


class ClaimEntries:
    """Where hosts enter claims. Who entered one, and for whom, is durable before the till is asked."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def enter(
        self, desk: ClaimDesk | None, room: Room, host: Participant, account_id: UUID, draft: EntryDraft
    ) -> ClaimAnswer:
        """Claim for whoever called: by the queue of all claims, with a number and a verdict.

        Under one key it is one claim, and another is refused. Raises Invalid, IdempotencyKeyReused,
        ShowNotLive, OfferNotInTray, TooFast, TillAway.
        """
        name, claim = _read(room.state, draft, line_id(room.show_id, f"{host.viewer} enters", draft.key))
        room.require_pace(host.viewer, COMMANDS_PACE)
        if desk is None:
            raise TillAway
        entered = EnteredClaim(claim.line, name, account_id, host.name or "")
        async with self._db.begin() as tx:
            if draft.key is not None:
                asked = (name, str(draft.variant_id), draft.quantity)
                owner = f"{room.show_id} {host.viewer}"
                await reserve_key(tx, "entered_claim", [owner], draft.key, asked)
            await store.add_entered(tx, room.show_id, [entered])
        try:
            [answer] = await desk.enter(HostClaims(room.show.shop.id, room.show.code, (claim,)))
        except OSError as fault:
            raise TillAway from fault
        claims_total.labels(answer.verdict).inc()
        if answer.link:
            async with self._db.begin() as tx:
                await store.save_link(tx, claim.line, answer.link)
        return answer


def _read(state: RoomState, draft: EntryDraft, line: str) -> tuple[str, HostClaim]:
    """Return for whom it is, and the claim."""
    fields = Fields()
    name = fields.line("name", draft.name, max_length=NAME_LENGTH)
    fields.between("quantity", draft.quantity, minimum=1, maximum=MAX_UNITS)
    fields.settle()
    if state.show.state is not ShowState.LIVE:
        raise ShowNotLive
    if not any(one.variant_id == draft.variant_id for card in state.tray for one in card.variants):
        raise OfferNotInTray
    return name, HostClaim(line, draft.variant_id, draft.quantity)
