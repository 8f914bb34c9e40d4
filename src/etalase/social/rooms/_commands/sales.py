"""What only the till knows of a show, asked at a bounded pace however many screens want to know."""

import asyncio
from abc import abstractmethod
from typing import Generic, TypeVar
from uuid import UUID

from etalase.social.rooms._errors import TillAway
from etalase.social.rooms._model.claims import ClaimsQuestion, ShowClaims
from etalase.social.rooms._model.ports import Till
from etalase.social.rooms._model.sales import SalesFigures
from etalase.social.rooms._model.show import Show

PAUSE_SECONDS = 1.0
CLAIMS_PAUSE_SECONDS = 0.4
"""A claim is on its host's screen within a second of being made."""
Facts = TypeVar("Facts")


class _Board(Generic[Facts]):
    """Asks once in a pause a show at most. Whoever comes meanwhile shares the next answer.

    So an answer is never older than its question: a screen that asks because of a sale sees the sale.
    """

    def __init__(self, till: Till, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._till = till
        self._pause_seconds = pause_seconds
        self._next: dict[UUID, asyncio.Task[Facts]] = {}
        self._free_at: dict[UUID, float] = {}

    @abstractmethod
    async def _read(self, show: Show) -> Facts:
        """Return the till's answer. Raises OSError where it is out of reach."""

    async def look_up(self, show: Show) -> Facts:
        """Return what the till knows of the show. Raises TillAway, or the law's refusal."""
        asking = self._next.get(show.id)
        if asking is None:
            asking = asyncio.get_running_loop().create_task(self._ask(show))
            self._next[show.id] = asking
        return await asyncio.shield(asking)

    async def _ask(self, show: Show) -> Facts:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._free_at.pop(show.id, 0.0) - loop.time())
        self._forget_free(loop.time())
        self._free_at[show.id] = loop.time() + self._pause_seconds
        del self._next[show.id]  # whoever comes from now on wants to know what happens from now on
        try:
            return await self._read(show)
        except OSError as fault:
            raise TillAway from fault

    def _forget_free(self, now: float) -> None:
        self._free_at = {show_id: moment for show_id, moment in self._free_at.items() if moment > now}


class SalesBoard(_Board[SalesFigures]):
    """A show's sales so far."""

    async def _read(self, show: Show) -> SalesFigures:
        return await self._till.count_sales(show.shop.id, show.code)


class ClaimBoard(_Board[ShowClaims]):
    """How it stands with a show's claims."""

    def __init__(self, till: Till, *, pause_seconds: float = CLAIMS_PAUSE_SECONDS) -> None:
        super().__init__(till, pause_seconds=pause_seconds)

    async def _read(self, show: Show) -> ShowClaims:
        offered = tuple(variant.variant_id for card in show.tray for variant in card.variants)
        return await self._till.list_claims(ClaimsQuestion(show.shop.id, show.code, offered))
