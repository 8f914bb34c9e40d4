"""The demo's market starts on ports that are free, whoever else looks for some at the same moment."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from etalase.lab.demo import open_market


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_markets_that_start_at_the_same_moment_take_different_ports() -> None:
    async with AsyncExitStack() as stack, httpx.AsyncClient(trust_env=False) as client:
        one, two = await asyncio.gather(*(stack.enter_async_context(open_market("open")) for _ in range(2)))
        assert not {one.social, one.bank} & {two.social, two.bank}
        for market in (one, two):
            assert (await client.get(f"{market.social}/readyz")).is_success
