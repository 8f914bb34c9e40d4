"""Telling buyers and sellers by mail, and completing what was delivered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import shops
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands import (
    COMPLETE_JOB,
    MAIL_JOB,
    TURN_MAIL_JOB,
    CompleteWork,
    MailWork,
    TurnMailWork,
    complete_order,
)
from etalase.commerce.orders._jobs.email_texts import write_to_buyer, write_to_seller
from etalase.commerce.orders._jobs.turn_email import write_of_turn
from etalase.commerce.orders._model import Order
from etalase.commerce.orders._queries import get_order
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import DEFAULT, choose_language, speaking
from etalase.platform.jobs import Job
from etalase.platform.mail import Mail, Mailer
from etalase.platform.ratelimit import Limit, TooManyTries, Try, spend

log = structlog.get_logger()

EMAILS_BY_STRANGERS = Limit("orders.emails_by_strangers", burst=4, every=timedelta(minutes=15))
"""To one address that nobody has proven to be theirs; the page of each order tells the same."""
BY_STRANGERS = frozenset({"orders.order_placed", "orders.order_cancelled"})
"""Letters that a stranger has sent by ordering. What a payment or a seller brings about always leaves."""


def jobs_with(mailer: Mailer, site_url: str) -> tuple[Job[Any], ...]:
    """Return the jobs of orders; letters link to pages below `site_url`, the commerce plane's address."""

    async def send_mail(db: Database, work: MailWork) -> None:
        async with db.begin() as tx:
            order = await get_order(tx, work.order_id)
            shop = await shops.get_shop(tx, shops.ShopId(order.shop_id))
            is_proven = await is_proven_contact(tx, order)
        if not (work.to_seller or is_proven or work.event not in BY_STRANGERS):
            try:
                await spend(db, Try(EMAILS_BY_STRANGERS, order.email))
            except TooManyTries:
                log.info("email_to_stranger_left_out", letter=work.event, order=order.number)
                return
        write = write_to_seller if work.to_seller else write_to_buyer
        order = order_then(order, work)
        with speaking(DEFAULT if work.to_seller else choose_language(order.locale)):
            mail = write(order, shop, work.event, site_url.rstrip("/"))
        await mailer.send(mail)
        await note_letter(db, work, mail)

    async def complete(db: Database, work: CompleteWork) -> None:
        async with db.begin() as tx:
            await complete_order(tx, work.order_id, work.delivered_at)

    async def send_turn_mail(db: Database, work: TurnMailWork) -> None:
        async with db.begin() as tx:
            with speaking(choose_language(work.locale)):
                mail = await write_of_turn(tx, work, site_url.rstrip("/"))
        if mail is not None:
            await mailer.send(mail)

    return (
        Job(MAIL_JOB, MailWork, send_mail),
        Job(COMPLETE_JOB, CompleteWork, complete),
        Job(TURN_MAIL_JOB, TurnMailWork, send_turn_mail),
    )


async def note_letter(db: Database, work: MailWork, mail: Mail) -> None:
    """Note that the letter has left, for the evidence of the order."""
    async with db.begin() as tx:
        await store.add_letter(
            tx, work.order_id, work.event, to_seller=work.to_seller, address=mail.to, subject=mail.subject
        )


async def is_proven_contact(tx: Tx, order: Order) -> bool:
    """Tell whether whoever ordered has shown that the letters' address is theirs."""
    if order.account_id is None:
        return False
    account = await accounts.find_account(tx, AccountId(order.account_id))
    return account is not None and account.email == order.email


def order_then(order: Order, work: MailWork) -> Order:
    """Return the order as it was when the message of a refund was asked for: the next may be under way."""
    if not work.refund_minor:
        return order
    return replace(order, refund_amount=Money(work.refund_minor), reason=work.reason or order.reason)
