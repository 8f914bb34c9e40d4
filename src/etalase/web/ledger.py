"""The desk's money page: what came, what is awaited, what is owed, and how each rupiah moved."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream, Template

from etalase.commerce import ledger, orders, payments, shops
from etalase.commerce.ledger import Account, EntryView
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import ZONE
from etalase.web._auth import me, signed_in
from etalase.web._pages import page
from etalase.web._payment_words import PURSES, account_words, kind_words, method_words, moved, state_badge

PAGE_SIZE = 30
CSV_PAGE_SIZE = 200
WORDS: dict[str, Any] = {
    "account_words": account_words,
    "kind_words": kind_words,
    "method_words": method_words,
    "moved": moved,
    "state_badge": state_badge,
}


async def _owned_shop(tx: Tx, request: Request[Any, Any, Any], slug: str) -> ShopView:
    return (await shops.require_membership(tx, me(request).account_id, slug, Role.OWNER)).shop


@get("/desk/{slug:str}/money", guards=[signed_in], include_in_schema=False)
async def show_money(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gateways: NamedDependency[payments.Gateways],
    slug: FromPath[str],
    before: Annotated[int | None, QueryParameter(ge=1)] = None,
) -> Template:
    """Show the shop's balances, what waits for its owner, and the statement."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        values: dict[str, Any] = {
            "to_confirm": await payments.list_to_confirm(tx, shop.id),
            "refunds": await payments.list_refunds_to_send(tx, shop.id),
            "statement": await ledger.statement(tx, shop.id, accounts=PURSES, cursor=before, limit=PAGE_SIZE),
            "methods": await payments.offered_methods(tx, shop.id, gateways.settings),
            "cod": await payments.takes_cod(tx, shop.id),
        }
        lines = await ledger.trial_balance(tx, shop_id=shop.id)
        shown = [
            *(payment.order_id for payment in values["to_confirm"]),
            *(payment.order_id for payment, _ in values["refunds"]),
            *(entry.order_id for entry in values["statement"].entries),
        ]
        values["numbers"] = await orders.list_numbers(tx, shown)
    balances = dict.fromkeys(Account, Money(0)) | {line.account: line.balance for line in lines}
    return page(
        "payments/money.html", shop=shop, tab="money", before=before, balances=balances, **values, **WORDS
    )


@get("/desk/{slug:str}/money/orders/{order_id:uuid}", guards=[signed_in], include_in_schema=False)
async def show_trail(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    order_id: FromPath[UUID],
) -> Template:
    """Show everything that happened to one order's money. Raises PaymentUnknown for another shop's order."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        payment = await payments.find_payment_of_order(tx, order_id)
        if payment is None or payment.shop_id != shop.id:
            raise payments.PaymentUnknown
        entries = await ledger.trail(tx, order_id)
        numbers = await orders.list_numbers(tx, [order_id])
    return page(
        "payments/trail.html",
        shop=shop,
        tab="money",
        payment=payment,
        entries=entries,
        number=numbers.get(order_id),
        **WORDS,
    )


@get("/desk/{slug:str}/money.csv", guards=[signed_in], include_in_schema=False)
async def export_statement(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Stream:
    """Send the whole statement as CSV, newest first, a row for each line of each entry."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
    headers = {"Content-Disposition": f'attachment; filename="{shop.slug}-money.csv"'}
    return Stream(_rows(db, shop), media_type="text/csv; charset=utf-8", headers=headers)


async def _rows(db: Database, shop: ShopView) -> AsyncIterator[str]:
    """Yield the statement page by page, so that a long one takes no memory."""
    yield "\ufeff" + _csv([("number", "time", "order", "what", "account", "debit", "credit", "currency")])
    cursor: int | None = None
    while True:
        async with db.begin() as tx:
            found = await ledger.statement(tx, shop.id, cursor=cursor, limit=CSV_PAGE_SIZE)
            numbers = await orders.list_numbers(tx, [entry.order_id for entry in found.entries])
        yield _csv([row for entry in found.entries for row in _lines(entry, numbers.get(entry.order_id, ""))])
        cursor = found.next_cursor
        if cursor is None:
            return


def _lines(entry: EntryView, order: str) -> list[tuple[object, ...]]:
    time = entry.posted_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return [
        (
            entry.number,
            time,
            order,
            entry.kind,
            posting.account,
            max(posting.amount.minor, 0),
            max(-posting.amount.minor, 0),
            posting.amount.currency,
        )
        for posting in entry.postings
    ]


def _csv(rows: list[tuple[object, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


ROUTES = [show_money, show_trail, export_statement]
