"""What payments' events do to orders, and the end of one order to its parcel. Idempotent: the first telling
counts.
"""

from typing import Any

from etalase.commerce.orders._commands import (
    expire_order,
    give_shipping_back,
    settle_refund,
    take_payment,
)
from etalase.commerce.orders._events import OrderCancelled, OrderRefunded, OrderRefundPromised
from etalase.commerce.payments import (
    PaymentCancelled,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
)
from etalase.platform.db import Tx
from etalase.platform.outbox import Reaction, each


async def _captured(tx: Tx, event: PaymentCaptured) -> None:
    await take_payment(tx, event.order_id)


async def _ended(tx: Tx, event: PaymentExpired | PaymentFailed | PaymentCancelled) -> None:
    await expire_order(tx, event.order_id, event.payment_id)


async def _refunded(tx: Tx, event: PaymentRefunded) -> None:
    await settle_refund(tx, event.order_id)


async def _given_up(tx: Tx, event: OrderCancelled | OrderRefundPromised | OrderRefunded) -> None:
    await give_shipping_back(tx, event.order_id)


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(PaymentCaptured, "orders.take_payment", each(_captured)),
    Reaction(PaymentExpired, "orders.expire", each(_ended)),
    Reaction(PaymentFailed, "orders.end_failed", each(_ended)),
    Reaction(PaymentCancelled, "orders.end_cancelled", each(_ended)),
    Reaction(PaymentRefunded, "orders.settle_refund", each(_refunded)),
    Reaction(OrderCancelled, "orders.give_shipping_back_cancelled", each(_given_up)),
    Reaction(OrderRefundPromised, "orders.give_shipping_back_promised", each(_given_up)),
    Reaction(OrderRefunded, "orders.give_shipping_back_refunded", each(_given_up)),
)
