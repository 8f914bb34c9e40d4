"""Who waits for units of a variant, and who gets what comes back: first come, first served. No I/O.

The line serves buyers, one turn each. Whose turn it is gets what came back, up to what they asked for:
where one unit came and they want two, they get the one, and their place is used up. So no unit lies idle
while somebody waits, nobody is passed over, and who wants many stops nobody (docs/adr/0038-the-line.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from etalase.commerce.inventory._model.allotments import Allotment
from etalase.commerce.inventory._model.holds import Hold
from etalase.commerce.inventory._model.stock import Movement, MovementKind, Stock
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.kernel.sources import Source

PLACES_COUNTED = 1000
"""Who has as many before them is told that there are many: to count further costs, and helps nobody."""
PLACES_KEPT = timedelta(days=7)
"""How long a place is kept for whom no unit came back."""


class PlaceState(StrEnum):
    """A place waits; it ends once: with a turn, or because its buyer left."""

    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class WaitlistPlace:
    """One buyer's place in the line of one variant.

    `number` counts from 1, and no further than PLACES_COUNTED + 1; it is 0 where it was not asked for, and
    for a place that has ended. `hold_seconds` is for how long units are held when it is this buyer's turn, as
    it was promised when they joined. `claim` is its number in a show, and `late_ms` by how many milliseconds
    it came after the last unit: known to whoever just joined.
    """

    id: UUID
    variant_id: UUID
    holder: str
    quantity: int
    joined_at: datetime
    hold_seconds: int
    state: PlaceState = PlaceState.WAITING
    hold_id: UUID | None = None
    locale: str = ""
    source: Source | None = None
    number: int = 0
    claim: int | None = None
    late_ms: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What came back is held for who was next in line."""

    place: WaitlistPlace
    hold: Hold

    @property
    def movement(self) -> Movement:
        """Return what this changes in the stock."""
        return Movement(
            self.hold.variant_id,
            MovementKind.HELD,
            on_hand_change=0,
            held_change=self.hold.quantity,
            hold_id=self.hold.id,
            allotment_id=self.hold.allotment_id,
        )


def serve(available: int, line: Iterable[WaitlistPlace], price: Money, now: datetime) -> list[Turn]:
    """Give so many units to the first in line, each at most what they asked for, until none is left.

    They are held at the list's `price`; whether a deal makes it lower, `take_deals` decides.
    """
    turns = []
    for place in line:
        if available <= 0:
            break
        units = min(place.quantity, available)
        available -= units
        hold = Hold(
            new_id(),
            place.variant_id,
            place.holder,
            units,
            now + timedelta(seconds=place.hold_seconds),
            list_price=price,
            unit_price=price,
            requested=place.quantity if units < place.quantity else None,
            source=place.source,
        )
        turns.append(Turn(replace(place, state=PlaceState.SERVED, hold_id=hold.id), hold))
    return turns


def take_deals(
    turns: Iterable[Turn], running: Sequence[Allotment], had: Mapping[tuple[UUID, str], int]
) -> list[Turn]:
    """Return the turns, those at a deal's price that it has units for, while the first in line come first.

    `had` is how many units of an allotment a holder has already.
    """
    left, theirs = {deal.id: deal.left for deal in running}, dict(had)
    priced = []
    for turn in turns:
        hold = turn.hold
        deal = next((one for one in running if one.is_lower(hold.variant_id, hold.list_price)), None)
        units = 0 if deal is None else theirs.get((deal.id, hold.holder), 0) + hold.quantity
        if deal is None or hold.quantity > left[deal.id] or units > (deal.per_buyer or units):
            priced.append(turn)
            continue
        left[deal.id] -= hold.quantity
        theirs[deal.id, hold.holder] = units
        price = deal.prices[hold.variant_id]
        priced.append(replace(turn, hold=replace(hold, unit_price=price, allotment_id=deal.id)))
    return priced


def take_turns(stock: Mapping[UUID, Stock], turns: Iterable[Turn]) -> dict[UUID, Stock]:
    """Return the stock when these turns are taken: their units are held, and they wait no more."""
    taken = dict(stock)
    for turn in turns:
        after = taken[turn.hold.variant_id].after(turn.movement)
        taken[turn.hold.variant_id] = replace(after, waiting=after.waiting - 1)
    return taken


def let_others_first(line: Sequence[WaitlistPlace], skipping: UUID | None) -> list[WaitlistPlace]:
    """Return the line with that place behind all others, this once: its buyer lets them go first."""
    return sorted(line, key=lambda place: place.id == skipping)


def merge_places(places: Iterable[WaitlistPlace], to: str) -> tuple[list[WaitlistPlace], list[WaitlistPlace]]:
    """Return which of these places the new holder gets, and which end: of two in one line, the later.

    They are given in the order of their lines.
    """
    first: dict[UUID, WaitlistPlace] = {}
    ended = [place for place in places if first.setdefault(place.variant_id, place) is not place]
    return [place for place in first.values() if place.holder != to], ended
