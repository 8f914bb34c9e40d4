"""A postcode belongs to its district, wherever an address comes in; one postcode typed is place enough."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.make.checkouts import CONTACT, DOCUMENT, as_program, hidden
from tests.make.orders import Market
from tests.make.program import send
from tests.make.shops import ADDRESS

SENDER = {part: getattr(ADDRESS, part) for part in ("recipient", "phone", "street")}
SHOP = SENDER | {"name": "Kancil Kids", "contact_email": "halo@kancil.example"}


async def at_checkout(browser: httpx.AsyncClient, market: Market, **place: str) -> httpx.Response:
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id), quantity="1")
    form = CONTACT | {"postcode": "", f"method-{market.shop.id}": "bank_transfer"} | place
    total = await send(browser, "/checkout", **form)
    return await send(browser, "/checkout", **form, seen=hidden(total.text)["seen"])


async def in_settings(browser: httpx.AsyncClient, market: Market, **place: str) -> httpx.Response:
    return await send(browser, f"/desk/{market.shop.slug}/settings", **SHOP, **place)


async def opening_a_shop(browser: httpx.AsyncClient, market: Market, **place: str) -> httpx.Response:
    return await send(browser, "/desk/new-shop", **SHOP, **place)


PAGES = [at_checkout, in_settings, opening_a_shop]


@pytest.mark.parametrize("door", PAGES)
@pytest.mark.parametrize(
    ("place", "ok"),
    [
        ({"place": "Beji, Kota Depok", "postcode": "16421"}, True),
        ({"place": "Beji, Kota Depok", "postcode": "40132"}, False),
        ({"place": "55281"}, True),
        ({"place": "40132", "postcode": "55281"}, False),
        ({"place": "Beji, Kota Depok", "postcode": "1642"}, False),
    ],
    ids=str,
)
async def test_pages_take_the_districts_own_postcode_and_no_other(
    browser: httpx.AsyncClient, market: Market, door: Any, place: Mapping[str, str], *, ok: bool
) -> None:
    answer = await door(browser, market, **place)
    assert answer.status_code == (303 if ok else 422)
    if not ok:
        assert 'id="f-postcode-error"' in answer.text


@pytest.mark.parametrize(("postcode", "status"), [("16421", 201), ("40132", 422)])
async def test_the_api_takes_the_districts_own_postcode_and_no_other(
    browser: httpx.AsyncClient, market: Market, postcode: str, status: int
) -> None:
    headers = await as_program(market) | {"idempotency-key": "one"}
    hold = {"variant_id": str(market.variants[0].id), "quantity": 1}
    assert (await browser.post("/api/v1/holds", json=hold, headers=headers)).status_code == 201
    choices = [{"shop_id": str(market.shop.id), "method": "bank_transfer"}]
    order = DOCUMENT | {"postcode": postcode, "choices": choices}
    placed = await browser.post("/api/v1/orders", json=order, headers=headers)
    beji = {"district": "Beji", "city": "Kota Depok", "province": "Jawa Barat"}
    origin = SENDER | beji | {"postcode": postcode}
    shop = {"name": "Dua", "contact_email": "halo@dua.example", "origin": origin}
    opened = await browser.post("/api/v1/shops", json=shop, headers=headers)
    assert (placed.status_code, opened.status_code) == (status, status)
    if status == 422:
        assert [error["field"] for error in placed.json()["errors"]] == ["postcode"]
        assert [error["field"] for error in opened.json()["errors"]] == ["origin.postcode"]
