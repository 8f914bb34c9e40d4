"""What payments' events do to orders. Idempotent: the first telling counts."""

from typing import Any

from etalase.commerce.orders._commands import expire_order, settle_refund, take_payment
from etalase.commerce.payments import PaymentCaptured, PaymentExpired, PaymentRefunded
from etalase.platform.db import Tx
from etalase.platform.outbox import Reaction


async def _captured(tx: Tx, event: PaymentCaptured) -> None:
    await take_payment(tx, event.order_id)


async def _expired(tx: Tx, event: PaymentExpired) -> None:
    await expire_order(tx, event.order_id, event.payment_id)


async def _refunded(tx: Tx, event: PaymentRefunded) -> None:
    await settle_refund(tx, event.order_id)


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(PaymentCaptured, "orders.take_payment", _captured),
    Reaction(PaymentExpired, "orders.expire", _expired),
    Reaction(PaymentRefunded, "orders.settle_refund", _refunded),
)
