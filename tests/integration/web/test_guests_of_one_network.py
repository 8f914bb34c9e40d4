"""One stranger with ten browsers empties no shelf: directly, by a proxy, by one that names nobody."""

from pathlib import Path

import httpx
import pytest

from etalase.bootstrap import System
from etalase.commerce import inventory
from tests.integration.web.conftest import open_market
from tests.make.program import MakesDatabases, program, visitor

STOCK, EACH = 40, 10


async def hold_as_guest(system: System, variant_id: str, address: str) -> int:
    """Want units as somebody without a cookie; return the answer's status."""
    [endpoint] = system.endpoints
    transport = httpx.ASGITransport(endpoint.app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as guest:
        await guest.get("/sign-in")
        name = next(name for name in guest.cookies if name.endswith("csrftoken"))
        hold_request = {"variant_id": variant_id, "quantity": EACH, "idempotency_key": "tap"}
        answer = await guest.post(
            "/cart/holds", json=hold_request, headers={"x-csrftoken": guest.cookies[name]}
        )
    return answer.status_code


@pytest.mark.parametrize(
    ("public_url", "address", "held"),
    [
        ("", "127.0.0.1", STOCK // 2),
        ("", "203.0.113.9", STOCK // 2),
        ("http://shop.example", "203.0.113.9", STOCK // 2),
        ("http://shop.example", "127.0.0.1", STOCK),
    ],
    ids=["on this machine", "direct", "by a proxy", "by a proxy that names nobody"],
)
async def test_ten_guests_of_one_address_hold_half_of_what_is_free(
    databases: MakesDatabases, tmp_path: Path, public_url: str, address: str, held: int
) -> None:
    async with (
        program(databases, tmp_path, ETALASE_COMMERCE_URL=public_url) as system,
        visitor(system) as browser,
    ):
        market = await open_market(system, browser)
        variant = market.variants[0].id
        async with market.db.begin() as tx:
            await inventory.count(tx, {variant: STOCK}, actor_id=None, reason="stock-taking")
        answers = [await hold_as_guest(system, str(variant), address) for _ in range(10)]
    assert answers.count(201) * EACH == held
    assert set(answers) == {201, 429 if held < STOCK else 409}
