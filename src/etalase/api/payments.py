"""Payments for programs: a buyer's by its secret token, a shop's for its owner, and the shop's ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from etalase.api._money import Currency, Minor
from etalase.api._paging import Cursor, Limit, Number, PageOf, decode_cursor, encode_cursor
from etalase.api._workplace import shop_router
from etalase.commerce import ledger, orders, payments
from etalase.commerce.ledger import EntryView, LedgerAccount
from etalase.commerce.payments import Payment, PaymentState, Refund
from etalase.commerce.shops import Role, ShopId, Workplace
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx

MAX_MINOR = 10**13


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
    method: Annotated[str, msgspec.Meta(examples=["bank_transfer"])]
    state: PaymentState
    amount_minor: Minor
    due_minor: Minor
    received_minor: Minor
    refunded_minor: Minor
    currency: Currency
    how_to_pay: HowToPay
    created_at: datetime
    expires_at: datetime | None
    captured_at: datetime | None


class Arrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner saw arrive; another amount than `due_minor` is refused."""

    amount_minor: Annotated[
        int, msgspec.Meta(ge=0, le=MAX_MINOR, description="Whole rupiah.", examples=[98_017])
    ]


class RefundItem(msgspec.Struct, frozen=True):
    """Money that goes back. `by_hand`: the owner sends it and says so."""

    id: UUID
    payment_id: UUID
    amount_minor: Minor
    currency: Currency
    reason: str
    by_hand: bool
    requested_at: datetime
    sent_at: datetime | None


class PayoutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gateway paid out: the money that arrived, and the fee that it kept. `key` names this one."""

    key: Annotated[str, msgspec.Meta(max_length=100, examples=["2026-11-24"])]
    amount_minor: Minor
    fee_minor: Minor = 0


class PayoutItem(msgspec.Struct, frozen=True):
    """A payout that is booked."""

    id: UUID
    amount_minor: Minor
    fee_minor: Minor
    recorded_at: datetime
    taken_back_at: datetime | None


class LedgerLine(msgspec.Struct, frozen=True):
    """One line of an entry: a debit above zero, a credit below."""

    account: LedgerAccount
    amount_minor: Annotated[int, msgspec.Meta(description="Whole rupiah.", examples=[-98_017])]


class LedgerEntry(msgspec.Struct, frozen=True):
    """One fact about money. Its lines sum to zero; it is never changed."""

    number: int
    kind: Annotated[str, msgspec.Meta(examples=["payment_captured"])]
    order_id: UUID | None
    posted_at: datetime
    currency: Currency
    lines: list[LedgerLine]


class Balance(msgspec.Struct, frozen=True):
    """What one account holds; all of a shop's sum to zero."""

    account: LedgerAccount
    amount_minor: Minor
    currency: Currency


class Methods(msgspec.Struct, frozen=True):
    """How buyers may pay. QRIS and bank account are of the shop's details, providers of the operator."""

    offered: Annotated[Sequence[str], msgspec.Meta(examples=[["qris_static", "bank_transfer", "cod"]])]
    cod: Annotated[bool, msgspec.Meta(description="Whether buyers may pay the courier.")]


class CodSwitch(msgspec.Struct, frozen=True):
    """Whether buyers may pay the courier, in cash."""

    on: Annotated[bool, msgspec.Meta(examples=[True])]


def show_payment(payment: Payment) -> PaymentItem:
    """Return the payment as the API tells it."""
    how = payment.instructions
    return PaymentItem(
        id=payment.id,
        order_id=payment.order_id,
        method=str(payment.method),
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
        refund.amount.currency,
        refund.reason,
        refund.by_hand,
        refund.requested_at,
        refund.sent_at,
    )


def _show_entry(entry: EntryView) -> LedgerEntry:
    lines = [LedgerLine(posting.account, posting.amount.minor) for posting in entry.postings]
    currency = entry.postings[0].amount.currency
    return LedgerEntry(entry.number, entry.kind, entry.order_id, entry.posted_at, currency, lines)


@get("/api/v1/payments/{token:str}", tags=["Payments"], summary="Follow a payment")
async def follow_payment(db: NamedDependency[Database], token: FromPath[str]) -> PaymentItem:
    """Return the payment whose secret the buyer holds: how to pay, and whether it is paid."""
    async with db.begin() as tx:
        return show_payment(await payments.get_payment_by_token(tx, token))


@get("/payments", summary="List payments")
async def list_payments(
    workplace: NamedDependency[Workplace],
    only: Annotated[
        PaymentState | None, QueryParameter(name="state", description="Only those that stand so.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageOf[PaymentItem]:
    """List the shop's payments, newest first. For its owner."""
    before = decode_cursor(cursor, UUID)
    states = [only] if only is not None else []
    async with workplace.open(Role.OWNER) as (tx, shop):
        found, more = await payments.list_payments(tx, shop.id, states=states, cursor=before, limit=limit)
    return PageOf([show_payment(payment) for payment in found], encode_cursor(more) if more else None)


@post("/payments/{payment_id:uuid}/received", status_code=HTTP_200_OK, summary="Say that money arrived")
async def receive_payment(
    workplace: NamedDependency[Workplace], payment_id: FromPath[UUID], data: JSONBody[Arrival]
) -> PaymentItem:
    """Confirm a payment by the shop's own QRIS, bank account or cash; twice is as good as once."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        await payments.get_payment_of_shop(tx, shop.id, payment_id)
        return show_payment(await payments.confirm_by_seller(tx, payment_id, Money(data.amount_minor)))


@get("/refunds", summary="List refunds to send")
async def list_refunds(workplace: NamedDependency[Workplace]) -> PageOf[RefundItem]:
    """List the refunds that wait for the owner's hand, oldest first, at most a hundred."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        found = await payments.list_refunds_to_send(tx, shop.id)
    return PageOf([_show_refund(refund) for _, refund in found])


@post("/refunds/{refund_id:uuid}/sent", status_code=HTTP_200_OK, summary="Say that a refund was sent")
async def send_refund(workplace: NamedDependency[Workplace], refund_id: FromPath[UUID]) -> PaymentItem:
    """Note that the owner sent the money back by hand; twice is as good as once."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return show_payment(await payments.confirm_refund_by_seller(tx, shop.id, refund_id))


@get("/payment-methods", summary="Show how buyers may pay")
async def show_methods(
    workplace: NamedDependency[Workplace], payment_settings: NamedDependency[payments.PaymentSettings]
) -> Methods:
    """List the ways to pay that buyers are offered, and whether the courier takes cash. For the owner."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return await _methods(tx, shop.id, payment_settings)


@put("/payment-methods/cod", summary="Switch cash on delivery")
async def switch_cod(
    workplace: NamedDependency[Workplace],
    payment_settings: NamedDependency[payments.PaymentSettings],
    data: JSONBody[CodSwitch],
) -> Methods:
    """Let the shop's buyers pay the courier, or not. Orders that were placed so stay as they are."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        await payments.set_cod(tx, shop.id, on=data.on)
        return await _methods(tx, shop.id, payment_settings)


@post("/payouts", summary="Book a payout of the gateway")
async def record_payout(workplace: NamedDependency[Workplace], data: JSONBody[PayoutBody]) -> PayoutItem:
    """Book what came to the shop's bank from the gateway, and its fee; the same key again is the same."""
    amount, fee = Money(data.amount_minor), Money(data.fee_minor)
    async with workplace.open(Role.OWNER) as (tx, shop):
        return _show_payout(await payments.record_payout(tx, shop.id, amount, fee, key=data.key))


@post("/payouts/{payout_id:uuid}/taken-back", status_code=HTTP_200_OK, summary="Take a payout back")
async def take_back_payout(workplace: NamedDependency[Workplace], payout_id: FromPath[UUID]) -> PayoutItem:
    """Book a payout that was recorded by mistake the other way round; twice is once."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return _show_payout(await payments.take_back_payout(tx, shop.id, payout_id))


@get("/ledger", summary="Read the ledger")
async def read_ledger(
    workplace: NamedDependency[Workplace], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[LedgerEntry]:
    """List the entries of the shop's book, newest first. For its owner."""
    before = decode_cursor(cursor, Number)
    async with workplace.open(Role.OWNER) as (tx, shop):
        found = await ledger.statement(tx, shop.id, cursor=before, limit=limit)
    more = found.next_cursor
    return PageOf([_show_entry(entry) for entry in found.entries], encode_cursor(more) if more else None)


@get("/orders/{number:str}/ledger", summary="Read an order's entries")
async def read_trail(workplace: NamedDependency[Workplace], number: FromPath[str]) -> PageOf[LedgerEntry]:
    """List everything that happened to one order's money, in order. For the shop's owner."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        order = await orders.get_order_of_shop(tx, shop.id, number)
        return PageOf([_show_entry(entry) for entry in await ledger.trail(tx, order.id)])


@get("/balances", summary="Read the balances")
async def read_balances(workplace: NamedDependency[Workplace]) -> PageOf[Balance]:
    """List what each account of the shop's book holds. For its owner."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        lines = await ledger.trial_balance(tx, shop_id=shop.id)
    return PageOf([Balance(line.account, line.balance.minor, line.balance.currency) for line in lines])


def _show_payout(payout: payments.Payout) -> PayoutItem:
    return PayoutItem(
        payout.id, payout.amount.minor, payout.fee.minor, payout.recorded_at, payout.taken_back_at
    )


async def _methods(tx: Tx, shop_id: ShopId, settings: payments.PaymentSettings) -> Methods:
    offered = await payments.offered_methods(tx, shop_id, settings)
    return Methods([str(method) for method in offered], cod=await payments.takes_cod(tx, shop_id))


OWNERS = [
    list_payments,
    receive_payment,
    list_refunds,
    send_refund,
    show_methods,
    switch_cod,
    record_payout,
    take_back_payout,
    read_ledger,
    read_trail,
    read_balances,
]
ROUTES: list[Any] = [follow_payment, shop_router("Payments", OWNERS)]
