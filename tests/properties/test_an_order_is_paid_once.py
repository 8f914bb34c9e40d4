"""Whatever happens to orders' money, in whatever order: each order is paid once and the ledger adds up."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etalase.commerce import ledger, payments
from etalase.commerce.payments import Instructions, Method, Payment, PaymentState, Report, Standing
from etalase.commerce.payments._commands import (
    expire_payment,
    leave_refund_to_seller,
    record_refund_sent,
    record_report,
    renew_reference,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from tests.make import payments as make
from tests.make.databases import Databases

ORDERS = 3
Step = tuple[str, int, int]

GATEWAY = make.QRIS
WEIGHTS = {
    "start": 3,
    "paid": 4,
    "confirm": 3,
    "presented": 2,
    "refund": 2,
    "refund_sent": 3,
    "expire": 2,
    "cancel": 2,
    "wait": 1,
    "paid_wrong": 1,
    "gateway_cancels": 1,
    "gateway_expires": 1,
    "gateway_refuses": 1,
    "answer_lost": 1,
    "refund_part": 1,
    "refund_refused": 1,
    "payout": 2,
}
names = st.sampled_from([name for name, weight in WEIGHTS.items() for _ in range(weight)])
steps = st.lists(st.tuples(names, st.integers(0, 11), st.integers(1, 120_000)), min_size=6, max_size=25)
methods = st.lists(st.sampled_from([GATEWAY, *make.METHODS]), min_size=ORDERS, max_size=ORDERS)


class Street:
    """A few orders of one shop, and everything that was ever asked for them."""

    def __init__(self, shop_id: UUID, clock: FixedClock) -> None:
        self.shop_id = shop_id
        self.clock = clock
        self.orders = [uuid4() for _ in range(ORDERS)]
        self.references: list[tuple[UUID, str]] = []
        self.refunds: list[UUID] = []

    async def start(self, tx: Tx, pick: int, minor: int) -> None:
        choice = make.METHODS
        await self.start_by(tx, pick % ORDERS, choice[(pick + minor) % len(choice)])

    async def start_by(self, tx: Tx, order: int, method: Method) -> None:
        placed = await payments.start_payment(
            tx,
            order_id=self.orders[order],
            shop_id=self.shop_id,
            amount=Money(50_000 + order),
            shipping=Money(5_000),
            method=method,
            expires_at=tx.clock.now() + timedelta(minutes=10),
        )
        self.references.append((placed.id, placed.reference))

    def some(self, pick: int) -> tuple[UUID, str]:
        if not self.references:
            raise payments.PaymentUnknown
        return self.references[pick % len(self.references)]

    async def payment(self, tx: Tx, pick: int) -> Payment:
        return await payments.get_payment(tx, self.some(pick)[0])

    async def cancel(self, tx: Tx, pick: int, _: int) -> None:
        await payments.cancel_payment(tx, self.some(pick)[0])

    async def wait(self, _: Tx, pick: int, __: int) -> None:
        self.clock.advance(seconds=60 * pick)

    async def expire(self, tx: Tx, pick: int, _: int) -> None:
        await expire_payment(tx, self.some(pick)[0])

    async def confirm(self, tx: Tx, pick: int, minor: int) -> None:
        payment = await self.payment(tx, pick)
        await payments.confirm_by_seller(tx, payment.id, payment.due if minor % 4 else Money(minor))

    async def report(self, tx: Tx, pick: int, standing: Standing, amount: Money | None = None) -> None:
        payment_id, reference = self.some(pick)
        payment = await payments.get_payment(tx, payment_id)
        if payment.method.by_gateway:
            how = Instructions(qr="code") if standing is Standing.PENDING else None
            await record_report(tx, payment_id, reference, Report(standing, amount or payment.due, how))

    async def presented(self, tx: Tx, pick: int, _: int) -> None:
        await self.report(tx, pick, Standing.PENDING)

    async def paid(self, tx: Tx, pick: int, _: int) -> None:
        await self.report(tx, pick, Standing.PAID)

    async def paid_wrong(self, tx: Tx, pick: int, minor: int) -> None:
        await self.report(tx, pick, Standing.PAID, Money(minor))

    async def gateway_cancels(self, tx: Tx, pick: int, _: int) -> None:
        await self.report(tx, pick, Standing.CANCELLED)

    async def gateway_expires(self, tx: Tx, pick: int, _: int) -> None:
        await self.report(tx, pick, Standing.EXPIRED)

    async def gateway_refuses(self, tx: Tx, pick: int, _: int) -> None:
        await self.report(tx, pick, Standing.REFUSED)

    async def answer_lost(self, tx: Tx, pick: int, _: int) -> None:
        payment_id, reference = self.some(pick)
        renewed = await renew_reference(tx, payment_id, reference)
        self.references.append((payment_id, renewed.reference))

    async def refund(self, tx: Tx, pick: int, _: int) -> None:
        refund = await payments.request_refund(tx, self.some(pick)[0], reason="sold out")
        self.refunds.append(refund.id)

    async def refund_part(self, tx: Tx, pick: int, minor: int) -> None:
        refund = await payments.request_refund(tx, self.some(pick)[0], Money(minor), reason="a button")
        self.refunds.append(refund.id)

    async def refund_sent(self, tx: Tx, pick: int, _: int) -> None:
        for payment_id, _reference in self.references:
            self.refunds += [refund.id for refund in await payments.list_refunds(tx, payment_id)]
        if self.refunds:
            await record_refund_sent(tx, self.refunds[pick % len(self.refunds)])

    async def refund_refused(self, tx: Tx, pick: int, _: int) -> None:
        if self.refunds:
            await leave_refund_to_seller(tx, self.refunds[pick % len(self.refunds)])

    async def payout(self, tx: Tx, pick: int, minor: int) -> None:
        await payments.record_payout(tx, self.shop_id, Money(minor), Money(pick * 100), key=f"{pick % 4}")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@example([GATEWAY] * ORDERS, [("paid", 0, 1), ("paid", 0, 1), ("refund", 0, 1), ("refund_sent", 0, 1)])
@example([GATEWAY] * ORDERS, [("cancel", 0, 1), ("paid", 0, 1), ("paid", 0, 1), ("refund_sent", 0, 1)])
@example([GATEWAY] * ORDERS, [("paid_wrong", 0, 7), ("start", 0, 0), ("confirm", 3, 1), ("paid", 0, 1)])
@example([GATEWAY] * ORDERS, [("paid", 0, 1), ("payout", 3, 49_700), ("payout", 3, 49_700), ("payout", 2, 1)])
@given(methods, steps)
async def test_the_ledger_adds_up_after_every_step(
    databases: Databases, clock: FixedClock, first: list[Method], taken: list[Step]
) -> None:
    async with databases.lent("commerce") as db:
        await live_through(db, clock, first, taken)


async def live_through(db: Database, clock: FixedClock, first: list[Method], taken: list[Step]) -> None:
    """Take the steps in a street of their own, and count after each."""
    async with db.begin() as tx:
        street = Street(await make.shop(tx), clock)
        for order, method in enumerate(first):
            await street.start_by(tx, order, method)
    for name, pick, minor in taken:
        act: Callable[[Tx, int, int], Awaitable[None]] = getattr(street, name)
        with suppress(Refusal):
            async with db.begin() as tx:
                await act(tx, pick, minor)
        async with db.begin() as tx:
            assert await payments.recount(tx) == []
            lines = await ledger.trial_balance(tx, shop_id=street.shop_id)
            assert sum(line.balance.minor for line in lines) == 0
    await check_once(db, street)


async def check_once(db: Database, street: Street) -> None:
    """Each order was captured at most once, and each rupiah that came is held, went back, or is promised."""
    async with db.begin() as tx:
        events = await tx.execute_driver_sql(
            "SELECT payload->>'order_id' FROM outbox WHERE name = 'payments.payment_captured'"
        )
        captured = Counter(events.scalars())
        assert all(captured[str(order_id)] <= 1 for order_id in street.orders)
        seen, _ = await payments.list_payments(tx, street.shop_id, limit=200)
        for order_id in street.orders:
            mine = [payment for payment in seen if payment.order_id == order_id]
            assert sum(payment.paid for payment in mine) == captured[str(order_id)]
            assert sum(payment.state in {PaymentState.CREATED, PaymentState.PENDING} for payment in mine) <= 1
