"""Telling buyers and sellers by mail, and completing what was delivered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import shops
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands import (
    COMPLETE_JOB,
    EMAILS_JOB,
    MAIL_JOB,
    TAKEN_BACK_MAIL_JOB,
    TURN_MAIL_JOB,
    CompleteWork,
    EmailsWork,
    MailWork,
    TakenBackMailWork,
    TurnMailWork,
    complete_order,
)
from etalase.commerce.orders._jobs.email_texts import discount_words, write_to_buyer, write_to_seller
from etalase.commerce.orders._jobs.taken_back_email import write_of_taken_back
from etalase.commerce.orders._jobs.turn_email import write_of_turn
from etalase.commerce.orders._model import Order
from etalase.commerce.shops import ShopView
from etalase.kernel.money import Money
from etalase.platform import jobs
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import DEFAULT, choose_language, speaking
from etalase.platform.jobs import Job
from etalase.platform.mail import Mail, Mailer
from etalase.platform.observing import bound_request
from etalase.platform.ratelimit import Limit, Try, spend_each

__all__ = ["discount_words", "jobs_with"]

log = structlog.get_logger()

EMAILS_BY_STRANGERS = Limit("orders.emails_by_strangers", burst=4, every=timedelta(minutes=15))
"""To one address that nobody has proven to be theirs; the page of each order tells the same."""
BY_STRANGERS = frozenset({"orders.order_placed", "orders.order_cancelled"})
"""Letters that a stranger has sent by ordering. What a payment or a seller brings about always leaves."""


def jobs_with(mailer: Mailer, site_url: str) -> tuple[Job[Any], ...]:
    """Return the jobs of orders; letters link to pages below `site_url`, the commerce plane's address."""
    site = site_url.rstrip("/")

    async def send_emails(db: Database, work: EmailsWork) -> None:
        """Send each; those that can't be sent now are tried again, each by a job of its own."""
        letters = await keep_allowed(db, await read_letters(db, work.emails))
        sent, failed = [], []
        for letter in letters:
            mail = letter.written(site)
            try:
                with bound_request(letter.work.request_id):
                    await mailer.send(mail)
            except Exception as error:
                if len(work.emails) == 1:
                    raise
                log.warning("email_failed", letter=letter.work.event, order=letter.order.number, error=error)
                failed.append(again(letter.work))
            else:
                sent.append(letter.left_as(mail))
        async with db.begin() as tx:
            await store.add_letters(tx, sent)
            await jobs.enqueue_all(tx, failed)

    async def send_mail(db: Database, work: MailWork) -> None:
        await send_emails(db, EmailsWork((work,)))

    async def complete(db: Database, work: CompleteWork) -> None:
        async with db.begin() as tx:
            await complete_order(tx, work.order_id, work.delivered_at)

    return (
        Job(EMAILS_JOB, EmailsWork, send_emails),
        Job(MAIL_JOB, MailWork, send_mail),
        Job(COMPLETE_JOB, CompleteWork, complete),
        *_jobs_of_holds(mailer, site),
    )


def again(work: MailWork) -> jobs.NewJob:
    """Return the job that sends one of several messages alone."""
    return jobs.NewJob(EMAILS_JOB, EmailsWork((work,)), request_id=work.request_id)


def _jobs_of_holds(mailer: Mailer, site: str) -> tuple[Job[Any], ...]:
    """Return the jobs that write to buyers of what is held for them, or no longer is."""

    async def send_turn_mail(db: Database, work: TurnMailWork) -> None:
        async with db.begin() as tx:
            with speaking(choose_language(work.locale)):
                mail = await write_of_turn(tx, work, site)
        if mail is not None:
            await mailer.send(mail)

    async def send_taken_back_mail(db: Database, work: TakenBackMailWork) -> None:
        async with db.begin() as tx:
            with speaking(DEFAULT):
                mail = await write_of_taken_back(tx, work, site)
        if mail is not None:
            await mailer.send(mail)

    return (
        Job(TURN_MAIL_JOB, TurnMailWork, send_turn_mail),
        Job(TAKEN_BACK_MAIL_JOB, TakenBackMailWork, send_taken_back_mail),
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """An email about an order, to its buyer or its seller, before it is written."""

    work: MailWork
    order: Order
    shop: ShopView
    is_proven: bool
    """Whether whoever ordered has shown that the letters' address is theirs."""

    @property
    def is_by_stranger(self) -> bool:
        """Whether somebody has it sent by ordering, to an address that nobody has shown to be theirs."""
        return not (self.work.to_seller or self.is_proven or self.work.event not in BY_STRANGERS)

    def left_as(self, mail: Mail) -> store.SentLetter:
        """Return what the evidence of the order keeps of it."""
        work = self.work
        return store.SentLetter(self.order.id, work.event, work.to_seller, mail.to, mail.subject)

    def written(self, site_url: str) -> Mail:
        """Return the email, in its reader's language."""
        to_seller = self.work.to_seller
        write = write_to_seller if to_seller else write_to_buyer
        with speaking(DEFAULT if to_seller else choose_language(self.order.locale)):
            return write(order_then(self.order, self.work), self.shop, self.work.event, site_url)


async def read_letters(db: Database, works: Sequence[MailWork]) -> list[Letter]:
    """Read what the emails are about, all at once."""
    async with db.begin() as tx:
        found = {order.id: order for order in await store.get_orders(tx, {work.order_id for work in works})}
        known = await shops.get_shops(tx, {order.shop_id for order in found.values()})
        proven = {order.id for order in found.values() if await is_proven_contact(tx, order)}
    return [
        Letter(
            work,
            found[work.order_id],
            known[found[work.order_id].shop_id],
            is_proven=work.order_id in proven,
        )
        for work in works
    ]


async def keep_allowed(db: Database, letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters that may be sent: strangers can have only so many sent to one address."""
    by_strangers = [letter for letter in letters if letter.is_by_stranger]
    tries = [Try(EMAILS_BY_STRANGERS, letter.order.email) for letter in by_strangers]
    allowed = await spend_each(db, tries)
    refused = {id(letter) for letter, may in zip(by_strangers, allowed, strict=True) if not may}
    for letter in by_strangers:
        if id(letter) in refused:
            log.info("email_to_stranger_left_out", letter=letter.work.event, order=letter.order.number)
    return [letter for letter in letters if id(letter) not in refused]


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
