"""Give money back: promised here, sent by a job where a gateway can, by the seller's hand where none can."""

from uuid import UUID

from etalase.commerce.payments import _store as store
from etalase.commerce.payments._commands.record import record
from etalase.commerce.payments._commands.work import REFUND_JOB, RefundWork, enqueue_once
from etalase.commerce.payments._errors import ConfirmedByGateway, PaymentUnknown
from etalase.commerce.payments._events import StrayMoneyReceived
from etalase.commerce.payments._model import payment as model
from etalase.commerce.payments._model.payment import Payment, Refund
from etalase.kernel.events import Event
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Tx


async def request_refund(tx: Tx, payment_id: UUID, amount: Money | None = None, *, reason: str) -> Refund:
    """Promise the money back: this much of it, or all that is held.

    Raises PaymentUnknown, NothingToRefund, RefundUnderWay.
    """
    payment = await store.lock(tx, payment_id)
    refund = _refund(tx, payment, model.refundable(payment, amount), reason)
    await record(tx, model.ask_refund(payment, refund))
    await _send(tx, refund)
    return refund


async def send_back_stray(tx: Tx, payment: Payment, events: tuple[Event, ...]) -> Payment:
    """Send money back that came late or wrong, if that is what just happened."""
    for event in events:
        if isinstance(event, StrayMoneyReceived):
            await _send(tx, _refund(tx, payment, payment.received, event.reason))
    return payment


async def record_refund_sent(tx: Tx, refund_id: UUID) -> Payment:
    """Record that the money went back, as the gateway or the seller says. Twice is as good as once."""
    payment, refund = await store.lock_refund(tx, refund_id)
    after, sent, events = model.settle_refund(payment, refund, tx.clock.now())
    await store.save_refund(tx, sent)
    return await record(tx, (after, events))


async def confirm_refund_by_seller(tx: Tx, shop_id: UUID, refund_id: UUID) -> Payment:
    """Record that the seller sent the money back by hand. Raises PaymentUnknown, ConfirmedByGateway."""
    payment, refund = await store.lock_refund(tx, refund_id)
    if payment.shop_id != shop_id:
        raise PaymentUnknown
    if not refund.by_hand:
        raise ConfirmedByGateway(method=str(payment.method))
    return await record_refund_sent(tx, refund_id)


async def leave_refund_to_seller(tx: Tx, refund_id: UUID) -> None:
    """Leave the refund to the seller's hand, where the gateway will not send it."""
    payment, refund = await store.lock_refund(tx, refund_id)
    if payment.state is model.PaymentState.REFUND_PENDING:
        await store.save_refund(tx, model.by_hand(refund))


def _refund(tx: Tx, payment: Payment, amount: Money, reason: str) -> Refund:
    return Refund(
        id=new_id(),
        payment_id=payment.id,
        amount=amount,
        reason=reason,
        by_hand=not payment.method.refundable_by_gateway,
        requested_at=tx.clock.now(),
    )


async def _send(tx: Tx, refund: Refund) -> None:
    await store.add_refund(tx, refund)
    if not refund.by_hand:
        await enqueue_once(tx, REFUND_JOB, RefundWork(refund.id))
