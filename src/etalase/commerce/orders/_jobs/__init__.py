"""Telling buyers and sellers by mail, and completing what was delivered."""

from dataclasses import replace
from typing import Any

from etalase.commerce import shops
from etalase.commerce.orders._commands import COMPLETE_JOB, MAIL_JOB, CompleteWork, MailWork, complete_order
from etalase.commerce.orders._jobs.letters import write_to_buyer, write_to_seller
from etalase.commerce.orders._model import Order
from etalase.commerce.orders._queries import get_order
from etalase.kernel.money import Money
from etalase.platform.db import Database
from etalase.platform.i18n import DEFAULT, choose_language, speaking
from etalase.platform.jobs import Job
from etalase.platform.mail import Mailer


def jobs_with(mailer: Mailer, site_url: str) -> tuple[Job[Any], ...]:
    """Return the jobs of orders; letters link to pages below `site_url`, the commerce plane's address."""

    async def send_mail(db: Database, work: MailWork) -> None:
        async with db.begin() as tx:
            order = await get_order(tx, work.order_id)
            shop = await shops.get_shop(tx, shops.ShopId(order.shop_id))
        write = write_to_seller if work.to_seller else write_to_buyer
        order = told_then(order, work)
        with speaking(DEFAULT if work.to_seller else choose_language(order.locale)):
            mail = write(order, shop, work.event, site_url.rstrip("/"))
        await mailer.send(mail)

    async def complete(db: Database, work: CompleteWork) -> None:
        async with db.begin() as tx:
            await complete_order(tx, work.order_id, work.delivered_at)

    return (Job(MAIL_JOB, MailWork, send_mail), Job(COMPLETE_JOB, CompleteWork, complete))


def told_then(order: Order, work: MailWork) -> Order:
    """Return the order as it was when the message of a refund was wished for: the next may be under way."""
    if not work.refund_minor:
        return order
    return replace(order, refund_amount=Money(work.refund_minor), reason=work.reason or order.reason)
