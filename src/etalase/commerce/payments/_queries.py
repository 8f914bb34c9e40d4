"""What pages, the API and other contexts ask about payments."""

from collections.abc import Collection, Sequence
from uuid import UUID

from etalase.commerce import ledger, shops
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.method import Method
from etalase.commerce.payments._model.payment import ENDED_UNPAID, LEDGER_OWNER, Payment, PaymentState
from etalase.commerce.payments._model.provider import Destination
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
    payment = await store.find_by_token(tx, token)
    if payment is None:
        raise PaymentUnknown
    return payment


async def find_payment_of_order(tx: Tx, order_id: UUID) -> Payment | None:
    """Return the payment that is open or has the order's money, else the one that ended last."""
    current = await store.find_current(tx, order_id)
    return current if current is not None else await store.find_latest(tx, order_id)


async def list_payments_of_orders(tx: Tx, order_ids: Sequence[UUID]) -> dict[UUID, Payment]:
    """Return for each order the payment that is open or has its money, else the latest."""
    found: dict[UUID, Payment] = {}
    for payment in await store.list_of_orders(tx, order_ids):
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
    limit = max(1, min(limit, PAGE_LIMIT))
    found = await store.page_payments(tx, shop_id, states=states, before=cursor, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def recount_orders(tx: Tx, order_ids: Collection[UUID]) -> list[str]:
    """Return each difference between the payments of these orders and their entries in the ledger."""
    return await ledger.compare(tx, LEDGER_OWNER, store.expected_balances(tx, order_ids), order_ids)


async def recount(tx: Tx) -> list[str]:
    """Return each difference between payments and their entries in the ledger; empty where all adds up."""
    return await ledger.compare(tx, LEDGER_OWNER, store.expected_balances(tx))


async def offered_methods(tx: Tx, shop_id: UUID, settings: PaymentSettings) -> tuple[Method, ...]:
    """Return the ways to pay this shop: by the operator's providers first, then by the seller's own means."""
    return (await get_offered_methods(tx, [shop_id], settings))[shop_id]


async def get_offered_methods(
    tx: Tx, shop_ids: Collection[UUID], settings: PaymentSettings
) -> dict[UUID, tuple[Method, ...]]:
    """Return the ways to pay each of these shops, as `offered_methods` does for one."""
    by_provider = settings.methods()
    found = await get_destinations(tx, shop_ids)
    return {shop_id: by_provider + destination.methods() for shop_id, destination in found.items()}


async def get_destinations(tx: Tx, shop_ids: Collection[UUID]) -> dict[UUID, Destination]:
    """Return where each of these shops takes money itself."""
    if not shop_ids:
        return {}
    by_cod = await store.find_takers_of_cod(tx, shop_ids)
    found = await shops.get_shops(tx, shop_ids)
    return {shop_id: _destination(found[shop_id], cod=shop_id in by_cod) for shop_id in shop_ids}


def _destination(shop: shops.ShopView, *, cod: bool) -> Destination:
    account = shop.bank_account
    return Destination(
        qris_static=shop.qris_static,
        bank=account.bank if account else None,
        number=account.number if account else None,
        holder=account.holder if account else None,
        cod=cod,
    )
