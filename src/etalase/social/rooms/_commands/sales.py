"""A show's sales so far, asked of the till at a bounded pace however many screens want to know."""

import asyncio
from uuid import UUID

from etalase.social.rooms._errors import TillAway
from etalase.social.rooms._model.ports import Till
from etalase.social.rooms._model.sales import SalesFigures
from etalase.social.rooms._model.show import Show

PAUSE_SECONDS = 1.0


class SalesBoard:
    """Asks once a second a show at most. Whoever comes meanwhile shares the next answer.

    So an answer is never older than its question: a screen that asks because of a sale sees the sale.
    """

    def __init__(self, till: Till, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._till = till
        self._pause_seconds = pause_seconds
        self._next: dict[UUID, asyncio.Task[SalesFigures]] = {}
        self._free_at: dict[UUID, float] = {}

    async def look_up(self, show: Show) -> SalesFigures:
        """Return what the show has brought. Raises TillAway, or the law's refusal."""
        asking = self._next.get(show.id)
        if asking is None:
            asking = asyncio.get_running_loop().create_task(self._ask(show))
            self._next[show.id] = asking
        return await asyncio.shield(asking)

    async def _ask(self, show: Show) -> SalesFigures:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._free_at.pop(show.id, 0.0) - loop.time())
        self._forget_free(loop.time())
        self._free_at[show.id] = loop.time() + self._pause_seconds
        del self._next[show.id]  # whoever comes from now on wants to know what happens from now on
        try:
            return await self._till.count_sales(show.shop.id, show.code)
        except OSError as fault:
            raise TillAway from fault

    def _forget_free(self, now: float) -> None:
        self._free_at = {show_id: moment for show_id, moment in self._free_at.items() if moment > now}
