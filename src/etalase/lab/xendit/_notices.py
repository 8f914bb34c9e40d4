"""The pretend Xendit's call-backs: with the account's token, tried again, and sent as its temper has it."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import structlog

from etalase.lab.temper import Temper
from etalase.lab.xendit._book import Bill, Paid, Refund, moment

log = structlog.get_logger()
TRIES = 4
FIRST_PAUSE_SECONDS = 0.2
TOKEN_HEADER = "x-callback-token"  # noqa: S105 - the name of a header


class Notices:
    """Sends call-backs in the background until closed."""

    def __init__(self, token: str, url: str, temper: Temper) -> None:
        self.token = token
        self._url = url
        self._temper = temper
        self._client = httpx.AsyncClient(timeout=5)
        self._tasks: set[asyncio.Task[None]] = set()

    def made(self, bill: Bill, now: datetime) -> None:
        """Tell of a new virtual account; a new QR code is told to nobody. A liar tells that it is paid."""
        if self._temper.wrong_signature:
            self._send(_news(Paid(bill, bill.amount, now)), token="wrong")  # noqa: S106 - that is the point
        if bill.bank:
            self._send(_status(bill, now))

    def paid(self, paid: Paid) -> None:
        """Tell of a payment."""
        if self._temper.wrong_amount:
            lie = Paid(paid.bill, paid.amount * 10, paid.at)
            self._send(_news(lie))
        self._send(_news(paid))
        if self._temper.out_of_order and paid.bill.bank:
            self._send(_status(paid.bill, paid.at) | {"status": "ACTIVE"}, after=self._temper.late_seconds)

    def refunded(self, refund: Refund) -> None:
        """Tell that money went back."""
        self._send({"event": "qr.refund", "api_version": "2022-07-31", "data": refund.words()})

    def _send(self, notice: dict[str, Any], *, token: str | None = None, after: float = 0.0) -> None:
        if self._temper.silent or not self._url:
            return
        for _ in range(self._temper.repeats + 1):
            delay = after + self._temper.delay()
            task = asyncio.create_task(self._deliver(notice, token or self.token, delay))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, notice: dict[str, Any], token: str, delay: float) -> None:
        await asyncio.sleep(delay)
        for attempt in range(TRIES):
            try:
                response = await self._client.post(self._url, json=notice, headers={TOKEN_HEADER: token})
            except httpx.HTTPError as error:
                log.debug("notice_not_delivered", url=self._url, error=error)
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


def _news(paid: Paid) -> dict[str, Any]:
    return paid.account_words() if paid.bill.bank else paid.qr_notice()


def _status(bill: Bill, now: datetime) -> dict[str, Any]:
    return bill.words() | {"created": moment(now), "updated": moment(now)}
