"""What payments do to orders, the end of one to its parcel and voucher, and a turn in line to a buyer's mail.

Idempotent: the first telling counts.
"""

from typing import Any

from etalase.commerce import vouchers
from etalase.commerce.inventory import HoldTakenBack, TurnGiven
from etalase.commerce.orders._commands import (
    TAKEN_BACK_MAIL_JOB,
    TURN_MAIL_JOB,
    TakenBackMailWork,
    TurnMailWork,
    expire_order,
    give_shipping_back,
    settle_refund,
    take_payment,
)
from etalase.commerce.orders._events import OrderCancelled, OrderRefunded, OrderRefundPromised
from etalase.commerce.orders._model import account_of_holder
from etalase.commerce.payments import (
    PaymentCancelled,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
)
from etalase.platform import jobs
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


async def _voucher_back(tx: Tx, event: OrderCancelled | OrderRefundPromised) -> None:
    """Let others use what the order's voucher took off.

    In a transaction of its own, which locks nothing else: who places an order locks the voucher before stock,
    and who gives one up has locked stock already.
    """
    await vouchers.give_back(tx, event.order_id)


async def _turn_given(tx: Tx, event: TurnGiven) -> None:
    """Have whoever has an account written to; a guest is told on their page."""
    if account_id := account_of_holder(event.holder):
        work = TurnMailWork(account_id, event.hold_id, event.locale)
        await jobs.enqueue(tx, TURN_MAIL_JOB, work, key=f"turn/{event.hold_id}")


async def _taken_back(tx: Tx, event: HoldTakenBack) -> None:
    """Have whoever has an account written to; a guest finds it on their page."""
    if account_id := account_of_holder(event.holder):
        work = TakenBackMailWork(account_id, event.hold_id)
        await jobs.enqueue(tx, TAKEN_BACK_MAIL_JOB, work, key=f"taken back/{event.hold_id}")


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(PaymentCaptured, "orders.take_payment", each(_captured)),
    Reaction(PaymentExpired, "orders.expire", each(_ended)),
    Reaction(PaymentFailed, "orders.end_failed", each(_ended)),
    Reaction(PaymentCancelled, "orders.end_cancelled", each(_ended)),
    Reaction(TurnGiven, "orders.mail_turn", each(_turn_given)),
    Reaction(HoldTakenBack, "orders.mail_taken_back", each(_taken_back)),
    Reaction(PaymentRefunded, "orders.settle_refund", each(_refunded)),
    Reaction(OrderCancelled, "orders.give_voucher_back_cancelled", each(_voucher_back)),
    Reaction(OrderRefundPromised, "orders.give_voucher_back_promised", each(_voucher_back)),
    Reaction(OrderCancelled, "orders.give_shipping_back_cancelled", each(_given_up)),
    Reaction(OrderRefundPromised, "orders.give_shipping_back_promised", each(_given_up)),
    Reaction(OrderRefunded, "orders.give_shipping_back_refunded", each(_given_up)),
)
