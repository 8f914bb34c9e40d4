"""What several requests write in one transaction carries, each piece, the id of its own request."""

import asyncio
from collections.abc import Awaitable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from sqlalchemy import text

from etalase.commerce import orders
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from etalase.platform.mail import MailSettings, SmtpMailer
from etalase.platform.observing import bound_request
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.smtp import post_office

T = TypeVar("T")


async def by(request: str, asked: Awaitable[T]) -> T:
    """Ask for something as the request of this id."""
    with bound_request(request):
        return await asked


async def events(db: Database) -> list[Any]:
    async with db.begin() as tx:
        return list(
            await tx.execute(text("SELECT transaction_id, name, payload, request_id FROM outbox ORDER BY id"))
        )


async def jobs_waiting(db: Database) -> list[Any]:
    async with db.begin() as tx:
        return list(await tx.execute(text("SELECT entrypoint, payload, headers FROM pgqueuer ORDER BY id")))


async def test_holds_of_one_batch(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    before = len(await events(commerce_db))
    await asyncio.gather(
        by("request-1", market.hold("cart:a", variant=0, show="SHOW1")),
        by("request-2", market.hold("cart:b", variant=1)),
        by("request-3", market.hold("cart:c", variant=1)),
    )
    new = (await events(commerce_db))[before:]
    assert len({event.transaction_id for event in new}) == 1, "one batch"
    found = {
        (event.name, event.payload.get("variant_id", event.payload.get("show"))): event.request_id
        for event in new
    }
    first, second = (str(variant.id) for variant in market.variants[:2])
    assert found == {
        ("inventory.stock_changed", first): "request-1",
        ("inventory.stock_changed", second): "request-3",
        ("inventory.claims_recorded", "SHOW1"): "request-1",
    }


async def test_orders_of_one_batch_with_their_payments_jobs_and_letters(
    commerce_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = await make.market(commerce_db)
    buyers = {"request-1": ("cart:a", "cod"), "request-2": ("cart:b", "bank_transfer")}
    for holder, _ in buyers.values():
        await market.hold(holder)
    before = len(await events(commerce_db))
    queue = orders.OrderQueue(commerce_db, make.SETTINGS, OPEN)
    placed = await asyncio.gather(
        *(
            by(request, queue.place(make.checkout(holder, [market.shop.id], method, venue=Venue.SHOP)))
            for request, (holder, method) in buyers.items()
        )
    )
    request_of = {str(order.id): request for (order,), request in zip(placed, buyers, strict=True)}
    new = (await events(commerce_db))[before:]
    assert len({event.transaction_id for event in new}) == 1, "one batch"
    assert {event.name for event in new} >= {
        "orders.order_placed",
        "payments.payment_started",
        "inventory.units_sold",
    }
    for event in new:
        assert event.request_id == request_of[event.payload["order_id"]], event.name
    waiting = await jobs_waiting(commerce_db)
    (expiry,) = [job for job in waiting if job.entrypoint == "payments.expire"]
    assert expiry.headers == {"request_id": "request-2"}
    (emails,) = [job for job in waiting if job.entrypoint == "orders.send_emails"]
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with post_office(tmp_path) as office:
        office.knows = ">"
        mailer = SmtpMailer(MailSettings(host="localhost", port=office.port, sender="toko@example.com"))
        send = next(job for job in orders.jobs_with(mailer, "https://toko.example") if job.name == emails[0])
        await send.handle(commerce_db, msgspec.json.decode(emails.payload, type=send.payload))
    letters = [message_from_bytes(raw, policy=default) for raw in office.emails]
    assert len(letters) == 3, "both buyers, and the seller of what is paid on delivery"
    for letter in letters:
        (order,) = next(one for one in placed if one[0].number in letter["Subject"])
        assert letter["X-Request-ID"] == request_of[str(order.id)]
