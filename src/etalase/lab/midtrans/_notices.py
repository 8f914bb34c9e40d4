"""The pretend gateway's call-backs: signed, tried again, and sent as its temper has it."""

import asyncio
import hashlib
from typing import Any

import httpx
import structlog

from etalase.lab.midtrans._book import Transaction
from etalase.lab.temper import Temper

log = structlog.get_logger()
TRIES = 4
FIRST_PAUSE_SECONDS = 0.2


class Notices:
    """Sends call-backs in the background until closed."""

    def __init__(self, secret: str, temper: Temper) -> None:
        self._secret = secret
        self._temper = temper
        self._client = httpx.AsyncClient(timeout=5)
        self._tasks: set[asyncio.Task[None]] = set()

    def made(self, transaction: Transaction, url: str) -> None:
        """Tell of a new charge."""
        if self._temper.wrong_signature:
            claim = transaction.words() | {"transaction_status": "settlement", "status_code": "200"}
            self._send(url, claim | {"signature_key": "0" * 128})
        self._send(url, self.signed(transaction.words()))

    def changed(self, transaction: Transaction, url: str) -> None:
        """Tell of a new status."""
        words = transaction.words()
        if self._temper.wrong_amount and transaction.status == "settlement":
            self._send(url, self.signed(words | {"gross_amount": f"{transaction.asked * 10}.00"}))
        self._send(url, self.signed(words))
        if self._temper.out_of_order:
            pending = words | {"transaction_status": "pending", "status_code": "201"}
            self._send(url, self.signed(pending), after=self._temper.late_seconds)

    def signed(self, words: dict[str, Any]) -> dict[str, Any]:
        """Return the words as the body of a call-back that the shop believes to be the gateway's."""
        text = f"{words['order_id']}{words['status_code']}{words['gross_amount']}{self._secret}"
        return words | {"signature_key": hashlib.sha512(text.encode()).hexdigest()}

    def _send(self, url: str, notice: dict[str, Any], *, after: float = 0.0) -> None:
        if self._temper.silent or not url:
            return
        for _ in range(self._temper.repeats + 1):
            task = asyncio.create_task(self._deliver(url, notice, after + self._temper.delay()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, url: str, notice: dict[str, Any], delay: float) -> None:
        await asyncio.sleep(delay)
        for attempt in range(TRIES):
            try:
                response = await self._client.post(url, json=notice)
            except httpx.HTTPError as error:
                log.debug("notice_not_delivered", url=url, error=error)
            else:
                if response.is_success or response.is_client_error:
                    return
            await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)

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
