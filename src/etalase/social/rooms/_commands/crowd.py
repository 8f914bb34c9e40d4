"""Who comes from where: so that one machine can neither fill the rooms nor speak for a thousand viewers.

Kept in memory and by process, as the rooms are. Many honest viewers may share an address (a carrier's, a
school's), so the paces are generous; an address that nobody could tell is not counted at all.
"""

from collections import Counter, OrderedDict

from etalase.kernel.clock import Clock
from etalase.social.rooms._errors import TooFast
from etalase.social.rooms._model.pace import Bucket, take
from etalase.social.rooms._model.ports import RoomSettings
from etalase.social.rooms._model.show import milliseconds

REMEMBERED_ADDRESSES = 20_000
COME_BACK_SECONDS = 30.0


class Crowd:
    """The addresses of those who watch."""

    def __init__(self, clock: Clock, settings: RoomSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._connected: Counter[str] = Counter()
        self._newcomers: OrderedDict[str, Bucket] = OrderedDict()

    def require_newcomer_welcome(self, address: str) -> None:
        """Count somebody who has no pseudonym yet; refuse when too many of them come from one address."""
        if not address:
            return
        now, pace = milliseconds(self._clock.now()), self._settings.address_newcomers_pace
        bucket, wait_seconds = take(self._newcomers.get(address), pace, now)
        self._newcomers[address] = bucket
        self._newcomers.move_to_end(address)
        if len(self._newcomers) > REMEMBERED_ADDRESSES:
            self._newcomers.popitem(last=False)
        if wait_seconds:
            raise TooFast(retry_after_seconds=round(wait_seconds + 0.05, 1))

    def require_room_for(self, address: str) -> None:
        """Refuse one more connection when too many of this address are open."""
        if self._connected[address] >= self._settings.address_connections:
            raise TooFast(retry_after_seconds=COME_BACK_SECONDS)

    def arrive(self, address: str) -> None:
        """Count a connection in."""
        if address:
            self._connected[address] += 1

    def leave(self, address: str) -> None:
        """Count a connection out."""
        if address:
            self._connected[address] -= 1
            if self._connected[address] <= 0:
                del self._connected[address]
