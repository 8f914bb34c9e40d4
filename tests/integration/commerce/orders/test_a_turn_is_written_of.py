"""Whoever has an account and waited in line is written to when it is their turn, in their language, once."""

from dataclasses import replace
from uuid import UUID

import msgspec
from sqlalchemy import text

from etalase.commerce import inventory, orders
from etalase.commerce.inventory import HoldQueue, InventorySettings, Joining
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from etalase.platform.mail import DevelopmentMailer, Mail
from etalase.platform.outbox import Relay
from tests.make import accounts as make_accounts
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN


async def letters(db: Database) -> list[Mail]:
    """Do what has been put into the queue about turns, and return the letters."""
    mailer = DevelopmentMailer(quiet=True)
    jobs = orders.jobs_with(mailer, "https://toko.example/")
    send = next(job for job in jobs if job.name == "orders.send_turn_mail")
    waiting = "DELETE FROM pgqueuer WHERE entrypoint = 'orders.send_turn_mail' RETURNING payload"
    async with db.begin() as tx:
        payloads = list((await tx.execute(text(waiting))).scalars())
    for payload in payloads:
        await send.handle(db, msgspec.json.decode(payload, type=send.payload))
    return list(mailer.emails)


async def release(db: Database, hold_id: UUID) -> None:
    async with db.begin() as tx:
        await inventory.release(tx, [hold_id])
    await Relay(db, orders.REACTIONS).drain()


async def test_who_has_an_account_gets_a_letter_and_a_guest_none(
    commerce_db: Database, clock: FixedClock
) -> None:
    ani = orders.holder_of_account(await make_accounts.sign_up(commerce_db, "ani@example.com", "Ani"))
    variant_id = await make.stocked_variant(commerce_db, 1)
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    last = await queue.hold(hold_request(variant_id))
    for holder in ("cart:guest", ani):
        await queue.hold_or_wait(replace(hold_request(variant_id, holder=holder), joining=Joining("en")))
    await release(commerce_db, last.id)
    assert await letters(commerce_db) == []
    async with commerce_db.begin() as tx:
        (turn,) = await inventory.list_holds(tx, "cart:guest")
    await release(commerce_db, turn.id)
    (letter,) = await letters(commerce_db)
    assert letter.to == "ani@example.com"
    assert letter.subject.startswith("It is your turn: ")
    assert "1 held for you until " in letter.text
    assert "https://toko.example/cart" in letter.text


async def test_a_turn_that_is_over_by_then_is_not_written_of(
    commerce_db: Database, clock: FixedClock
) -> None:
    ani = orders.holder_of_account(await make_accounts.sign_up(commerce_db, "ani@example.com", "Ani"))
    variant_id = await make.stocked_variant(commerce_db, 1)
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    last = await queue.hold(hold_request(variant_id))
    await queue.hold_or_wait(replace(hold_request(variant_id, holder=ani), joining=Joining("id")))
    await release(commerce_db, last.id)
    async with commerce_db.begin() as tx:
        (turn,) = await inventory.list_holds(tx, ani)
    await release(commerce_db, turn.id)
    assert await letters(commerce_db) == []
