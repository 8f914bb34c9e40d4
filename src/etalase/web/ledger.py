"""The desk's money page: what came, what is awaited, what is owed, and how each rupiah moved."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream, Template

from etalase.commerce import ledger, orders, payments, shops
from etalase.commerce.ledger import EntryView, LedgerAccount
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_token
from etalase.kernel.money import Money
from etalase.kernel.spreadsheets import BYTE_ORDER_MARK, MEDIA_TYPE, csv_line
from etalase.kernel.zones import day_of
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.web._auth import me, signed_in
from etalase.web._confirming import Unconfirmed, in_words, require_confirmed
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import page
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


async def _owned_shop(tx: Tx, request: Request[Any, Any, Any], slug: str) -> ShopView:
    return (await shops.require_membership(tx, me(request).account_id, slug, Role.OWNER)).shop


@get("/desk/{slug:str}/money", guards=[signed_in], include_in_schema=False)
async def show_money(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gateways: NamedDependency[payments.Gateways],
    slug: FromPath[str],
    before: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
) -> Template:
    """Show the shop's balances, what waits for its owner, and the statement."""
    return await money_page(request, db, gateways, slug, before=before)


async def money_page(
    request: Request[Any, Any, Any],
    db: Database,
    gateways: payments.Gateways,
    slug: str,
    *,
    before: int | None = None,
    payout: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    question: Unconfirmed | None = None,
    status: int = 422,
) -> Template:
    """Return the money page, with a payout that was refused or is asked about, as it was typed."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
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
    return page(
        "payments/money.html",
        status=status if errors else 200,
        shop=shop,
        role=Role.OWNER,
        tab="money",
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


@post("/desk/{slug:str}/money/payouts", guards=[signed_in], include_in_schema=False)
async def record_payout(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gateways: NamedDependency[payments.Gateways],
    slug: FromPath[str],
) -> Response[Any]:
    """Book what the payment service paid out, as the owner's bank statement says."""
    form = await request.form()
    try:
        fields = Fields()
        amount = fields.money("amount", text_of(form, "amount"), minimum=1, maximum=MAX_MINOR)
        fee = fields.money("fee", text_of(form, "fee"), minimum=0, maximum=MAX_MINOR, empty=0)
        fields.settle()
        async with db.begin() as tx:
            shop = await _owned_shop(tx, request, slug)
            await payments.record_payout(tx, shop.id, amount, fee, key=text_of(form, "key"))
            require_confirmed(form, gateways.settings.confirm_above_rupiah, amount, fee)
    except Unconfirmed as question:
        return await money_page(request, db, gateways, slug, payout=form, question=question)
    except Invalid as invalid:
        return await money_page(request, db, gateways, slug, payout=form, errors=form_errors(invalid))
    except payments.PayoutDiffers:
        said = _("This form has booked another payout, see below. Send it again to book this one too.")
        return await money_page(request, db, gateways, slug, payout=form, errors={"amount": said}, status=409)
    return redirect(request, f"/desk/{slug}/money", Flash(_("The payout is booked.")))


@post(
    "/desk/{slug:str}/money/payouts/{payout_id:uuid}/taken-back", guards=[signed_in], include_in_schema=False
)
async def take_back_payout(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    payout_id: FromPath[UUID],
) -> Response[Any]:
    """Take back a payout that was booked by mistake. Raises PayoutUnknown."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        await payments.take_back_payout(tx, shop.id, payout_id)
    return redirect(request, f"/desk/{slug}/money", Flash(_("The payout is taken back.")))


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
        role=Role.OWNER,
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


ROUTES = [show_money, record_payout, take_back_payout, show_trail, export_statement]
