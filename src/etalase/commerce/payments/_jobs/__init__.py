"""Work with gateways, done after the transaction that asked for it, and again until it is done.

Every call to a gateway stands between two transactions: one read the request, one records the answer.
A process that dies between them leaves the request; the job, or the sweep, asks again under the same key.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import structlog

from etalase.commerce.payments import _commands as commands
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._commands import work
from etalase.commerce.payments._commands.work import PaymentWork, ReferenceWork, RefundWork, enqueue_once
from etalase.commerce.payments._errors import MethodNotOffered
from etalase.commerce.payments._model.payment import Payment, PaymentState, is_due
from etalase.commerce.payments._model.provider import (
    Charge,
    GatewayTrouble,
    ProviderGateways,
    Report,
    Standing,
    charge_of,
)
from etalase.commerce.payments._queries import get_payment
from etalase.platform.db import Database, Tx
from etalase.platform.jobs import Job

log = structlog.get_logger()
W = TypeVar("W")
Handler = Callable[[Database, ProviderGateways, W], Awaitable[None]]
SWEEP_BATCH = 200
LAST_LOOK = timedelta(hours=1)
AFTER_ITS_END = timedelta(minutes=1)
CHARGES = 3
"""How often a charge whose answer was lost is made under a new key before the job itself is tried again."""


async def start_at_gateway(db: Database, gateways: ProviderGateways, job: PaymentWork) -> None:
    """Charge the payment, unless that is done; a charge whose answer was lost is taken back and made anew."""
    for _ in range(CHARGES):
        async with db.begin() as tx:
            payment = await get_payment(tx, job.payment_id)
        if payment.state is not PaymentState.CREATED:
            return
        report = await _start(gateways, charge_of(payment, db.clock.now()))
        if report.standing is not Standing.TAKEN:
            async with db.begin() as tx:
                await commands.record_report(tx, payment.id, payment.reference, report)
            return
        async with db.begin() as tx:
            await commands.renew_reference(tx, payment.id, payment.reference)
        if await _take_back(db, gateways, payment):
            return
    raise GatewayTrouble(f"payment {job.payment_id} could not be charged under {CHARGES} keys")


async def _start(gateways: ProviderGateways, charge: Charge) -> Report:
    """Charge it; without an account at its provider any more, its buyer has to choose another way."""
    try:
        return await gateways.of(charge.method).start(charge)
    except MethodNotOffered:
        return Report(Standing.REFUSED)


async def ask_gateway(db: Database, gateways: ProviderGateways, job: ReferenceWork) -> None:
    """Ask where a charge stands and take the answer over."""
    async with db.begin() as tx:
        payment = await get_payment(tx, job.payment_id)
    charge = charge_of(payment, db.clock.now(), job.reference)
    report = await gateways.of(payment.method).ask(charge, job.news)
    async with db.begin() as tx:
        await commands.record_report(tx, job.payment_id, job.reference, report)


async def cancel_at_gateway(db: Database, gateways: ProviderGateways, job: PaymentWork) -> None:
    """Tell the gateway to take no more money for the payment; if it took some, that is recorded."""
    async with db.begin() as tx:
        payment = await get_payment(tx, job.payment_id)
    charge = charge_of(payment, db.clock.now())
    report = await gateways.of(payment.method).cancel(charge)
    if report.standing is Standing.PENDING and report.open_until and report.open_until > charge.asked_at:
        async with db.begin() as tx:  # it cannot be closed: look once more when it ends by itself
            delay = report.open_until - charge.asked_at + AFTER_ITS_END
            await enqueue_once(tx, work.CANCEL_JOB, job, delay=delay)
        return
    _require_closed(charge, report)
    async with db.begin() as tx:
        await commands.record_report(tx, payment.id, payment.reference, report)


async def expire(db: Database, gateways: ProviderGateways, job: PaymentWork) -> None:
    """End the payment if its time is over. A gateway has the last word: the money may just have come.

    A gateway that cannot be reached, does not close the charge or is no longer used is asked again; past the
    grace the payment ends all the same, and money that came is found later and sent back.
    """
    async with db.begin() as tx:
        payment = await get_payment(tx, job.payment_id)
    now = db.clock.now()
    if not is_due(payment, now):
        return
    try:
        paid = payment.method.by_gateway and await _take_back(db, gateways, payment)
    except (httpx.HTTPError, GatewayTrouble, MethodNotOffered):
        if not is_due(payment, now - timedelta(seconds=gateways.settings.expiry_grace_seconds)):
            raise
        log.warning("payment_expires_unasked", payment_id=str(payment.id))
        paid = False
        async with db.begin() as tx:
            await enqueue_once(tx, work.CANCEL_JOB, job, delay=LAST_LOOK)
    if not paid:
        async with db.begin() as tx:
            await commands.expire_payment(tx, job.payment_id)


def _require_closed(charge: Charge, report: Report) -> None:
    """Raise GatewayTrouble while the charge can still be paid at the gateway."""
    if report.standing is Standing.PENDING:
        raise GatewayTrouble(f"charge {charge.reference} can still be paid")


async def _take_back(db: Database, gateways: ProviderGateways, payment: Payment) -> bool:
    """Close the charge at the gateway, and tell whether its money came before.

    Raises GatewayTrouble where it stays open.
    """
    charge = charge_of(payment, db.clock.now())
    report = await gateways.of(payment.method).cancel(charge)
    _require_closed(charge, report)
    if report.standing is Standing.PAID:
        async with db.begin() as tx:
            await commands.record_report(tx, payment.id, payment.reference, report)
    return report.standing is Standing.PAID


async def refund_at_gateway(db: Database, gateways: ProviderGateways, job: RefundWork) -> None:
    """Send a refund through the gateway; where it will not, the seller has to."""
    async with db.begin() as tx:
        payment, refund = await store.lock_refund(tx, job.refund_id)
    if refund.sent_at is not None or refund.by_hand:
        return
    charge = charge_of(payment, db.clock.now(), payment.paid_reference)
    sent = await gateways.of(payment.method).refund(charge, str(refund.id), refund.amount, refund.reason)
    async with db.begin() as tx:
        if sent:
            await commands.record_refund_sent(tx, refund.id)
        else:
            await commands.leave_refund_to_seller(tx, refund.id)


async def sweep(db: Database, gateways: ProviderGateways) -> int:
    """Find what jobs may have missed, and return how much: time that ran out, gateways that kept silent,
    refunds whose job has given up.

    Safe to run at any time, in any number of processes.
    """
    now = db.clock.now()
    since = now - timedelta(seconds=gateways.settings.reconcile_after_seconds)
    async with db.begin() as tx:
        due = await store.lock_due(tx, now, SWEEP_BATCH)
        for payment in due:
            await enqueue_once(tx, work.EXPIRE_JOB, PaymentWork(payment.id))
        silent = await store.touch_unasked(tx, gateways.names, now, since, SWEEP_BATCH)
        for payment in silent:
            await _ask_again(tx, payment)
        unsent = await store.list_unsent_refunds(tx, gateways.names, since, SWEEP_BATCH)
        for refund_id in unsent:
            await enqueue_once(tx, work.REFUND_JOB, RefundWork(refund_id))
    return len(due) + len(silent) + len(unsent)


async def keep_sweeping(db: Database, gateways: ProviderGateways) -> None:
    """Sweep again and again until cancelled."""
    while True:
        await sweep(db, gateways)
        await asyncio.sleep(gateways.settings.sweep_every_seconds)


async def _ask_again(tx: Tx, payment: Payment) -> None:
    if payment.state is PaymentState.CREATED:
        await enqueue_once(tx, work.START_JOB, PaymentWork(payment.id))
    else:
        await enqueue_once(tx, work.ASK_JOB, ReferenceWork(payment.id, payment.reference))


def jobs_with(gateways: ProviderGateways) -> tuple[Job[Any], ...]:
    """Return the jobs of payments, working with these gateways."""

    def job(
        name: str, payload: type[W], handle: Callable[[Database, ProviderGateways, W], Awaitable[None]]
    ) -> Job[W]:
        return Job(name, payload, lambda db, work: handle(db, gateways, work))

    return (
        job(work.START_JOB, PaymentWork, start_at_gateway),
        job(work.ASK_JOB, ReferenceWork, ask_gateway),
        job(work.CANCEL_JOB, PaymentWork, cancel_at_gateway),
        job(work.EXPIRE_JOB, PaymentWork, expire),
        job(work.REFUND_JOB, RefundWork, refund_at_gateway),
    )
