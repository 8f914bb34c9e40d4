"""A commerce plane and a pretend gateway that talk to each other over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

import pytest
from litestar import Litestar, Request, Response
from litestar.di import Provide

from etalase.commerce import payments
from etalase.commerce.payments import Gateways, Method, Payment, PaymentSettings, PaymentState
from etalase.commerce.payments._adapters.midtrans.settings import MidtransSettings
from etalase.commerce.payments._model.provider import ProviderAccount
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.money import Money
from etalase.lab.midtrans import GatewayConfig, Simulator, create_gateway_app
from etalase.lab.temper import Temper
from etalase.platform.db import Database
from etalase.platform.jobs import Worker
from etalase.web.payments import hear_provider
from tests.make import payments as make
from tests.make.serving import listen, serving
from tests.make.waiting import until

KEY = "SB-Mid-server-test"
SIGNATURE = "another secret"


class Pretended(Protocol):
    """A simulator of a provider."""

    @property
    def notices(self) -> Any:
        """Return what sends its call-backs."""
        ...


S = TypeVar("S", bound=Pretended)


@dataclass
class Stand(Generic[S]):
    """An account at a pretend provider, and how a buyer pays there by the reference."""

    name: str
    account: ProviderAccount
    simulator: S
    app: Litestar
    pay: Callable[[str], object]


MakeStand = Callable[[str, str, Temper, FixedClock], Stand[S]]
"""Takes the provider's address, that of the call-backs, its temper and the time."""


@dataclass
class Market(Generic[S]):
    """One shop whose buyers pay at the pretend provider."""

    db: Database
    gateways: Gateways
    stand: Stand[S]
    shop_id: UUID
    webhook: str

    @property
    def simulator(self) -> S:
        """Return the pretend provider, to look into it."""
        return self.stand.simulator

    async def start(self, method: Method = make.QRIS, *, order_id: UUID | None = None) -> UUID:
        """Ask for Rp 89.000, to be paid within an hour; return the payment's id."""
        async with self.db.begin() as tx:
            placed = await payments.start_payment(
                tx,
                order_id=order_id or uuid4(),
                shop_id=self.shop_id,
                amount=Money(89_000),
                shipping=Money(9_000),
                method=method,
                expires_at=tx.clock.now() + timedelta(hours=1),
            )
        return placed.id

    async def see(self, payment_id: UUID) -> Payment:
        """Return the payment as it is now."""
        async with self.db.begin() as tx:
            return await payments.get_payment(tx, payment_id)

    async def until(self, payment_id: UUID, *states: PaymentState) -> Payment:
        """Wait until the payment stands so."""

        async def stands() -> Payment | None:
            seen = await self.see(payment_id)
            return seen if seen.state in states else None

        return await until(stands)

    async def start_presented(self, method: Method = make.QRIS) -> Payment:
        """Ask for money and wait until the buyer can be shown how to pay."""
        return await self.until(await self.start(method), PaymentState.PENDING)

    def pay(self, payment: Payment) -> None:
        """Pay as the buyer would."""
        self.stand.pay(payment.reference)

    async def quiet(self) -> None:
        """Wait until every call-back has been delivered and every job that is due has been done."""
        await self.simulator.notices.settled()

        async def are_done() -> bool:
            return await self._jobs_due() == 0

        await until(are_done)

    async def _jobs_due(self) -> int:
        async with self.db.begin() as tx:
            found = await tx.execute_driver_sql(
                "SELECT count(*) FROM pgqueuer WHERE execute_after <= now() + interval '10 seconds'"
            )
            return int(found.scalar_one())

    async def jobs_waiting(self, name: str) -> int:
        """Count the jobs of this name that wait, also for later."""
        async with self.db.begin() as tx:
            found = await tx.execute_driver_sql(
                "SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", (name,)
            )
            return int(found.scalar_one())

    async def sound(self) -> list[str]:
        """Return what does not add up."""
        async with self.db.begin() as tx:
            return await payments.recount(tx)

    async def message(self, payment_id: UUID) -> list[str]:
        """Return the names of the events about the payment, in order."""
        async with self.db.begin() as tx:
            found = await tx.execute_driver_sql(
                "SELECT name FROM outbox WHERE payload->>'payment_id' = $1 ORDER BY transaction_id, id",
                (str(payment_id),),
            )
            return [name.removeprefix("payments.") for name in found.scalars()]


def refuse(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, str]]:
    """Answer a refusal as the application would."""
    return Response({"code": refusal.code}, status_code=403)


def at_midtrans(url: str, webhooks: str, temper: Temper, clock: FixedClock) -> Stand[Simulator]:
    """Open an account at a pretend Midtrans."""
    config = GatewayConfig(KEY, SIGNATURE, public_url=url, temper=temper, clock=clock)
    simulator = Simulator(config)
    account = MidtransSettings(
        server_key=KEY, signature_key=SIGNATURE, api_url=url, notification_url=f"{webhooks}/midtrans"
    )
    return Stand(
        "midtrans",
        account,
        simulator,
        create_gateway_app(config, simulator),
        lambda reference: simulator.pay(simulator.book.find(reference)),
    )


async def open_at(
    stack: AsyncExitStack,
    db: Database,
    clock: FixedClock,
    make_stand: MakeStand[S],
    temper: Temper,
    *,
    working: bool = True,
) -> Market[S]:
    """Open a market at a pretend provider of this temper; `working=False` leaves the jobs undone."""
    listener, url = listen()
    web_listener, web_url = listen()
    stand = make_stand(url, f"{web_url}/webhooks", temper, clock)
    gateways = Gateways(PaymentSettings(gateway_timeout_seconds=5), {stand.name: stand.account})
    stack.push_async_callback(gateways.close)
    web = Litestar(
        [hear_provider],
        dependencies={
            "db": Provide(lambda: db, sync_to_thread=False),
            "gateways": Provide(lambda: gateways, sync_to_thread=False),
        },
        exception_handlers={Refusal: refuse},
        openapi_config=None,
        logging_config=None,
    )
    await stack.enter_async_context(serving(web, web_listener))
    await stack.enter_async_context(serving(stand.app, listener))
    if working:
        await stack.enter_async_context(at_work(db, gateways))
    async with db.begin() as tx:
        shop_id = await make.shop(tx)
    return Market(db, gateways, stand, shop_id, f"{web_url}/webhooks/{stand.name}")


OpenMarket = Callable[..., Awaitable[Market[Simulator]]]


@pytest.fixture
async def open_market(commerce_db: Database, clock: FixedClock) -> AsyncIterator[OpenMarket]:
    """Open a market whose gateway has the given temper; `working=False` leaves the jobs undone."""
    async with AsyncExitStack() as stack:

        async def open_(temper: Temper | None = None, *, working: bool = True) -> Market[Simulator]:
            wanted = temper or Temper()
            return await open_at(stack, commerce_db, clock, at_midtrans, wanted, working=working)

        yield open_


@asynccontextmanager
async def at_work(db: Database, gateways: Gateways) -> AsyncIterator[None]:
    """Have the jobs of payments done."""
    worker = Worker(db, payments.jobs_with(gateways))
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task
