"""How a pretend gateway sends call-backs: in the background, again where nobody answers, by its temper."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from etalase.lab.temper import Temper

log = structlog.get_logger()
TRIES = 4
FIRST_PAUSE_SECONDS = 0.2


class Callbacks:
    """Sends call-backs until closed."""

    def __init__(self, temper: Temper) -> None:
        self._temper = temper
        self._client = httpx.AsyncClient(timeout=5)
        self._tasks: set[asyncio.Task[None]] = set()

    async def settled(self) -> None:
        """Return when every call-back has been delivered or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Send no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def _send(
        self,
        url: str,
        notice: dict[str, Any],
        headers: Mapping[str, str] | None = None,
        *,
        after: float = 0.0,
    ) -> None:
        if self._temper.silent or not url:
            return
        for _ in range(self._temper.repeats + 1):
            delay = after + self._temper.delay()
            task = asyncio.create_task(self._deliver(url, notice, headers, delay))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, url: str, notice: dict[str, Any], headers: Mapping[str, str] | None, delay: float
    ) -> None:
        await asyncio.sleep(delay)
        for attempt in range(TRIES):
            try:
                response = await self._client.post(url, json=notice, headers=headers)
            except httpx.HTTPError as error:
                log.debug("notice_not_delivered", url=url, error=error)
            else:
                if response.is_success or response.is_client_error:
                    return
            await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
