"""The desk's money page: what came, what is awaited, what is owed, and how each rupiah moved."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from etalase.commerce import ledger, orders, payments
from etalase.commerce.ledger import EntryView, LedgerAccount
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_token
from etalase.kernel.money import Money
from etalase.kernel.spreadsheets import BYTE_ORDER_MARK, MEDIA_TYPE, csv_line
from etalase.kernel.zones import day_of
from etalase.platform.db import Database
from etalase.platform.i18n import gettext as _
from etalase.web._confirming import Unconfirmed, in_words, require_confirmed
from etalase.web._desk import DeskShop, desk_router
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import HtmlPage
from etalase.web._payment_words import (
    PURSES,
    account_words,
    kind_words,
    method_words,
    moved,
    paid_out,
    state_badge,
)

PAGE_SIZE = 30
MAX_MINOR = 10**13
CSV_PAGE_SIZE = 200
WORDS: dict[str, Any] = {
    "account_words": account_words,
    "kind_words": kind_words,
    "method_words": method_words,
    "moved": moved,
    "paid_out": paid_out,
    "state_badge": state_badge,
}


@get("/money")
async def show_money(
    desk_shop: NamedDependency[DeskShop],
    gateways: NamedDependency[payments.Gateways],
    before: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
) -> HtmlPage:
    """Show the shop's balances, what waits for its owner, and the statement."""
    return await money_page(desk_shop, gateways, before=before)


async def money_page(
    desk_shop: DeskShop,
    gateways: payments.Gateways,
    *,
    before: int | None = None,
    payout: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    question: Unconfirmed | None = None,
    status: int = 422,
) -> HtmlPage:
    """Return the money page, with a payout that was refused or is asked about, as it was typed."""
    async with desk_shop.show(Role.OWNER) as (tx, desk):
        shop = desk.shop
        values: dict[str, Any] = {
            "to_confirm": await payments.list_to_confirm(tx, shop.id),
            "refunds": await payments.list_refunds_to_send(tx, shop.id),
            "statement": await ledger.statement(tx, shop.id, accounts=PURSES, cursor=before, limit=PAGE_SIZE),
            "ways": {
                method.means: gateways.label(method)
                for method in await payments.offered_methods(tx, shop.id, gateways.settings)
            },
            "cod": await payments.takes_cod(tx, shop.id),
            "payouts": await payments.list_payouts(tx, shop.id),
        }
        lines = await ledger.trial_balance(tx, shop_id=shop.id)
        shown = [
            *(payment.order_id for payment in values["to_confirm"]),
            *(payment.order_id for payment, _ in values["refunds"]),
            *(entry.order_id for entry in values["statement"].entries if entry.order_id),
        ]
        values["numbers"] = await orders.list_numbers(tx, shown)
    balances = dict.fromkeys(LedgerAccount, Money(0)) | {line.account: line.balance for line in lines}
    return desk.page(
        "payments/money.html",
        "money",
        status=status if errors else 200,
        before=before,
        balances=balances,
        payout_key=new_token(),
        payout=payout or {},
        errors=errors or {},
        question=question,
        in_words=in_words,
        **values,
        **WORDS,
    )


@post("/money/payouts")
async def record_payout(
    request: Request[Any, Any, Any],
    desk_shop: NamedDependency[DeskShop],
    gateways: NamedDependency[payments.Gateways],
) -> Response[Any]:
    """Book what the payment service paid out, as the owner's bank statement says."""
    form = await request.form()
    try:
        fields = Fields()
        amount = fields.money("amount", text_of(form, "amount"), minimum=1, maximum=MAX_MINOR)
        fee = fields.money("fee", text_of(form, "fee"), minimum=0, maximum=MAX_MINOR, empty=0)
        fields.settle()
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            await payments.record_payout(tx, shop.id, amount, fee, key=text_of(form, "key"))
            require_confirmed(form, gateways.settings.confirm_above_rupiah, amount, fee)
    except Unconfirmed as question:
        return await money_page(desk_shop, gateways, payout=form, question=question)
    except Invalid as invalid:
        return await money_page(desk_shop, gateways, payout=form, errors=form_errors(invalid))
    except payments.PayoutDiffers:
        said = _("This form has booked another payout, see below. Send it again to book this one too.")
        return await money_page(desk_shop, gateways, payout=form, errors={"amount": said}, status=409)
    return redirect(request, f"{desk_shop.base}/money", Flash(_("The payout is booked.")))


@post("/money/payouts/{payout_id:uuid}/taken-back")
async def take_back_payout(
    request: Request[Any, Any, Any],
    desk_shop: NamedDependency[DeskShop],
    payout_id: FromPath[UUID],
) -> Response[Any]:
    """Take back a payout that was booked by mistake. Raises PayoutUnknown."""
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await payments.take_back_payout(tx, shop.id, payout_id)
    return redirect(request, f"{desk_shop.base}/money", Flash(_("The payout is taken back.")))


@get("/money/orders/{order_id:uuid}")
async def show_trail(desk_shop: NamedDependency[DeskShop], order_id: FromPath[UUID]) -> HtmlPage:
    """Show everything that happened to one order's money. Raises PaymentUnknown for another shop's order."""
    async with desk_shop.show(Role.OWNER) as (tx, desk):
        payment = await payments.find_payment_of_order(tx, order_id)
        if payment is None or payment.shop_id != desk.shop.id:
            raise payments.PaymentUnknown
        entries = await ledger.trail(tx, order_id)
        numbers = await orders.list_numbers(tx, [order_id])
    return desk.page(
        "payments/trail.html",
        "money",
        payment=payment,
        entries=entries,
        number=numbers.get(order_id),
        **WORDS,
    )


@get("/money.csv")
async def export_statement(db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]) -> Stream:
    """Send the whole statement as CSV, newest first, a row for each line of each entry."""
    shop = (await desk_shop.require(Role.OWNER)).shop
    name = f"{shop.slug}-money-{day_of(db.clock.now(), shop.zone)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(_rows(db, shop), media_type=MEDIA_TYPE, headers=headers)


async def _rows(db: Database, shop: ShopView) -> AsyncIterator[str]:
    """Yield the statement page by page, so that a long one takes no memory."""
    head = ("number", "time", "order", "what", "account", "debit", "credit", "currency")
    yield BYTE_ORDER_MARK + csv_line(head)
    cursor: int | None = None
    while True:
        async with db.begin() as tx:
            found = await ledger.statement(tx, shop.id, cursor=cursor, limit=CSV_PAGE_SIZE)
            known = [entry.order_id for entry in found.entries if entry.order_id]
            numbers = await orders.list_numbers(tx, known)
        yield "".join(csv_line(row) for entry in found.entries for row in _lines(entry, numbers, shop.zone))
        cursor = found.next_cursor
        if cursor is None:
            return


def _lines(entry: EntryView, numbers: Mapping[UUID, str], zone: ZoneInfo) -> list[tuple[object, ...]]:
    time = entry.posted_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return [
        (
            entry.number,
            time,
            numbers.get(entry.order_id, "") if entry.order_id else "",
            entry.kind,
            posting.account,
            max(posting.amount.minor, 0),
            max(-posting.amount.minor, 0),
            posting.amount.currency,
        )
        for posting in entry.postings
    ]


ROUTES: list[Any] = [desk_router([show_money, record_payout, take_back_payout, show_trail, export_statement])]
