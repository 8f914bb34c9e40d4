"""Payments for programs: a buyer's by its secret token, a shop's for its owner, and the shop's ledger."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from etalase.commerce import ledger, payments, shops
from etalase.commerce.ledger import Account, EntryView
from etalase.commerce.payments import Method, PaymentView, Refund, State
from etalase.commerce.shops import Role, ShopView
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx

Minor = Annotated[int, msgspec.Meta(ge=0, le=10**13, description="Whole rupiah.", examples=[98_017])]
TAGS = ["Payments"]


class HowToPay(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the buyer needs: the text of a QR code, or an account to transfer to."""

    qr: Annotated[str | None, msgspec.Meta(examples=["00020101021226…6304A1B2"])] = None
    bank: Annotated[str | None, msgspec.Meta(examples=["BCA"])] = None
    number: Annotated[str | None, msgspec.Meta(examples=["1234567890"])] = None
    holder: Annotated[str | None, msgspec.Meta(examples=["Kirana"])] = None
    link: str | None = None


class PaymentItem(msgspec.Struct, frozen=True):
    """A payment. `due_minor` is exactly what the buyer sends: it may be a few rupiah more than the order."""

    id: UUID
    order_id: UUID
    method: Method
    state: State
    amount_minor: Minor
    due_minor: Minor
    received_minor: Minor
    refunded_minor: Minor
    currency: str
    how_to_pay: HowToPay
    created_at: datetime
    expires_at: datetime | None
    captured_at: datetime | None


class Arrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner saw arrive; another amount than `due_minor` is refused."""

    amount_minor: Minor


class RefundItem(msgspec.Struct, frozen=True):
    """Money that goes back. `by_hand`: the owner sends it and says so."""

    id: UUID
    payment_id: UUID
    amount_minor: Minor
    reason: str
    by_hand: bool
    requested_at: datetime
    sent_at: datetime | None


class LedgerLine(msgspec.Struct, frozen=True):
    """One line of an entry: a debit above zero, a credit below."""

    account: Account
    minor: Annotated[int, msgspec.Meta(examples=[-98_017])]


class LedgerEntry(msgspec.Struct, frozen=True):
    """One fact about money. Its lines sum to zero; it is never changed."""

    number: int
    kind: Annotated[str, msgspec.Meta(examples=["payment_captured"])]
    order_id: UUID
    posted_at: datetime
    currency: str
    lines: list[LedgerLine]


class Balance(msgspec.Struct, frozen=True):
    """What one account holds; all of a shop's sum to zero."""

    account: Account
    minor: Annotated[int, msgspec.Meta(examples=[248_084])]
    currency: Annotated[str, msgspec.Meta(examples=["IDR"])]


def show_payment(payment: PaymentView) -> PaymentItem:
    """Return the payment as the API tells it."""
    how = payment.instructions
    return PaymentItem(
        id=payment.id,
        order_id=payment.order_id,
        method=payment.method,
        state=payment.state,
        amount_minor=payment.amount.minor,
        due_minor=payment.due.minor,
        received_minor=payment.received.minor,
        refunded_minor=payment.refunded.minor,
        currency=payment.due.currency,
        how_to_pay=HowToPay(how.qr, how.bank, how.number, how.holder, how.link),
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        captured_at=payment.captured_at,
    )


def _show_refund(refund: Refund) -> RefundItem:
    return RefundItem(
        refund.id,
        refund.payment_id,
        refund.amount.minor,
        refund.reason,
        refund.by_hand,
        refund.requested_at,
        refund.sent_at,
    )


def _show_entry(entry: EntryView) -> LedgerEntry:
    lines = [LedgerLine(posting.account, posting.amount.minor) for posting in entry.postings]
    currency = entry.postings[0].amount.currency
    return LedgerEntry(entry.number, entry.kind, entry.order_id, entry.posted_at, currency, lines)


async def _owned_shop(tx: Tx, request: Request[Any, Any, Any], slug: str) -> ShopView:
    return (await shops.require_membership(tx, caller(request).account_id, slug, Role.OWNER)).shop


@get("/api/v1/payments/{token:str}", tags=TAGS, summary="Follow a payment")
async def follow_payment(db: NamedDependency[Database], token: FromPath[str]) -> PaymentItem:
    """Return the payment whose secret the buyer holds: how to pay, and whether it is paid."""
    async with db.begin() as tx:
        return show_payment(await payments.get_payment_by_token(tx, token))


@get("/api/v1/shops/{slug:str}/payments", guards=[signed_in], tags=TAGS, summary="List payments")
async def list_payments(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    only: Annotated[
        State | None, QueryParameter(name="state", description="Only those that stand so.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PaymentItem]:
    """List the shop's payments, newest first. For its owner."""
    before = decode_cursor(cursor, UUID)
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        states = [only] if only is not None else []
        found, more = await payments.list_payments(tx, shop.id, states=states, cursor=before, limit=limit)
    return Page([show_payment(payment) for payment in found], encode_cursor(more) if more else None)


@post(
    "/api/v1/shops/{slug:str}/payments/{payment_id:uuid}/received",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Say that money arrived",
)
async def receive_payment(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    payment_id: FromPath[UUID],
    data: JSONBody[Arrival],
) -> PaymentItem:
    """Confirm a payment by the shop's own QRIS, bank account or cash; twice is as good as once."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        await payments.get_payment_of_shop(tx, shop.id, payment_id)
        return show_payment(await payments.confirm_by_seller(tx, payment_id, Money(data.amount_minor)))


@get("/api/v1/shops/{slug:str}/refunds", guards=[signed_in], tags=TAGS, summary="List refunds to send")
async def list_refunds(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Page[RefundItem]:
    """List the refunds that wait for the owner's hand, oldest first, at most a hundred."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        found = await payments.list_refunds_to_send(tx, shop.id)
    return Page([_show_refund(refund) for _, refund in found])


@post(
    "/api/v1/shops/{slug:str}/refunds/{refund_id:uuid}/sent",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Say that a refund was sent",
)
async def send_refund(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    refund_id: FromPath[UUID],
) -> PaymentItem:
    """Note that the owner sent the money back by hand; twice is as good as once."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        return show_payment(await payments.confirm_refund_by_seller(tx, shop.id, refund_id))


@get("/api/v1/shops/{slug:str}/ledger", guards=[signed_in], tags=TAGS, summary="Read the ledger")
async def read_ledger(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[LedgerEntry]:
    """List the entries of the shop's book, newest first. For its owner."""
    before = decode_cursor(cursor, int)
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        found = await ledger.statement(tx, shop.id, cursor=before, limit=limit)
    more = found.next_cursor
    return Page([_show_entry(entry) for entry in found.entries], encode_cursor(more) if more else None)


@get("/api/v1/shops/{slug:str}/balances", guards=[signed_in], tags=TAGS, summary="Read the balances")
async def read_balances(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Page[Balance]:
    """List what each account of the shop's book holds. For its owner."""
    async with db.begin() as tx:
        shop = await _owned_shop(tx, request, slug)
        lines = await ledger.trial_balance(tx, shop_id=shop.id)
    return Page([Balance(line.account, line.balance.minor, line.balance.currency) for line in lines])


ROUTES = [
    follow_payment,
    list_payments,
    receive_payment,
    list_refunds,
    send_refund,
    read_ledger,
    read_balances,
]
