"""Counting orders again, against what was held, moved and paid."""

from collections.abc import AsyncIterator

from etalase.commerce import inventory, payments
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import Order
from etalase.commerce.orders._queries.agreement import disagreements
from etalase.platform.db import Tx

BATCH = 200


async def recount(tx: Tx) -> list[str]:
    """Return each difference between orders, holds and payments; empty where all adds up.

    Events that are still on their way show as differences: let the outbox be drained before.
    """
    findings = [
        f"order {number}: its lines do not add up to its goods" for number in await store.miscounted(tx)
    ]
    unspoken = await payments.captured_by_order(tx)
    async for orders in all_orders(tx):
        holds = await inventory.get_holds(tx, [hold for order in orders for hold in order.hold_ids])
        paid = await payments.list_payments_of_orders(tx, [order.id for order in orders])
        for order in orders:
            findings += disagreements(order, holds, paid.get(order.id))
            if order.paid:
                unspoken.pop(order.id, None)
    findings += [f"order {order_id}: money came for it, and it does not know" for order_id in unspoken]
    return sorted(findings)


async def all_orders(tx: Tx) -> AsyncIterator[list[Order]]:
    """Read every order of every shop, some at a time."""
    after = None
    while batch := await store.select_batch(tx, after, BATCH):
        yield batch
        after = batch[-1].id
