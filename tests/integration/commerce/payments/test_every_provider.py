"""What is the same at every provider."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from etalase.commerce import payments
from etalase.commerce.payments import Means, Method, PaymentState
from etalase.commerce.payments._adapters.registry import PROVIDERS
from etalase.kernel.clock import FixedClock
from etalase.lab.temper import Temper
from etalase.platform.db import Database
from tests.integration.commerce.payments.conftest import Market, at_midtrans, open_at
from tests.integration.commerce.payments.test_xendit import at_xendit

STANDS: dict[str, Any] = {"midtrans": at_midtrans, "xendit": at_xendit}
OpenAt = Callable[[str, Temper], Awaitable[Market[Any]]]


@pytest.fixture
async def open_with(commerce_db: Database, clock: FixedClock) -> AsyncIterator[OpenAt]:
    """Open a market at a pretend provider of this name and temper."""
    async with AsyncExitStack() as stack:

        async def open_(provider: str, temper: Temper) -> Market[Any]:
            return await open_at(stack, commerce_db, clock, STANDS[provider], temper)

        yield open_


@pytest.mark.parametrize("provider", STANDS)
@pytest.mark.parametrize(
    ("means", "temper"),
    [(Means.VIRTUAL_ACCOUNT, Temper()), (Means.QRIS, Temper(refuses_refunds=True))],
    ids=["account", "qris"],
)
async def test_a_refund_that_the_provider_cannot_send_waits_for_the_sellers_hand(
    open_with: OpenAt, provider: str, means: Means, temper: Temper
) -> None:
    market = await open_with(provider, temper)
    shown = await market.start_presented(Method(means, provider))
    market.pay(shown)
    await market.until(shown.id, PaymentState.CAPTURED)
    async with market.db.begin() as tx:
        refund = await payments.request_refund(tx, shown.id, reason="sold out")
    await market.quiet()
    async with market.db.begin() as tx:
        ((_, waiting),) = await payments.list_refunds_to_send(tx, market.shop_id)
        assert waiting.id == refund.id
        await payments.confirm_refund_by_seller(tx, market.shop_id, refund.id)
    assert (await market.see(shown.id)).state is PaymentState.REFUNDED
    assert await market.sound() == []


def test_every_provider_that_there_is_has_a_stand() -> None:
    assert set(STANDS) == set(PROVIDERS)
