"""Believe whoever holds the money: the seller, or the gateway when it was asked. And give up what is over."""

from uuid import UUID

from etalase.commerce.payments import _store as store
from etalase.commerce.payments._commands.record import record
from etalase.commerce.payments._commands.refund import send_back_stray
from etalase.commerce.payments._commands.work import (
    ASK_JOB,
    CANCEL_JOB,
    PaymentWork,
    ReferenceWork,
    enqueue_once,
)
from etalase.commerce.payments._model import payment as model
from etalase.commerce.payments._model.payment import Change, Payment
from etalase.commerce.payments._model.provider import Notice, Report, Standing
from etalase.kernel.money import Money
from etalase.platform.db import Tx


class GatewayMisspoke(RuntimeError):
    """The gateway says that money came but not how much in whole rupiah: a human must look."""


async def confirm_by_seller(tx: Tx, payment_id: UUID, amount: Money) -> Payment:
    """Believe the seller, who saw this amount arrive; twice is as good as once.

    Raises PaymentUnknown, ConfirmedByGateway, AmountDiffers, PaymentNotOpen.
    """
    payment = await store.lock(tx, payment_id)
    return await _settle(tx, model.confirm(payment, amount, tx.clock.now()))


async def record_report(tx: Tx, payment_id: UUID, reference: str, report: Report) -> Payment:
    """Take over what the gateway answered about a reference.

    An answer about a reference that was given up counts only where it tells of money.
    """
    payment = await store.lock(tx, payment_id)
    if report.standing is not Standing.PAID and reference != payment.reference:
        return payment
    if report.standing is Standing.PENDING and payment.state in model.ENDED_UNPAID:
        await enqueue_once(tx, CANCEL_JOB, PaymentWork(payment.id))
    return await _settle(tx, _change(tx, payment, reference, report))


def _change(tx: Tx, payment: Payment, reference: str, report: Report) -> Change:
    match report.standing:
        case Standing.PAID:
            if report.amount is None:
                raise GatewayMisspoke(reference)
            return model.receive(payment, report.amount, tx.clock.now(), reference)
        case Standing.PENDING if report.instructions is not None:
            return model.present(payment, report.instructions, report.charge_id)
        case Standing.EXPIRED:
            return model.expire(payment)
        case Standing.CANCELLED:
            over = payment.state not in model.OPEN or model.is_due(payment, tx.clock.now())
            return model.expire(payment) if over else model.cancel(payment)
        case Standing.REFUSED:
            return model.fail(payment, "refused")
        case _:
            return payment, ()


async def _settle(tx: Tx, change: Change) -> Payment:
    payment, events = change
    if not events:
        await store.save(tx, payment)
        return payment
    payment = await record(tx, change)
    return await send_back_stray(tx, payment, events)


async def cancel_payment(tx: Tx, payment_id: UUID) -> Payment:
    """Give the payment up; a gateway is told by a job, and money that comes all the same goes back.

    Raises PaymentUnknown, PaymentNotOpen once money came.
    """
    payment = await store.lock(tx, payment_id)
    open_at_gateway = payment.method.by_gateway and payment.state in model.OPEN
    payment = await _settle(tx, model.cancel(payment))
    if open_at_gateway:
        await enqueue_once(tx, CANCEL_JOB, PaymentWork(payment.id))
    return payment


async def expire_payment(tx: Tx, payment_id: UUID) -> Payment:
    """Let the payment's time run out, if it has; a gateway was asked before."""
    payment = await store.lock(tx, payment_id)
    return await _settle(
        tx, model.expire(payment) if model.is_due(payment, tx.clock.now()) else (payment, ())
    )


async def renew_reference(tx: Tx, payment_id: UUID, reference: str) -> Payment:
    """Charge under a new key next time: the answer to this one was lost and it was taken back."""
    payment = await store.lock(tx, payment_id)
    if payment.reference == reference and payment.state is model.PaymentState.CREATED:
        payment = model.renew_reference(payment)
        await store.save(tx, payment)
    return payment


async def request_asking(tx: Tx, provider: str, notice: Notice) -> bool:
    """Have the provider asked about what it told; False where the reference is none that it was given."""
    payment_id = model.read_reference(notice.reference)
    payment = await store.find(tx, payment_id) if payment_id else None
    if payment is None or payment.method.provider != provider:
        return False
    await enqueue_once(tx, ASK_JOB, ReferenceWork(payment.id, notice.reference, notice.news))
    return True
