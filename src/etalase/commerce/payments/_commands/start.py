"""Ask buyers for the money of their orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from etalase.commerce.payments import _store as store
from etalase.commerce.payments._commands.at_hand import AtHand
from etalase.commerce.payments._commands.record import publish_all
from etalase.commerce.payments._commands.work import EXPIRE_JOB, START_JOB, PaymentWork, job_once
from etalase.commerce.payments._errors import NoFreeAmount, OrderAlreadyPaid, PaymentUnderWay
from etalase.commerce.payments._model import amounts
from etalase.commerce.payments._model import payment as model
from etalase.commerce.payments._model.method import Method
from etalase.commerce.payments._model.payment import Instructions, Payment, PaymentState
from etalase.commerce.payments._model.provider import Destination, charge_of
from etalase.commerce.payments._queries import get_destinations
from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_id, new_token
from etalase.kernel.money import Money
from etalase.platform import jobs
from etalase.platform.db import Tx
from etalase.platform.observing import request_of

AMOUNT_REMEMBERED = timedelta(days=2)
"""How long an amount is not used again: a slow transfer must not find another buyer's order."""
ROUNDS = 24
"""How often amounts that others took meanwhile are chosen anew."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """The money of a new order that is to be asked for.

    `shipping` is the part of `amount` that pays the way. Cash on delivery never expires.
    """

    order_id: UUID
    shop_id: UUID
    amount: Money
    shipping: Money
    method: Method
    expires_at: datetime | None


async def start_payment(
    tx: Tx,
    *,
    order_id: UUID,
    shop_id: UUID,
    amount: Money,
    method: Method,
    expires_at: datetime | None,
    shipping: Money | None = None,
) -> Payment:
    """Ask for the order's money; the same request again returns the same payment.

    Raises MethodNotOffered, NoFreeAmount, PaymentUnderWay where another method waits, OrderAlreadyPaid.
    """
    current = await store.find_current(tx, order_id, lock_it=True)
    if current is not None:
        return _same(current, method, amount)
    shipping = shipping or Money.zero(amount.currency)
    request = PaymentRequest(order_id, shop_id, amount, shipping, method, expires_at)
    (prepared,) = await prepare_payments(tx, [request])
    if isinstance(prepared, Refusal):
        raise prepared
    (payment,) = await begin_payments(tx, [prepared])
    return payment


async def prepare_payments(tx: Tx, requests: Sequence[PaymentRequest]) -> list[Payment | Refusal]:
    """Return for each request the payment that would be begun, or why it can't be; write nothing.

    Refused are MethodNotOffered and NoFreeAmount.
    """
    payments = [_new(request, tx.clock.now()) for request in requests]
    return await _instruct_all(tx, payments)


async def begin_payments(tx: Tx, prepared: Sequence[Payment]) -> list[Payment]:
    """Write prepared payments of orders that have none yet, and ask for the money; return them as written.

    An amount that another order took meanwhile is chosen anew. Raises NoFreeAmount, PaymentUnderWay.
    """
    payments = {payment.order_id: payment for payment in prepared}
    missing = list(prepared)
    for _ in range(ROUNDS):
        added = await store.add_all(tx, missing)
        missing = [payment for payment in missing if payment.id not in added]
        if not missing:
            break
        if not all(payment.method.by_unique_amount for payment in missing):
            raise PaymentUnderWay
        missing = _require_all(await _instruct_all(tx, missing))
        payments |= {payment.order_id: payment for payment in missing}
    else:
        raise NoFreeAmount
    changes = [model.begin(payment) for payment in payments.values()]
    await publish_all(tx, changes)
    await jobs.enqueue_all(tx, [job for payment, _ in changes for job in _jobs_of(tx, payment)])
    return [payment for payment, _ in changes]


def _new(request: PaymentRequest, now: datetime) -> Payment:
    zero = Money.zero(request.amount.currency)
    return Payment(
        id=new_id(),
        token=new_token(),
        order_id=request.order_id,
        shop_id=request.shop_id,
        method=request.method,
        state=PaymentState.CREATED if request.method.by_gateway else PaymentState.PENDING,
        amount=request.amount,
        shipping=request.shipping,
        due=request.amount,
        received=zero,
        refunded=zero,
        attempt=1,
        instructions=Instructions(),
        created_at=now,
        expires_at=None if request.method.on_delivery else request.expires_at,
    )


def _same(current: Payment, method: Method, amount: Money) -> Payment:
    """Return the order's payment where it is the one that is asked for, or refuse."""
    if current.state not in model.OPEN:
        raise OrderAlreadyPaid
    if current.method != method or current.amount != amount:
        raise PaymentUnderWay(method=str(current.method))
    return current


def _require_all(outcomes: Sequence[Payment | Refusal]) -> list[Payment]:
    """Return the payments. Raises the first refusal among them."""
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Payment)]


async def _instruct_all(tx: Tx, payments: Sequence[Payment]) -> list[Payment | Refusal]:
    """Say how to pay what the sellers take themselves, each with an amount of its own where it needs one."""
    own = [payment for payment in payments if not payment.method.by_gateway]
    destinations = await get_destinations(tx, {payment.shop_id for payment in own})
    by_amount = {payment.shop_id for payment in own if payment.method.by_unique_amount}
    since = tx.clock.now() - AMOUNT_REMEMBERED
    taken = {shop_id: await store.list_waiting_amounts(tx, shop_id, since) for shop_id in sorted(by_amount)}
    outcomes: list[Payment | Refusal] = []
    for payment in payments:
        if payment.method.by_gateway:
            outcomes.append(payment)
            continue
        try:
            due = _choose_amount(payment, taken.get(payment.shop_id, set()))
            outcomes.append(await _instruct(replace(payment, due=due), destinations[payment.shop_id]))
        except Refusal as refusal:
            outcomes.append(refusal)
        else:
            taken.setdefault(payment.shop_id, set()).add(due.minor)
    return outcomes


def _choose_amount(payment: Payment, taken: Collection[int]) -> Money:
    """Return what the buyer sends: an amount that no other transfer to the shop has, if it needs one."""
    if not payment.method.by_unique_amount:
        return payment.amount
    for due in amounts.candidates(payment.amount, SystemRandom()):
        if due.minor not in taken:
            return due
    raise NoFreeAmount


async def _instruct(payment: Payment, destination: Destination) -> Payment:
    report = await AtHand(destination).start(charge_of(payment, payment.created_at))
    return replace(payment, instructions=report.instructions or Instructions())


def _jobs_of(tx: Tx, payment: Payment) -> list[jobs.NewJob]:
    """Return what has a gateway asked, and the end of the time watched."""
    work, new = PaymentWork(payment.id), []
    if payment.method.by_gateway:
        new.append(job_once(START_JOB, work))
    if payment.expires_at is not None:
        delay = max(payment.expires_at - tx.clock.now(), timedelta(0))
        new.append(job_once(EXPIRE_JOB, work, delay=delay))
    return [replace(job, request_id=request_of(payment.order_id)) for job in new]
