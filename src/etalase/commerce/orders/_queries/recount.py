"""Counting orders again, against what was held, moved and paid."""

from collections.abc import AsyncIterator
from uuid import UUID

from etalase.commerce import bundles, inventory, payments, vouchers
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import Order
from etalase.commerce.orders._queries.agreement import (
    bundle_disagreements,
    bundles_in,
    disagreements,
    discount_disagreements,
    voucher_disagreements,
)
from etalase.platform.db import Tx

BATCH = 200


async def recount(tx: Tx) -> list[str]:
    """Return each difference between orders, holds and payments; empty where all adds up.

    Events that are still on their way show as differences: let the outbox be drained before.
    """
    findings = [
        f"order {number}: its lines do not add up to its goods" for number in await store.list_miscounted(tx)
    ]
    async for orders in all_orders(tx):
        holds = await inventory.get_holds(tx, [hold for order in orders for hold in order.hold_ids])
        paid = await payments.list_payments_of_orders(tx, [order.id for order in orders])
        uses = await vouchers.list_uses_of_orders(tx, [order.id for order in orders])
        offered = await bundles.get_bundles(tx, bundles_in(orders))
        for order in orders:
            findings += bundle_disagreements(order, offered)
            findings += disagreements(order, holds, paid.get(order.id))
            findings += voucher_disagreements(order, uses.get(order.id))
            findings += discount_disagreements(order)
    findings += [
        f"order {order_id}: money came for it, and it does not know"
        async for order_id in unspoken_payments(tx)
    ]
    return sorted(findings)


async def unspoken_payments(tx: Tx) -> AsyncIterator[UUID]:
    """Read the orders for which money came, some at a time, and yield those that do not know of it."""
    after = None
    while batch := await payments.list_captured(tx, after, BATCH):
        paid = {order.id for order in await store.get_orders(tx, batch) if order.paid}
        for order_id in batch:
            if order_id not in paid:
                yield order_id
        after = batch[-1]


async def all_orders(tx: Tx) -> AsyncIterator[list[Order]]:
    """Read every order of every shop, some at a time."""
    after = None
    while batch := await store.list_batch(tx, after, BATCH):
        yield batch
        after = batch[-1].id
