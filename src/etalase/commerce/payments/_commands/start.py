"""Ask a buyer for the money of an order."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from etalase.commerce.payments import _store as store
from etalase.commerce.payments._commands.at_hand import AtHand
from etalase.commerce.payments._commands.record import publish
from etalase.commerce.payments._commands.work import EXPIRE_JOB, START_JOB, PaymentWork, enqueue_once
from etalase.commerce.payments._errors import NoFreeAmount, OrderAlreadyPaid, PaymentUnderWay
from etalase.commerce.payments._model import amounts
from etalase.commerce.payments._model import payment as model
from etalase.commerce.payments._model.method import Method
from etalase.commerce.payments._model.payment import Instructions, Payment, PaymentState
from etalase.commerce.payments._model.provider import Destination, charge_of
from etalase.commerce.payments._queries import get_destination
from etalase.kernel.ids import new_id, new_token
from etalase.kernel.money import Money
from etalase.platform.db import Tx

AMOUNT_REMEMBERED = timedelta(days=2)
"""How long an amount is not used again: a slow transfer must not find another buyer's order."""


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

    `shipping` is the part of `amount` that pays the way. Cash on delivery never expires. Raises
    MethodNotOffered, NoFreeAmount, PaymentUnderWay where another method waits, OrderAlreadyPaid.
    """
    current = await store.find_current(tx, order_id, lock_it=True)
    if current is not None:
        return _same(current, method, amount)
    payment = Payment(
        id=new_id(),
        token=new_token(),
        order_id=order_id,
        shop_id=shop_id,
        method=method,
        state=PaymentState.CREATED,
        amount=amount,
        shipping=shipping or Money.zero(amount.currency),
        due=amount,
        received=Money.zero(amount.currency),
        refunded=Money.zero(amount.currency),
        attempt=1,
        instructions=Instructions(),
        created_at=tx.clock.now(),
        expires_at=None if method.on_delivery else expires_at,
    )
    payment, events = model.begin(await _place(tx, payment))
    await publish(tx, payment, events)
    await _enqueue(tx, payment)
    return payment


def _same(current: Payment, method: Method, amount: Money) -> Payment:
    """Return the order's payment where it is the one that is asked for, or refuse."""
    if current.state not in model.OPEN:
        raise OrderAlreadyPaid
    if current.method != method or current.amount != amount:
        raise PaymentUnderWay(method=str(current.method))
    return current


async def _place(tx: Tx, payment: Payment) -> Payment:
    """Write the payment, with an amount of its own where the amount must name the order."""
    if payment.method.by_gateway:
        await _add_or_refuse(tx, payment)
        return payment
    destination = await get_destination(tx, payment.shop_id)
    if not payment.method.by_unique_amount:
        payment = await _instruct(payment, destination)
        await _add_or_refuse(tx, payment)
        return payment
    taken = await store.list_waiting_amounts(tx, payment.shop_id, tx.clock.now() - AMOUNT_REMEMBERED)
    for due in amounts.candidates(payment.amount, SystemRandom()):
        if due.minor in taken:
            continue
        placed = await _instruct(replace(payment, due=due), destination)
        if await store.add(tx, placed):
            return placed
    raise NoFreeAmount


async def _instruct(payment: Payment, destination: Destination) -> Payment:
    report = await AtHand(destination).start(charge_of(payment, payment.created_at))
    return replace(payment, state=PaymentState.PENDING, instructions=report.instructions or Instructions())


async def _add_or_refuse(tx: Tx, payment: Payment) -> None:
    if not await store.add(tx, payment):
        raise PaymentUnderWay


async def _enqueue(tx: Tx, payment: Payment) -> None:
    """Have a gateway asked, and the end of the time watched; both are jobs of this transaction."""
    work = PaymentWork(payment.id)
    if payment.method.by_gateway:
        await enqueue_once(tx, START_JOB, work)
    if payment.expires_at is not None:
        delay = max(payment.expires_at - tx.clock.now(), timedelta(0))
        await enqueue_once(tx, EXPIRE_JOB, work, delay=delay)
