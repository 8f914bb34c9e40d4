"""What pages, the API and other contexts ask about payments."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import select

from etalase.commerce import ledger
from etalase.commerce.ledger import OwnedBalance
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.method import OWN_METHODS, Method
from etalase.commerce.payments._model.payment import ENDED_UNPAID, LEDGER_OWNER, Payment, PaymentState, Refund
from etalase.commerce.payments._model.payout import Payout
from etalase.commerce.payments._model.settings import PaymentSettings
from etalase.platform.db import Tx

"""A payment is frozen: what decides is also what is shown."""

PAGE_LIMIT = 200


async def get_payment(tx: Tx, payment_id: UUID) -> Payment:
    """Return the payment. Raises PaymentUnknown."""
    payment = await store.find(tx, payment_id)
    if payment is None:
        raise PaymentUnknown
    return payment


async def get_payment_of_shop(tx: Tx, shop_id: UUID, payment_id: UUID) -> Payment:
    """Return the payment where it is this shop's. Raises PaymentUnknown for all others."""
    payment = await get_payment(tx, payment_id)
    if payment.shop_id != shop_id:
        raise PaymentUnknown
    return payment


async def get_payment_by_token(tx: Tx, token: str) -> Payment:
    """Return the payment of a buyer's secret link. Raises PaymentUnknown."""
    payment = await store.find_one(tx, select(store.payments).where(store.payments.c.token == token))
    if payment is None:
        raise PaymentUnknown
    return payment


async def find_payment_of_order(tx: Tx, order_id: UUID) -> Payment | None:
    """Return the payment that is open or has the order's money, else the one that ended last."""
    current = await store.find_current(tx, order_id)
    if current is not None:
        return current
    table = store.payments
    latest = select(table).where(table.c.order_id == order_id).order_by(table.c.id.desc())
    return await store.find_one(tx, latest)


async def list_payments_of_orders(tx: Tx, order_ids: Sequence[UUID]) -> dict[UUID, Payment]:
    """Return for each order the payment that is open or has its money, else the latest."""
    table = store.payments
    found: dict[UUID, Payment] = {}
    for payment in await store.find_all(
        tx, select(table).where(table.c.order_id.in_(order_ids)).order_by(table.c.id)
    ):
        kept = found.get(payment.order_id)
        if kept is None or kept.stray or kept.state in ENDED_UNPAID:
            found[payment.order_id] = payment
    return found


async def list_payments(
    tx: Tx,
    shop_id: UUID,
    *,
    states: Sequence[PaymentState] = (),
    cursor: UUID | None = None,
    limit: int = 50,
) -> tuple[list[Payment], UUID | None]:
    """Return the shop's payments, newest first, older than the cursor, and the next cursor."""
    table, limit = store.payments, max(1, min(limit, PAGE_LIMIT))
    query = select(table).where(table.c.shop_id == shop_id)
    if states:
        query = query.where(table.c.state.in_(states))
    if cursor is not None:
        query = query.where(table.c.id < cursor)
    found = await store.find_all(tx, query.order_by(table.c.id.desc()).limit(limit + 1))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def list_to_confirm(tx: Tx, shop_id: UUID, limit: int = 100) -> list[Payment]:
    """Return the open payments that the seller finds in their account by the amount, oldest first."""
    table = store.payments
    by_hand = [method.means for method in OWN_METHODS if method.by_unique_amount]
    query = select(table).where(
        table.c.shop_id == shop_id, table.c.state == PaymentState.PENDING, table.c.means.in_(by_hand)
    )
    return await store.find_all(tx, query.order_by(table.c.id).limit(limit))


async def list_refunds_to_send(tx: Tx, shop_id: UUID, limit: int = 100) -> list[tuple[Payment, Refund]]:
    """Return the refunds that wait for the seller's hand, oldest first, each with its payment."""
    table = store.refunds
    query = (
        select(table)
        .join(store.payments, store.payments.c.id == table.c.payment_id)
        .where(store.payments.c.shop_id == shop_id, table.c.by_hand, table.c.sent_at.is_(None))
    )
    return await store.find_refunds(tx, query.order_by(table.c.id).limit(limit))


async def list_refunds(tx: Tx, payment_id: UUID) -> list[Refund]:
    """Return the payment's refunds, oldest first."""
    query = select(store.refunds).where(store.refunds.c.payment_id == payment_id).order_by(store.refunds.c.id)
    return [refund for _, refund in await store.find_refunds(tx, query)]


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier in cash."""
    return await store.takes_cod(tx, shop_id)


async def list_payouts(tx: Tx, shop_id: UUID, limit: int = 10) -> list[Payout]:
    """Return the shop's payouts that stand, newest first."""
    table = store.payouts
    query = select(table).where(table.c.shop_id == shop_id, table.c.taken_back_at.is_(None))
    return await store.find_payouts(tx, query.order_by(table.c.recorded_at.desc(), table.c.id).limit(limit))


async def list_captured(tx: Tx, after: UUID | None, limit: int) -> list[UUID]:
    """Return orders whose money came, also where it was refunded later, by id and some at a time."""
    return await store.find_captured(tx, after, limit)


def expected_balances(tx: Tx) -> AsyncIterator[OwnedBalance]:
    """Yield what payments, refunds and payouts should have left in the ledger, for `ledger.compare`."""
    return store.stream_expected(tx)


async def recount(tx: Tx) -> list[str]:
    """Return each difference between payments and their entries in the ledger; empty where all adds up."""
    return await ledger.compare(tx, LEDGER_OWNER, expected_balances(tx))


async def offered_methods(tx: Tx, shop_id: UUID, settings: PaymentSettings) -> tuple[Method, ...]:
    """Return the ways to pay this shop: by the operator's providers first, then by the seller's own means."""
    return settings.methods() + (await store.get_destination(tx, shop_id)).methods()
